import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { RouterError } from '../../../../src/unified/error.ts';
import type { StreamEvent } from '../../../../src/unified/response/event.ts';
import { call, ended, failed, START, text, usageOf } from '../../../stream/events.ts';
import { answer, bodyOf, END, lastResponse, outputOf, refusal, streamed, streamText, typesOf, whole } from './answered.ts';

/** Keys of the response that the compliance suite of Open Responses requires (repository openresponses/openresponses, 2026-04-24). */
const REQUIRED = `id object created_at completed_at status incomplete_details model previous_response_id instructions output error tools
  tool_choice truncation parallel_tool_calls text top_p presence_penalty frequency_penalty top_logprobs temperature reasoning usage
  max_output_tokens max_tool_calls store background service_tier metadata safety_identifier prompt_cache_key`.split(/\s+/);

describe('the end of an answer', () => {
  const ends: [string, StreamEvent[], JsonObject][] = [
    ['stop', [text('a'), ended()], { status: 'completed', incomplete_details: null }],
    ['length', [text('a'), ended(0, 'length')], { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }],
    ['content_filter', [text('a'), ended(0, 'content_filter')], { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }],
    ['content_filter after a refusal', [refusal('No.'), ended(0, 'content_filter')], { status: 'completed', incomplete_details: null }],
  ];

  it.each(ends)('has the status of its reason: %s', (_, events, expected) => {
    const response = answer([START, ...events, END]);
    expect(response).toMatchObject(expected);
    const [item] = outputOf(response);
    expect(item).toMatchObject({ status: expected['status'] === 'completed' ? 'completed' : 'incomplete' });
  });

  it('is an error where the upstream ended it as failed', () => {
    const events = [START, text('a'), ended(0, 'error', 'bad'), END];
    expect(lastResponse(streamed(events))).toMatchObject({ status: 'failed', error: { code: 'server_error' } });
    expect(() => bodyOf(events)).toThrow('the upstream ended the answer with "bad"');
  });

  it('has usage whose parts are always numbers (facts, test vector 6)', () => {
    const usage = usageOf(100, 20, { cachedTokens: 40, cacheWriteTokens: 10, reasoningTokens: 5, costUsd: 0.5 });
    const response = answer([START, text('a'), ended(), { type: 'end', usage }]);
    expect(response['usage']).toEqual({
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 5 },
      total_tokens: 120,
    });
    expect(response['tributary']).toMatchObject({ usage: { cost: 0.5, calls: 1 } });
  });

  it('has the bodies that were sent upstream, where they were asked for', () => {
    const meta = { sentBodies: () => [{ model: 'm' }] };
    expect(lastResponse(streamed(whole(text('a')), { meta }))).toMatchObject({
      tributary: { debug: { echo_upstream_body: [{ model: 'm' }] } },
    });
    expect(streamText(whole(text('a')))).not.toContain('echo_upstream_body');
  });

  it('names the parts of the usage that were not reported, and estimates', () => {
    const usage = usageOf(1, 2, { estimated: ['prompt_tokens'] });
    const response = answer([START, text('a'), ended(), { type: 'end', usage }]);
    expect(response['usage']).toMatchObject({ input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 } });
    expect(response['tributary']).toMatchObject({
      usage: {
        estimated: ['input_tokens'],
        not_reported: [
          'input_tokens_details.cached_tokens',
          'input_tokens_details.cache_write_tokens',
          'output_tokens_details.reasoning_tokens',
        ],
      },
    });
  });

  it('without usage has none', () => {
    expect(answer([START, text('a'), ended(), { type: 'end', usage: null }])['usage']).toBeNull();
  });

  it('has every key that Open Responses requires, with a number for each sampling parameter', () => {
    const response = answer(whole(text('a')));
    for (const key of REQUIRED) expect(response).toHaveProperty(key);
    for (const key of ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'top_logprobs'])
      expect(response[key]).toBeTypeOf('number');
    expect(response).toMatchObject({ object: 'response', store: false, background: false, service_tier: 'default', model: 'acme/river' });
  });

  it("has the tier that was billed, and the router's own field", () => {
    const finalMeta = () => ({ adjustments: [{ param: 'top_a', action: 'dropped' as const, reason: 'why' }], metadata: { attempts: 1 } });
    const usage = usageOf(1, 1, { serviceTier: 'flex' });
    const end: StreamEvent = { ...ended(), stopSequence: '###' } as StreamEvent;
    const response = answer([{ ...START, serviceTier: 'priority' }, text('a'), end, { type: 'end', usage }], { meta: { finalMeta } });
    expect(response).toMatchObject({
      service_tier: 'flex',
      tributary: {
        id: 'resp_1',
        provider: 'Acme',
        finish_reason: 'stop',
        native_finish_reason: 'stop',
        stop_sequence: '###',
        adjustments: [{ param: 'top_a' }],
        metadata: { attempts: 1 },
      },
    });
  });
});

describe('an answer that breaks off', () => {
  it('has the error, flat and nested, and the output so far (facts, test vector 5)', () => {
    const events = streamed([START, text('x'), { ...failed('it broke'), usage: usageOf(3, 1) }]);
    expect(typesOf(events).slice(-2)).toEqual(['error', 'failed']);
    const error = { code: 'server_error', message: 'it broke', param: null };
    expect(events.at(-2)).toMatchObject({ ...error, error: { type: 'server_error', ...error } });
    expect(lastResponse(events)).toMatchObject({
      status: 'failed',
      error: { code: 'server_error', message: 'it broke' },
      output: [{ type: 'message', status: 'incomplete', content: [{ text: 'x' }] }],
      usage: { input_tokens: 3 },
      completed_at: null,
    });
  });

  it('does not close the item that it breaks off in: the client would act on half a call', () => {
    const events = streamed([START, text('x'), call(0, { id: 'c', name: 'f', arguments: '{"a' }), failed()]);
    expect(events.filter(({ type }) => type === 'response.output_item.done')).toHaveLength(1);
    expect(outputOf(lastResponse(events))[1]).toMatchObject({ type: 'function_call', status: 'incomplete', arguments: '{"a' });
  });

  it('before any content has an opened response, too', () => {
    expect(typesOf(streamed([failed()]))).toEqual(['created', 'in_progress', 'error', 'failed']);
  });

  it('names the field at fault as the client did', () => {
    const error = new RouterError('invalid_request', 'why', { param: 'max_tokens' });
    const events = streamed([START, { type: 'error', error, usage: null, openChoices: [0] }]);
    expect(events.at(-2)).toMatchObject({ code: 'invalid_prompt', param: 'max_output_tokens', error: { type: 'invalid_request' } });
  });

  it('ignores what follows', () => {
    expect(streamText([START, text('x'), failed(), text('y'), failed()])).toBe(streamText([START, text('x'), failed()]));
  });
});
