import { describe, expect, it } from 'vitest';
import { openaiResponsesUpstream as dialect } from '../../../../src/dialects/openai-responses/upstream/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { replayBody, replayEvents } from '../../replay.ts';
import { responseEvent as event } from './wire.ts';

const body = (error: JsonObject) => ({ error: { type: 'invalid_request_error', param: null, code: null, ...error } });

describe('Responses errors: an answer with an error status', () => {
  it.each<[number, JsonObject, string, JsonObject]>([
    [
      400,
      { message: "Unsupported parameter: 'temperature' is not supported with this model.", param: 'temperature' },
      'invalid_request',
      { param: 'temperature' },
    ],
    [
      400,
      { message: "Unsupported value: 'reasoning.effort' ...", param: 'reasoning.effort' },
      'invalid_request',
      { param: 'reasoning_effort' },
    ],
    [400, { message: "Unsupported parameter: 'reasoning.effort' is not supported." }, 'invalid_request', { param: 'reasoning_effort' }],
    [400, { message: "Unsupported value: 'low'", param: 'text.verbosity' }, 'invalid_request', { param: 'verbosity' }],
    [400, { message: 'Invalid schema', param: 'text.format.schema' }, 'invalid_request', { param: 'response_format' }],
    [400, { message: 'Unrecognized request argument supplied: top_k.' }, 'invalid_request', { param: 'top_k' }],
    [400, { message: 'Could not process image', code: 'invalid_image_format' }, 'unsupported_image_format', {}],
    [400, { message: 'flagged', code: 'invalid_prompt' }, 'invalid_prompt', {}],
    [400, { message: 'too long', code: 'context_length_exceeded' }, 'context_length_exceeded', {}],
    [429, { message: 'Please try again in 6.2s.', code: 'rate_limit_exceeded' }, 'rate_limit_exceeded', {}],
    [429, { message: 'no money', code: 'insufficient_quota' }, 'rate_limit_exceeded', { retryable: false }],
    [401, { message: 'bad key', code: 'invalid_api_key' }, 'authentication', {}],
    [400, { message: 'odd', code: 'constructor' }, 'invalid_request', {}],
  ])('%i %j is reported as %s', (status, error, type, details) => {
    expect(dialect.parseError(status, body(error))).toMatchObject({ type, message: error['message'], details });
  });

  it('may be no JSON', () => {
    expect(dialect.parseError(502, '<html>Bad gateway</html>')).toMatchObject({ type: 'provider_unavailable', message: 'Bad gateway' });
  });
});

describe('Responses errors: an error inside HTTP 200', () => {
  const quota = { code: 'insufficient_quota', message: 'You exceeded your current quota.' };

  it.each<[string, JsonObject]>([
    ['flat', { type: 'error', param: null, ...quota }],
    ['nested', { type: 'error', error: { type: 'insufficient_quota', param: null, ...quota } }],
    ['a response that failed', event('failed', { response: { status: 'failed', error: quota } })],
    ['a plain error body', { error: quota }],
  ])('may be %s', (_, payload) => {
    const outcome = replayEvents(dialect, [event('created', { response: { model: 'm', status: 'in_progress' } }), payload]);
    expect(outcome.error).toMatchObject({ type: 'rate_limit_exceeded', message: quota.message, retryable: false });
  });

  it('said twice, as an event and as a response, is one', () => {
    const events = [{ type: 'error', ...quota }, event('failed', { response: { status: 'failed', error: quota } })];
    expect(replayEvents(dialect, events).events.filter(({ type }) => type === 'error')).toHaveLength(1);
  });

  it.each<[JsonObject, string, string]>([
    [{ code: 'server_error', message: 'broken' }, 'provider_unavailable', 'broken'],
    [{ code: 'rate_limit_exceeded', message: 'slow down' }, 'rate_limit_exceeded', 'slow down'],
    [{ code: 'failed_to_download_image', message: 'no image' }, 'image_download_failed', 'no image'],
    [{ code: 'bio_policy', message: 'no' }, 'content_policy_violation', 'no'],
  ])('%j of a whole answer is reported as %s', (error, type, message) => {
    const whole = { object: 'response', status: 'failed', error, output: [] };
    expect(replayBody(dialect, whole).error).toMatchObject({ type, message, details: { nativeFinishReason: 'failed' } });
  });

  it('without a word of its own says how the answer ended', () => {
    const outcome = replayBody(dialect, { object: 'response', status: 'cancelled', error: null, output: [] });
    expect(outcome.error).toMatchObject({ type: 'provider_unavailable', message: 'the upstream ended the answer with status "cancelled"' });
  });

  it('is not raised by what only looks like one', () => {
    const fields = { error: null, message: 'x', detail: 'y' };
    const outcome = replayEvents(dialect, [
      event('hologram', fields),
      event('completed', { response: { status: 'completed', error: null } }),
    ]);
    expect(outcome.error).toBeNull();
  });
});
