/** What the words of a refusal say of a field: a table of what providers write. */
import { describe, expect, it } from 'vitest';
import { readRefusal } from '../../src/calls/read-refusal.ts';

const unknown = (...paths: string[]) => ({ kind: 'unknown', paths: paths.map((path) => path.split('.')), instead: null });

describe('readRefusal finds a field that is not known', () => {
  it.each<[string, string]>([
    ["Unknown parameter: 'top_k'.", 'top_k'],
    ["Unknown parameter: 'tools[0].cache_control'.", 'tools.0.cache_control'],
    ["Unknown parameter: 'messages[1].tool_calls[0].index'.", 'messages.1.tool_calls.0.index'],
    ["Unsupported parameter: 'temperature' is not supported with this model.", 'temperature'],
    ['Unsupported parameter(s): `logit_bias`', 'logit_bias'],
    ['Unrecognized request argument supplied: top_k', 'top_k'],
    ["Unrecognized key(s) in object: 'top_k'", 'top_k'],
    ['json: unknown field "top_k"', 'top_k'],
    ['unknown field `top_k`, expected one of `model`, `messages` at line 1 column 80', 'top_k'],
    ["got an unexpected keyword argument 'top_k'", 'top_k'],
    ['top_k: Extra inputs are not permitted', 'top_k'],
    ['tools.0.custom.cache_control: Extra inputs are not permitted', 'tools.0.custom.cache_control'],
    ["Extra inputs are not permitted, field: 'top_k', value: 5", 'top_k'],
    ['Malformed input request: #: extraneous key [top_k] is not permitted, please reformat your input and try again.', 'top_k'],
    ['#/messages/0: extraneous key [name] is not permitted', 'messages.0.name'],
    ["Additional properties are not allowed ('strict' was unexpected) - 'tools.0.function'", 'tools.0.function.strict'],
    ['Invalid JSON payload received. Unknown name "top_k": Cannot find field.', 'top_k'],
    ['Invalid JSON payload received. Unknown name "seed" at \'generation_config\': Cannot find field.', 'generation_config.seed'],
    ['Unknown name "strict" at \'tools[0].function_declarations[0]\': Cannot find field.', 'tools.0.function_declarations.0.strict'],
    ["property 'top_k' is unsupported", 'top_k'],
    [
      "'messages.0' : for 'role:user' the following must be satisfied[('messages.0' : property 'cache_control' is unsupported)]",
      'messages.0.cache_control',
    ],
    ["unknown field: parameter 'strict' is not a valid field", 'strict'],
    ['`temperature` is deprecated for this model.', 'temperature'],
    ["'top_k' is not supported", 'top_k'],
    ['top_k is not supported by this model', 'top_k'],
    ['Model grok-4 does not support parameter presencePenalty.', 'presencePenalty'],
    ['This model does not support the `reasoning_effort` parameter.', 'reasoning_effort'],
    ["acme does not support parameters: ['top_k'], for model=m.", 'top_k'],
    ['Argument not supported on this model: presencePenalty', 'presencePenalty'],
    [
      "[{'type': 'extra_forbidden', 'loc': ('body', 'tools', 0, 'cache_control'), 'msg': 'Extra inputs are not permitted'}]",
      'tools.0.cache_control',
    ],
    ['[{"type":"extra_forbidden","loc":["body","top_k"],"msg":"Extra inputs are not permitted"}]', 'top_k'],
  ])('in: %s', (message, path) => {
    expect(readRefusal(message, null, null)).toEqual(unknown(path));
  });

  it('in a code, where the message says nothing', () => {
    expect(readRefusal('no', 'top_k', 'unknown_parameter')).toEqual(unknown('top_k'));
  });

  it('several times in one message', () => {
    const message = 'top_k: Extra inputs are not permitted; min_p: Extra inputs are not permitted';
    expect(readRefusal(message, 'top_k', null)).toEqual(unknown('top_k', 'min_p'));
  });
});

describe('readRefusal finds the name that takes the place of another', () => {
  it.each([
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    "'max_tokens' is deprecated, please use max_completion_tokens instead.",
    'max_tokens has been renamed to `max_completion_tokens`',
    'Please use `max_completion_tokens` instead of `max_tokens`.',
    "Unsupported parameter: 'max_tokens'. In this API, this parameter has moved to 'max_completion_tokens'.",
    'The parameter `max_tokens` is not supported by this model; it was replaced by `max_completion_tokens`.',
  ])('in: %s', (message) => {
    expect(readRefusal(message, 'max_tokens', null)).toEqual({
      kind: 'unknown',
      paths: [['max_tokens']],
      instead: 'max_completion_tokens',
    });
  });
});

describe('readRefusal finds that only the default is taken', () => {
  it.each([
    "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.",
    'invalid temperature: only 1 is allowed for this model',
    'temperature must be omitted for this model',
  ])('in: %s', (message) => {
    expect(readRefusal(message, 'temperature', 'unsupported_value')).toEqual({ kind: 'default-only', path: ['temperature'] });
  });
});

describe('readRefusal finds nothing about a field', () => {
  it.each<[string, string | null, string | null]>([
    ["Invalid 'tools': array too long. Expected an array with maximum length 128, but got 150 instead.", 'tools', 'array_above_max_length'],
    [
      "Invalid 'tools[0].function.description': string too long. Expected a string with maximum length 1024.",
      'tools[0].function.description',
      'string_above_max_length',
    ],
    [
      "Invalid schema for response_format 'answer': In context=(), 'additionalProperties' is required to be supplied and to be false.",
      'response_format',
      'invalid_json_schema',
    ],
    [
      "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 5 instead.",
      'temperature',
      'decimal_above_max_value',
    ],
    ['top_k is too large: at most 40', 'top_k', null],
    ['temperature and top_p cannot both be specified for this model. Please use only one.', null, null],
    ['temperature is not supported when thinking is enabled', null, null],
    ["'tools' is not supported together with 'response_format'", null, null],
    ['temperature and top_k are not supported', null, null],
    [
      "Unsupported value: 'reasoning_effort' does not support 'xhigh' with this model. Supported values are: 'low', 'high'.",
      'reasoning_effort',
      'unsupported_value',
    ],
    ['top_k is not supported with streaming', null, null],
    ['Something is unsupported.', null, null],
    ['nope', 'top_k', null],
    [
      "[{'type': 'extra_forbidden', 'loc': ('body', 'x'), 'msg': 'no'}, {'type': 'missing', 'loc': ('body', 'y'), 'msg': 'no'}]",
      null,
      null,
    ],
  ])('in: %s', (message, param, code) => {
    const refusal = readRefusal(message, param, code);
    // A word that is no field of a request is harmless: nothing that was sent has that name.
    const names = refusal?.kind === 'unknown' ? refusal.paths.map((path) => path.join('.')) : [];
    expect(names.filter((name) => /^(tools|temperature|top_k|top_p|response_format|reasoning_effort|x)/.test(name))).toEqual([]);
    expect(refusal?.kind).not.toBe('default-only');
  });
});
