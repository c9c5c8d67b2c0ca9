import { describe, expect, it } from 'vitest';
import { findErrorIn, parseErrorBody } from '../../../../src/dialects/openai-common/upstream/error.ts';

describe('the body of a refusal', () => {
  it.each<[string, number, unknown, string, string]>([
    ['OpenAI', 400, { error: { message: 'bad', type: 'invalid_request_error', param: 'top_k', code: null } }, 'bad', 'invalid_request'],
    ['OpenRouter', 402, { error: { code: 402, message: 'no credits', metadata: {} } }, 'no credits', 'payment_required'],
    ['a text', 400, { error: 'bad' }, 'bad', 'invalid_request'],
    ['a text with a type beside it', 503, { error: 'full', error_type: 'overloaded_error' }, 'full', 'provider_overloaded'],
    ['vLLM', 404, { object: 'error', message: 'no such model', type: 'NotFoundError', code: 404 }, 'no such model', 'not_found'],
    ['flat', 429, { message: 'slow down', code: 'x' }, 'slow down', 'rate_limit_exceeded'],
    [
      'FastAPI',
      422,
      {
        detail: [
          { loc: ['body', 'top_k'], msg: 'too big' },
          { loc: ['body'], msg: 'odd' },
        ],
      },
      'top_k: too big; odd',
      'unprocessable',
    ],
    ['FastAPI, one text', 404, { detail: 'Not Found' }, 'Not Found', 'not_found'],
    ['Apigee', 500, { fault: { faultstring: 'broken' } }, 'broken', 'server'],
    ['xAI', 400, { code: 'Client specified an invalid argument', error: 'no such argument' }, 'no such argument', 'invalid_request'],
    ['MiniMax', 400, { base_resp: { status_code: 1004, status_msg: 'no key' } }, 'no key', 'invalid_request'],
    ['nested', 400, { error: { error: 'deep' } }, 'deep', 'invalid_request'],
    ['an unknown object', 400, { error: { reason: 'x' } }, '{"reason":"x"}', 'invalid_request'],
    ['plain text', 500, 'upstream connect error', 'upstream connect error', 'server'],
    ['an empty page', 500, '<html></html>', 'an empty body', 'server'],
    ['nothing', 503, '', 'HTTP 503 without a message', 'provider_overloaded'],
    ['an empty object', 503, {}, 'HTTP 503 without a message', 'provider_overloaded'],
    ['null', 503, null, 'HTTP 503 without a message', 'provider_overloaded'],
    ['a list', 400, [{ error: { message: 'x' } }], 'x', 'invalid_request'],
  ])('in the shape of %s is read', (_, status, body, message, type) => {
    expect(parseErrorBody(status, body)).toMatchObject({ message, type });
  });

  it('names the field that a validation error points at', () => {
    const detail = [{ msg: 'odd' }, { loc: ['body', 'messages', 0, 'name'], msg: 'no' }, { loc: ['body', 'top_k'], msg: 'no' }];
    for (const body of [{ detail }, { message: detail }, { message: { detail } }]) {
      expect(parseErrorBody(422, body)).toMatchObject({
        message: 'odd; messages.0.name: no; top_k: no',
        details: { param: 'messages.0.name' },
      });
    }
    expect(parseErrorBody(422, { detail: [{ reason: 'x' }] })).toMatchObject({ message: '{"reason":"x"}', details: {} });
  });

  it.each([
    ["This model's maximum context length is 8192 tokens", 400],
    ['the request exceeds the available context window', 400],
    ['prompt is too long: 9000 tokens', 413],
  ])('that says "%s" is about the context', (message, status) => {
    expect(parseErrorBody(status, { error: { message } }).type).toBe('context_length_exceeded');
  });

  it('does not let a general word overrule a status that says more', () => {
    const error = { message: 'x', type: 'invalid_request_error' };
    expect([404, 413, 429].map((status) => parseErrorBody(status, { error }).type)).toEqual([
      'not_found',
      'payload_too_large',
      'rate_limit_exceeded',
    ]);
  });

  it('lets a precise word overrule a general status', () => {
    expect(parseErrorBody(500, { error: { message: 'x', type: 'overloaded_error' } }).type).toBe('provider_overloaded');
    expect(parseErrorBody(400, { error: { message: 'x', code: 'content_policy_violation' } }).type).toBe('content_policy_violation');
  });

  it('is not confused by words that every object has', () => {
    expect(parseErrorBody(400, { error: { message: 'x', code: 'constructor', type: 'toString' } }).type).toBe('invalid_request');
  });

  it('keeps the markup out of a page, and its length bounded', () => {
    const page = `<html><script>let a = "</b>"; steal()</script><STYLE>p{}</STYLE><p>Bad   gateway</p>${'<br>x'.repeat(500)}</html>`;
    const { message } = parseErrorBody(502, page);
    expect(message).toMatch(/^Bad gateway x x/);
    expect(message).not.toMatch(/steal|p\{\}/);
    expect(message.length).toBeLessThan(210);
  });
});

describe('a payload that came with HTTP 200', () => {
  it.each([
    { choices: [] },
    { choices: [{}], message: 'hello' },
    { usage: {} },
    { type: 'ping' },
    { error: null, choices: [] },
    { x_groq: { id: 'r' } },
    { choices: [], base_resp: { status_code: 0, status_msg: 'success' } },
    { choices: [], errors: [] },
    { message: { role: 'assistant', content: 'hello' } },
    { message: [], choices: [] },
    {},
  ])('%j is no error', (payload) => {
    expect(findErrorIn(payload)).toBeNull();
  });

  it.each([
    [{ error: { code: 503, message: 'x' } }, 503],
    [{ error: { code: '429', message: 'x' } }, 429],
    [{ error: { message: 'x' }, status_code: 504 }, 504],
    [{ error: { message: 'x', status: 503 } }, 503],
    [{ status: 404, title: 'Not Found', detail: 'Function not found' }, 404],
    [{ statusCode: 429, message: 'x' }, 429],
    [{ detail: { error: 'You have negative balance' } }, 402],
    [{ error: { code: 99, message: 'x' } }, 502],
    [{ error: { code: 700, message: 'x' } }, 502],
    [{ error: 'x' }, 502],
    [{ choices: [], base_resp: { status_code: 2013, status_msg: 'invalid params' } }, 502],
    [{ choices: [], errors: [{ code: 5000, message: 'x' }] }, 502],
    [{ errors: ['x'] }, 502],
    [{ error_code: 17, error_msg: 'x' }, 502],
    [{ code: 429, msg: 'x' }, 429],
    [{ detail: { error: { message: 'x', code: 503 } } }, 503],
    [{ choices: null, base_resp: { status_code: 1008, status_msg: 'insufficient balance' } }, 402],
  ])('%j has status %i', (payload, status) => {
    expect(findErrorIn(payload)?.status).toBe(status);
  });
});

describe('something that the request names and the provider does not have', () => {
  it.each<[number, Record<string, unknown>]>([
    [404, { message: 'No such File object: file-abc123', type: 'invalid_request_error', param: 'file_id', code: null }],
    [404, { message: 'File not found: file_011CNha8iCJcU1wXNR6q4V8w', type: 'not_found_error' }],
    [404, { message: 'Not found', param: 'vector_store_ids' }],
    [400, { message: "Previous response with id 'resp_1' not found.", code: 'previous_response_not_found', param: 'previous_response_id' }],
    [403, { message: 'CachedContent not found (or permission denied)', status: 'PERMISSION_DENIED' }],
  ])("is the request's fault: %i %j", (status, error) => {
    expect(parseErrorBody(status, { error }).meaning).toBe('missing-resource');
  });

  it("is the endpoint's where it is the model", () => {
    const error = { message: 'The model `gpt-9` does not exist', param: 'model', code: 'model_not_found' };
    expect(parseErrorBody(404, { error }).meaning).toBe('no-such-model');
    expect(parseErrorBody(404, { error: { message: 'Not found', param: 'model' } }).meaning).toBe('no-such-model');
  });
});
