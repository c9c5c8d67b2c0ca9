import { describe, expect, it } from 'vitest';
import { geminiUpstream } from '../../../src/dialects/gemini/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

const body = (code: number, status: string, message = 'Something.', details: JsonObject[] = []) => ({
  error: { code, message, status, details },
});
const invalid = (message: string) => geminiUpstream.parseError(400, body(400, 'INVALID_ARGUMENT', message));

describe('Gemini errors: a status', () => {
  it.each([
    [400, 'INVALID_ARGUMENT', 'invalid_request'],
    [400, 'FAILED_PRECONDITION', 'precondition_failed'],
    [401, 'UNAUTHENTICATED', 'authentication'],
    [403, 'PERMISSION_DENIED', 'permission_denied'],
    [404, 'NOT_FOUND', 'not_found'],
    [429, 'RESOURCE_EXHAUSTED', 'rate_limit_exceeded'],
    [499, 'CANCELLED', 'provider_unavailable'],
    [500, 'INTERNAL', 'server'],
    [503, 'UNAVAILABLE', 'provider_overloaded'],
    [504, 'DEADLINE_EXCEEDED', 'timeout'],
    [418, 'SOMETHING_NEW', 'invalid_request'],
  ])('%i %s is %s', (code, status, type) => {
    for (const document of [body(code, status), [body(code, status)]]) {
      expect(geminiUpstream.parseError(code, document)).toMatchObject({ type, message: 'Something.', details: { raw: status } });
    }
  });

  it.each([
    ['API key not valid. Please pass a valid API key.', [{ reason: 'API_KEY_INVALID' }], 'authentication', 'API_KEY_INVALID'],
    ['API key expired. Please renew the API key.', [], 'authentication', 'INVALID_ARGUMENT'],
    [
      'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      [],
      'context_length_exceeded',
      'INVALID_ARGUMENT',
    ],
    [
      'Unable to submit request because the input token count is 1200000 but model only supports up to 1048576.',
      [],
      'context_length_exceeded',
      'INVALID_ARGUMENT',
    ],
  ])('400 with %j says more', (message, details, type, raw) => {
    expect(geminiUpstream.parseError(400, body(400, 'INVALID_ARGUMENT', message, details))).toMatchObject({ type, details: { raw } });
  });

  it('of a condition may be about the account', () => {
    const message = 'User location is not supported for the API use.';
    expect(geminiUpstream.parseError(400, body(400, 'FAILED_PRECONDITION', message)).type).toBe('permission_denied');
  });
});

describe('Gemini errors: the field at fault', () => {
  it.each([
    [`Invalid JSON payload received. Unknown name "topA" at 'generation_config': Cannot find field.`, 'topA'],
    [`Invalid JSON payload received. Unknown name "min_p": Cannot find field.`, 'min_p'],
    [`Invalid JSON payload received. Unknown name "store": Cannot find field.`, 'store'],
    [`Invalid JSON payload received. Unknown name "const" at 'tools[0].function_declarations[0].parameters': Cannot find field.`, 'tools'],
    [`Invalid JSON payload received. Unknown name "id" at 'contents[1].parts[0].function_call': Cannot find field.`, 'messages'],
    [`Invalid JSON payload received. Unknown name "x" at 'generation_config.response_schema': Cannot find field.`, 'response_format'],
    [`Invalid value at 'generation_config.seed' (TYPE_INT32), 99999999999`, 'seed'],
    [`Invalid value at 'generation_config.max_output_tokens' (TYPE_INT32), "x"`, 'maxOutputTokens'],
    [`Invalid value at 'generation_config.stop_sequences[3]' (TYPE_STRING), 3`, 'stopSequences'],
    [`Invalid value at 'tool_config.function_calling_config.mode' (x), "Y"`, 'tool_choice'],
    ['Thinking level is not supported for this model.', 'reasoning_effort'],
    ['The thinking budget (52428) is invalid. Please choose a value between 128 and 32768.', 'reasoning.max_tokens'],
    ['Logprobs is not enabled for models/gemini-2.5-pro', 'responseLogprobs'],
    ['Multiple candidates is not enabled for this model', 'candidateCount'],
    ['Function calling is not enabled for models/gemma-3-27b-it', 'tools'],
    ['JSON mode is not enabled for models/gemma-3-27b-it', 'response_format'],
    // Which of the two penalties, it does not say.
    ['Penalty is not enabled for models/gemini-2.5-flash-preview', undefined],
    ['Request contains an invalid argument.', undefined],
  ])('%s', (message, param) => {
    expect(invalid(message)).toMatchObject({ type: 'invalid_request', status: 400, retryable: false, message });
    expect(invalid(message).details.param).toBe(param);
  });
});

describe('Gemini errors: a body of another form', () => {
  it.each([
    [404, '<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>', 'not_found', 'Error 404 (Not Found)!!1'],
    [502, '', 'provider_unavailable', 'HTTP 502 without a message'],
    [503, { error: { message: 'busy' } }, 'provider_overloaded', 'busy'],
    [500, [], 'server', 'HTTP 500 without a message'],
    [500, null, 'server', 'HTTP 500 without a message'],
  ])('%i %j', (status, document, type, message) => {
    expect(geminiUpstream.parseError(status, document)).toMatchObject({ type, message });
  });
});
