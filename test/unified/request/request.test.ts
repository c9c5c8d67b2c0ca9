/** What the unified request accepts and what it refuses, in words a person can act on. */
import { messagesIn } from '../../dialects/messages-input.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json.ts';
import { PARAMETERS, type TextOperation } from '../../../src/unified/request/parameters.ts';
import { parseOpenAi } from '../../../src/dialects/openai-common/client/parse.ts';
import { parse, refusal } from '../refusal.ts';

const BOTH: readonly TextOperation[] = ['chat', 'completions'];

/** Parameter, its range in words, values inside it, values outside it. */
type Row = readonly [name: string, range: string, inside: readonly unknown[], outside: readonly unknown[]];

const NUMBERS: readonly Row[] = [
  ['temperature', 'a number from 0 to 2', [0, 0.7, 2], [-0.1, 2.1, 3, '1', true, [1], {}]],
  ['top_p', 'a number from 0 to 1', [0, 1], [-0.01, 1.01, '1']],
  ['top_k', 'an integer of 0 or more', [0, 1, 1e6], [-1, 1.5, '1']],
  ['min_p', 'a number from 0 to 1', [0, 1], [-1, 2]],
  ['top_a', 'a number from 0 to 1', [0, 1], [-1, 2]],
  ['frequency_penalty', 'a number from -2 to 2', [-2, 0, 2], [-2.1, 2.1]],
  ['presence_penalty', 'a number from -2 to 2', [-2, 0, 2], [-2.1, 2.1]],
  ['repetition_penalty', 'a number from 0 to 2', [0, 1, 2], [-0.1, 2.1]],
  ['seed', 'an integer below 2^53', [-5, 0, Number.MAX_SAFE_INTEGER], [2 ** 60, 0.5, 'x']],
  ['n', 'an integer from 1 to 128', [1, 128], [0, 129, 1.5]],
];

const OTHERS: readonly Row[] = [
  ['user', 'a string', ['', 'ada'], [5, {}]],
  ['structured_outputs', 'true or false', [true, false], [0, 'true']],
  ['include_reasoning', 'true or false', [true], [1]],
  ['reasoning_effort', 'one of max, xhigh, high, medium, low, minimal, none', ['none', 'max'], ['huge', 5]],
  ['session_id', 'a string of at most 256 characters', ['x'.repeat(256)], ['x'.repeat(257), 5]],
  ['service_tier', 'one of auto, default, fast, flex, priority, scale, ultrafast', ['flex'], ['gold']],
  ['trace', 'an object', [{}, { a: 1 }], [[], 'x']],
  ['plugins', 'an array', [[], [{ id: 'web' }]], [{}, 'web']],
  ['logit_bias', 'an object of token ids with numbers from -100 to 100', [{}, { 5: 100, 6: -100, 7: null }], [[], 5]],
  ['stop', 'a string, or an array of at most 64 non-empty strings', ['', 'a', [], ['a'], Array.from({ length: 64 }, () => 'a')], [5, {}]],
];

const BY_OPERATION: Readonly<Record<TextOperation, readonly Row[]>> = {
  chat: [
    ['max_tokens', 'an integer of 1 or more', [1], [0, -1, 1.5, '5']],
    ['max_completion_tokens', 'an integer of 1 or more', [1], [0]],
    ['logprobs', 'true or false', [true, false], [5, 'yes']],
    ['top_logprobs', 'an integer from 0 to 20', [0], [-1, 21]],
    ['parallel_tool_calls', 'true or false', [true], ['yes']],
    ['verbosity', 'one of low, medium, high, xhigh, max', ['low'], ['loud']],
    ['max_tool_calls', 'an integer from 1 to 30', [1, 30], [0, 31]],
    ['modalities', 'an array', [['text']], ['text']],
  ],
  completions: [
    ['max_tokens', 'an integer of 0 or more', [0, 1], [-1, 1.5]],
    ['max_completion_tokens', 'an integer of 0 or more', [0, 1], [-1, 'x']],
    ['logprobs', 'an integer from 0 to 20', [0, 20], [21, -1, true]],
    ['best_of', 'an integer from 1 to 128', [1, 128], [0, 129]],
    ['echo', 'true or false', [true], ['yes', 1]],
    ['suffix', 'a string', ['', 'end'], [5]],
    ['ignore_eos', 'true or false', [true], [1]],
  ],
};

describe.each(BOTH)('every parameter of %s', (operation) => {
  const rows = [...NUMBERS, ...OTHERS, ...BY_OPERATION[operation]];

  it.each(rows)('%s is %s, as its message states', (name, range, inside, outside) => {
    for (const value of inside) expect(refusal(operation, { [name]: value })).toBeNull();
    for (const value of outside) {
      expect(refusal(operation, { [name]: value })).toEqual([name, expect.stringMatching(/ is .+; expected .+\.$/)]);
      expect(refusal(operation, { [name]: value })?.[1]).toBe(`${name} is ${shown(value)}; expected ${range}.`);
    }
  });

  it('treats null as absent', () => {
    const nulls = Object.fromEntries(Object.keys(PARAMETERS[operation]).map((name) => [name, null]));
    expect(parse(operation, nulls).parameters).toEqual({});
  });

  it('rejects a wrong type with a 400 that names it', () => {
    for (const name of Object.keys(PARAMETERS[operation])) {
      const wrong = [Symbol('never valid'), 5, 'x', [], {}, true].find((value) => refusal(operation, { [name]: value }) !== null);
      expect(refusal(operation, { [name]: wrong })?.[0]).toMatch(new RegExp(`^${name}`));
    }
  });
});

/** As messages show a value. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

describe('buildRequest values inside a parameter', () => {
  it.each<readonly [TextOperation, JsonObject, string, string]>([
    ['chat', { stop: ['a', ''] }, 'stop[1]', 'stop[1] is ""; expected at least 1 character.'],
    ['chat', { stop: [1] }, 'stop[0]', 'stop[0] is 1; expected a string.'],
    ['chat', { stop: Array.from({ length: 65 }, () => 'a') }, 'stop', 'expected a string, or an array of at most 64 non-empty strings.'],
    ['chat', { logit_bias: { 1: 200 } }, 'logit_bias.1', 'logit_bias.1 is 200; expected at most 100.'],
    ['chat', { logit_bias: { 1: 'x' } }, 'logit_bias.1', 'logit_bias.1 is "x"; expected a number.'],
    ['chat', { metadata: { a: 5 } }, 'metadata.a', 'metadata.a is 5; expected a string.'],
    ['chat', { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, key) => [`k${key}`, ''])) }, 'metadata', 'at most 16 strings'],
    ['chat', { reasoning: { effort: 'huge' } }, 'reasoning.effort', 'reasoning.effort is "huge"; expected "max" or "xhigh"'],
    ['chat', { response_format: { type: 'xml' } }, 'response_format.type', '"json_schema" or "text" or "json_object"'],
    ['chat', { response_format: { type: 'json_schema' } }, 'response_format.json_schema', 'is missing; expected an object.'],
    ['chat', { response_format: 'json' }, 'response_format', 'response_format is "json"; expected {type: "text"'],
    ['chat', { stream: 'yes' }, 'stream', 'stream is "yes"; expected a boolean.'],
    ['chat', { stream_options: { include_usage: 1 } }, 'stream_options.include_usage', 'expected a boolean.'],
    ['chat', { route: 'x' }, 'route', 'expected "fallback" or "sort" or "all".'],
    ['completions', { prompt: undefined }, 'prompt', 'prompt is missing; expected a string or an array.'],
    ['completions', { prompt: [] }, 'prompt', 'prompt is []; expected a string or at least 1 entry.'],
    ['completions', { prompt: ['a', 1] }, 'prompt[1]', 'prompt[1] is 1; expected a string.'],
    ['completions', { prompt: [1, -1] }, 'prompt[1]', 'prompt[1] is -1; expected at least 0.'],
    ['completions', { prompt: [[]] }, 'prompt[0]', 'prompt[0] is []; expected at least 1 entry.'],
  ])('%s %j: %s is named', (operation, fields, param, message) => {
    expect(refusal(operation, fields)).toEqual([param, expect.stringContaining(message)]);
  });
});

describe('buildRequest messages', () => {
  const text = { type: 'text', text: 'Hi' };

  it.each<readonly [unknown, string, string]>([
    [undefined, 'messages', 'messages is missing; expected an array.'],
    [null, 'messages', 'messages is null; expected an array.'],
    ['Hi', 'messages', 'messages is "Hi"; expected an array.'],
    [[], 'messages', 'messages is []; expected at least 1 entry.'],
    [[5], 'messages[0]', 'messages[0] is 5; expected an object.'],
    [
      [{ content: 'Hi' }],
      'messages[0].role',
      'messages[0].role is missing; expected "system" or "developer" or "user" or "assistant" or "tool".',
    ],
    [[{ role: 'robot', content: 'Hi' }], 'messages[0].role', 'messages[0].role is "robot"; expected "system" or'],
    [[{ role: 'user' }], 'messages[0].content', 'messages[0].content is missing; expected a string or an array.'],
    [[{ role: 'user', content: null }], 'messages[0].content', 'messages[0].content is null; expected a string or an array.'],
    [[{ role: 'user', content: ['Hi'] }], 'messages[0].content[0]', 'messages[0].content[0] is "Hi"; expected an object.'],
    [
      [{ role: 'user', content: [text, { type: 'smell' }] }],
      'messages[0].content[1].type',
      'is "smell"; expected "text" or "image_url" or',
    ],
    [[{ role: 'user', content: [{ type: 'text' }] }], 'messages[0].content[0].text', 'is missing; expected a string.'],
    [
      [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }],
      'messages[0].content[0].image_url.url',
      'is missing; expected a string.',
    ],
    [[{ role: 'tool', content: 'found' }], 'messages[0].tool_call_id', 'is missing; expected a string.'],
    [
      [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'look' } }] },
      ],
      'messages[1].tool_calls[0].function.arguments',
      'is missing; expected a string.',
    ],
  ])('rejects %j: %s', (messages, param, message) => {
    expect(refusal('chat', { messages })).toEqual([param, expect.stringContaining(message)]);
  });

  it.each([
    [{ role: 'system', content: 'Be brief.' }],
    [{ role: 'developer', content: 'Be brief.' }],
    [{ role: 'user', content: [text, { type: 'image_url', image_url: { url: 'https://a.example/b.png' } }] }],
    [{ role: 'user', content: [{ type: 'image_url', image_url: 'https://a.example/b.png' }] }],
    [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'aGk=', format: 'wav' } }] }],
    [{ role: 'user', content: [{ type: 'video_url', video_url: { url: 'https://a.example/b.mp4' } }] }],
    [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }],
    [{ role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: { name: 'look', arguments: '{}' } }] }],
    [{ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }], reasoning: 'why not' }],
    [{ role: 'tool', content: 'found', tool_call_id: 'a' }],
  ])('accepts %j unchanged', (message) => {
    expect(messagesIn(parse('chat', { messages: [message] }).input)).toEqual([message]);
  });

  it('accepts at most 10,000', () => {
    const many = (count: number) => Array.from({ length: count }, () => ({ role: 'user', content: '' }));
    expect(refusal('chat', { messages: many(10_000) })).toBeNull();
    expect(refusal('chat', { messages: many(10_001) })).toEqual(['messages', expect.stringContaining('expected at most 10000 entries')]);
  });
});

describe('buildRequest prompts', () => {
  it.each([
    ['Hi', 'text'],
    [['Hi', 'Ho'], 'texts'],
    [[1, 2], 'tokens'],
    [[[1], [2]], 'token-lists'],
  ])('%j is of the kind %s', (prompt, kind) => {
    expect(parse('completions', { prompt }).input).toEqual({ kind: 'prompt', prompt: { kind, value: prompt } });
  });
});

describe('buildRequest tools', () => {
  const look = { type: 'function', function: { name: 'look' } };

  it.each<readonly [JsonObject, string, string]>([
    [{ tools: {} }, 'tools', 'expected an array of tools'],
    [{ tools: [5] }, 'tools[0]', 'tools[0] is 5; expected an object.'],
    [{ tools: [{}] }, 'tools[0].type', 'tools[0].type is missing; expected "function".'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].function', 'tools[0].function is missing; expected an object.'],
    [{ tools: [look, { type: 'function', function: { name: 5 } }] }, 'tools[1].function.name', 'is 5; expected a string'],
    [{ tools: [{ type: 'function', function: { name: 'x'.repeat(1001) } }] }, 'tools[0].function.name', 'expected at most 1000 characters'],
    [{ tool_choice: 'all' }, 'tool_choice', 'tool_choice is "all"; expected "none", "auto", "required" or'],
    [{ tool_choice: { type: 'function' } }, 'tool_choice.function', 'is missing; expected an object.'],
  ])('rejects %j: %s', (fields, param, message) => {
    expect(refusal('chat', fields)).toEqual([param, expect.stringContaining(message)]);
  });

  it('accepts functions, tools of other types, and choices of any kind unchanged', () => {
    const tools = [look, { type: 'web_search', depth: 2 }];
    expect(parse('chat', { tools, tool_choice: look }).parameters).toEqual({ tools, tool_choice: look });
    expect(parse('chat', { tools, tool_choice: 'required' }).parameters).toEqual({ tools, tool_choice: 'required' });
  });
});

describe('buildRequest provider', () => {
  it.each<readonly [JsonObject, string, string]>([
    [{ ordr: ['novita'] }, 'provider.ordr', 'provider.ordr is ["novita"]; this field does not exist here.'],
    [{ max_price: { promt: 1 } }, 'provider.max_price.promt', 'this field does not exist here.'],
    [{ order: 'novita' }, 'provider.order', 'provider.order is "novita"; expected an array.'],
    [{ sort: 'speed' }, 'provider.sort', 'provider.sort is "speed"; expected "price" or "throughput"'],
    [{ allow_adjustments: 'no' }, 'provider.allow_adjustments', 'expected a boolean.'],
    [{ sort: { by: 'price', partion: 'none' } }, 'provider.sort.partion', 'this field does not exist here.'],
    [{ sort: { by: 'price', partition: 'all' } }, 'provider.sort.partition', 'expected "model" or "none"'],
    [{ quantizations: ['fp5'] }, 'provider.quantizations[0]', 'provider.quantizations[0] is "fp5"; expected "int4" or "int8"'],
    [{ preferred_max_latency: -1 }, 'provider.preferred_max_latency', 'provider.preferred_max_latency is -1'],
    [{ preferred_min_throughput: { p60: 1 } }, 'provider.preferred_min_throughput.p60', 'this field does not exist here.'],
    [{ max_price: { prompt: -1 } }, 'provider.max_price.prompt', 'provider.max_price.prompt is -1'],
    [{ timeouts: { idle_ms: 0 } }, 'provider.timeouts.idle_ms', 'provider.timeouts.idle_ms is 0; expected at least 1.'],
    [{ timeouts: { total_ms: 3_600_001 } }, 'provider.timeouts.total_ms', 'expected at most 3600000.'],
    [{ timeouts: { first_content_ms: 1.5 } }, 'provider.timeouts.first_content_ms', 'expected an int'],
    [{ timeouts: { first_ms: 5 } }, 'provider.timeouts.first_ms', 'this field does not exist here.'],
    [{ resume: 'no' }, 'provider.resume', 'expected a boolean.'],
    [{ on_disconnect: 'stay' }, 'provider.on_disconnect', 'expected "cancel" or "drain"'],
  ])('rejects %j: %s', (provider, param, message) => {
    expect(refusal('chat', { provider })).toEqual([param, expect.stringContaining(message)]);
  });

  it('accepts every preference', () => {
    const provider = {
      order: ['novita'],
      allow_fallbacks: false,
      max_price: { prompt: '0.5', completion: 1, image: null },
      sort: { by: 'price', partition: 'none' },
      quantizations: ['fp8', 'unknown'],
      preferred_min_throughput: 20,
      preferred_max_latency: { p50: 1, p99: 10 },
      timeouts: { first_content_ms: 1, idle_ms: null, total_ms: 3_600_000 },
      resume: false,
      on_disconnect: 'drain',
    };
    expect(parse('chat', { provider }).preferences).toEqual(provider);
  });

  it('treats null as absent', () => {
    const provider = Object.fromEntries(
      ['order', 'quantizations', 'sort', 'max_price', 'preferred_max_latency', 'timeouts', 'resume', 'on_disconnect'].map((name) => [
        name,
        null,
      ]),
    );
    expect(refusal('chat', { provider })).toBeNull();
  });
});

describe('buildRequest models', () => {
  it.each<readonly [JsonObject, string, string]>([
    [{ model: undefined }, 'model', 'model is required: "author/slug", or "@provider/<id at that provider>".'],
    [{ model: null, models: [] }, 'model', 'model is required'],
    [{ model: '' }, 'model', 'model is ""; expected at least 1 character.'],
    [{ model: 5 }, 'model', 'model is 5; expected a string.'],
    [{ models: ['a/b', 1] }, 'models[1]', 'models[1] is 1; expected a string.'],
    [{ models: Array.from({ length: 33 }, (_, key) => `a/${key}`) }, 'models', 'expected at most 32 entries.'],
  ])('rejects %j: %s', (fields, param, message) => {
    expect(refusal('chat', fields)).toEqual([param, expect.stringContaining(message)]);
  });

  it('puts model first, then models, each once', () => {
    expect(parse('chat', { model: 'a/b', models: ['c/d', 'a/b'] }).models).toEqual(['a/b', 'c/d']);
    expect(parse('chat', { model: undefined, models: ['c/d'] }).models).toEqual(['c/d']);
  });
});

describe('refuseContradictions', () => {
  it.each<readonly [TextOperation, JsonObject, string, string]>([
    ['chat', { top_logprobs: 3 }, 'top_logprobs', 'top_logprobs: 3 needs logprobs: true.'],
    ['chat', { top_logprobs: 3, logprobs: false }, 'top_logprobs', 'needs logprobs: true.'],
    ['completions', { n: 3, best_of: 2 }, 'best_of', 'best_of: 2 is less than n: 3; it must be at least n.'],
    ['chat', { reasoning: { effort: 'low' }, reasoning_effort: 'high' }, 'reasoning_effort', '"high" contradicts reasoning.effort: "low"'],
  ])('rejects for %s %j: %s', (operation, fields, param, message) => {
    expect(refusal(operation, fields)).toEqual([param, expect.stringContaining(message)]);
  });

  it.each<readonly [TextOperation, JsonObject]>([
    ['chat', { top_logprobs: 0 }],
    ['completions', { n: 3, best_of: 3 }],
    ['chat', { reasoning: { effort: 'low' }, reasoning_effort: 'low' }],
  ])('accepts for %s %j', (operation, fields) => {
    expect(refusal(operation, fields)).toBeNull();
  });
});

describe('buildRequest legacy fields', () => {
  it('prefers max_completion_tokens to a different max_tokens, and reports it', () => {
    const { parameters, adjustments } = parse('chat', { max_tokens: 9, max_completion_tokens: 5 });
    expect(parameters).toEqual({ max_completion_tokens: 5 });
    expect(adjustments).toEqual([expect.objectContaining({ param: 'max_tokens', action: 'dropped', from: 9 })]);
  });

  it('accepts the same limit twice without a report', () => {
    const { parameters, adjustments } = parse('chat', { max_tokens: 5, max_completion_tokens: 5 });
    expect(parameters).toEqual({ max_completion_tokens: 5 });
    expect(adjustments).toEqual([]);
  });

  it('drops a null in logit_bias', () => {
    expect(parse('chat', { logit_bias: { 1: null, 2: 3 } }).parameters).toEqual({ logit_bias: { 2: 3 } });
  });

  it.each<readonly [TextOperation, JsonObject, string]>([
    ['chat', { prompt: 'Once' }, 'prompt'],
    ['chat', { input: 'Once' }, 'input'],
    ['completions', { messages: [{ role: 'user', content: 'hi' }] }, 'messages'],
  ])('drops and reports for %s: %j', (operation, more, param) => {
    const { adjustments } = parse(operation, more);
    expect(adjustments).toMatchObject([{ param, action: 'dropped' }]);
  });

  it('drops and reports route sort and unknown stream options', () => {
    const { adjustments } = parse('chat', {
      route: 'sort',
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: true },
    });
    expect(adjustments.map(({ param, action }) => `${param} ${action}`)).toEqual([
      'route dropped',
      'stream_options.include_obfuscation dropped',
    ]);
  });
});

describe('readBody with a hostile body', () => {
  const nested = (levels: number): unknown => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));

  it('rejects more than 100 levels, and accepts 100', () => {
    expect(refusal('chat', { mystery: nested(99) })).toBeNull();
    expect(refusal('chat', { mystery: nested(100) })).toEqual([
      expect.stringMatching(/^mystery\.a\.a/),
      expect.stringContaining('more than 100 levels'),
    ]);
    const abyss: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(refusal('chat', { mystery: abyss })?.[1]).toContain('more than 100 levels');
  });

  it.each([
    ['{"__proto__": {"a": 1}}', '__proto__'],
    ['{"constructor": 1}', 'constructor'],
    ['{"metadata": {"prototype": "x"}}', 'metadata.prototype'],
    ['{"messages": [{"role": "user", "content": "Hi", "__proto__": {}}]}', 'messages[0].__proto__'],
    [
      '{"tools": [{"type": "function", "function": {"name": "f", "parameters": {"__proto__": {}}}}]}',
      'tools[0].function.parameters.__proto__',
    ],
  ])('rejects a key that reaches a prototype: %s', (text, path) => {
    const body: unknown = JSON.parse(`{"model": "a/b", "messages": [{"role": "user", "content": "Hi"}], ${text.slice(1)}`);
    expect(() => parseOpenAi('chat', body)).toThrow(`The field name in ${path} is not allowed`);
  });

  it.each([
    { tools: [{ type: 'function', function: { name: 'f', parameters: { properties: { constructor: { type: 'string' } } } } }] },
    { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { properties: { prototype: {} } } } } },
  ])('accepts a schema with an ordinary property name: %j', (fields) => {
    expect(refusal('chat', fields)).toBeNull();
  });

  it('rejects a body that is not an object', () => {
    for (const body of [null, [], 'x', 5]) expect(() => parseOpenAi('chat', body)).toThrow('The request body must be a JSON object.');
  });

  it('returns only a 400 that names a field', () => {
    const names = fc.constantFrom(...Object.keys(PARAMETERS.chat), 'messages', 'prompt', 'provider');
    const named = fc.property(fc.constantFrom(...BOTH), fc.dictionary(names, fc.jsonValue()), (operation, fields) => {
      const refused = refusal(operation, fields);
      expect(refused === null || typeof refused[0] === 'string').toBe(true);
    });
    expect(() => fc.assert(named, { seed: 20_261_121, numRuns: 500 })).not.toThrow();
  });
});

it('buildRequest freezes the request, and keeps unknown fields for providers', () => {
  const request = parse('chat', { mystery: { deep: true } });
  expect(Object.isFrozen(request)).toBe(true);
  expect(request.parameters).toEqual({ mystery: { deep: true } });
});
