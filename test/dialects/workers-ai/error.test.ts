import { describe, expect, it } from 'vitest';
import { workersAiUpstream } from '../../../src/dialects/workers-ai/index.ts';
import type { ErrorType } from '../../../src/unified/error-type.ts';
import { replayEvents } from '../replay.ts';

const parse = (status: number, body: unknown) => workersAiUpstream.parseError(status, body);
const envelope = (code: number | string | null, message: unknown) => ({
  success: false,
  errors: [{ code, message }],
  result: null,
  messages: [],
});

describe('Workers AI errors: a number', () => {
  it.each<[number, number, ErrorType]>([
    [400, 3003, 'invalid_request'],
    [400, 3039, 'invalid_request'],
    [400, 5004, 'invalid_request'],
    [400, 5007, 'not_found'],
    [403, 3023, 'permission_denied'],
    [403, 3041, 'permission_denied'],
    [403, 5016, 'permission_denied'],
    [403, 5018, 'permission_denied'],
    [404, 3042, 'not_found'],
    [405, 5005, 'invalid_request'],
    [405, 5019, 'invalid_request'],
    [408, 3007, 'timeout'],
    [408, 3008, 'timeout'],
    [413, 3006, 'payload_too_large'],
    [429, 3036, 'rate_limit_exceeded'],
    [429, 3040, 'provider_overloaded'],
  ])('%i %i is %s, wherever it stands', (status, code, type) => {
    for (const body of [
      envelope(code, 'why'),
      envelope(String(code), 'why'),
      envelope(null, `${code}: why`),
      { error: `${code}: why` },
      `AiError: ${code}: why`,
      `InferenceUpstreamError: 7d2f1234: ${code}: why`,
    ]) {
      expect(parse(status, body)).toMatchObject({ type, message: 'why', details: { raw: String(code) } });
    }
  });

  it('of a used-up allocation is no reason to try again, of a full host it is', () => {
    expect(parse(429, envelope(3036, 'used up')).retryable).toBe(false);
    expect(parse(429, envelope(3040, 'full')).retryable).toBe(true);
  });

  it('that is unknown leaves the status to decide', () => {
    expect(parse(401, envelope(10000, 'Authentication error'))).toMatchObject({ type: 'authentication', details: { raw: '10000' } });
    expect(parse(500, envelope(1031, 'Unknown internal error'))).toMatchObject({ type: 'server' });
    expect(parse(404, envelope(7003, 'Could not route')).type).toBe('not_found');
  });
});

describe('Workers AI errors: words', () => {
  it('say that the context is too long', () => {
    const message =
      'AiError: 5021: The estimated number of input and maximum output tokens (9000) exceeded this model context window limit (8000)';
    expect(parse(413, envelope(5021, message)).type).toBe('context_length_exceeded');
  });

  it('name the field', () => {
    const message =
      "5006: Error: oneOf at '/' not met, 0 matches: required properties at '/' are 'prompt', Type mismatch of '/top_k', 'string' not in 'integer'";
    expect(parse(400, envelope(5006, message))).toMatchObject({ type: 'invalid_request', details: { param: 'top_k', raw: '5006' } });
  });

  it.each<[number, unknown, string, ErrorType]>([
    [400, envelope(5004, null), 'the upstream reported an error without a message', 'invalid_request'],
    [400, { success: false, errors: [] }, 'HTTP 400 without a message', 'invalid_request'],
    [429, { error: { message: 'slow down' } }, 'slow down', 'rate_limit_exceeded'],
    [502, '<html>Bad gateway</html>', 'Bad gateway', 'provider_unavailable'],
    [500, null, 'HTTP 500 without a message', 'server'],
    [400, [], 'HTTP 400 without a message', 'invalid_request'],
  ])('of any other kind are read as they come (%i %j)', (status, body, message, type) => {
    expect(parse(status, body)).toMatchObject({ message, type });
  });
});

describe('Workers AI errors: inside a stream', () => {
  it.each([envelope(3040, 'no capacity'), { error: 'InferenceUpstreamError: 3040: no capacity' }])('%j ends it', (payload) => {
    const outcome = replayEvents(workersAiUpstream, [{ response: 'a' }, payload, '[DONE]']);
    expect(outcome.error).toMatchObject({ type: 'provider_overloaded', message: 'no capacity' });
    expect(outcome.result.choices[0]?.text).toBe('a');
  });
});
