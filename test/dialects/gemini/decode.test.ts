import { describe, expect, it } from 'vitest';
import { geminiUpstream } from '../../../src/dialects/gemini/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { joinReasoningDetails } from '../../../src/unified/request/reasoning.ts';
import { replayBody, replayEvents } from '../replay.ts';
import { callPart, chunk, end } from './wire.ts';

const read = (...chunks: (JsonObject | string)[]) => replayEvents(geminiUpstream, chunks);
const choiceOf = (...chunks: JsonObject[]) => read(...chunks).result.choices[0];
const text = (words: string) => chunk([{ text: words }]);
const usage = (given: JsonObject) => read(text('a'), end('STOP', given)).result.usage;
const detailsOf = (...chunks: JsonObject[]) => joinReasoningDetails(choiceOf(...chunks)?.reasoningDetails ?? []);

describe('Gemini decoder: a stream', () => {
  it('names the model in its first chunk', () => {
    expect(read(text('a'), end()).result.starts).toEqual([
      { type: 'start', model: 'gemini-3-pro-preview', systemFingerprint: null, serviceTier: null },
    ]);
  });

  it.each(['<html>', '[]', 'null', '7', '[1]'])('with %s in it says so, and reads on', (payload) => {
    const decoder = geminiUpstream.createDecoder({ quirks: [] });
    const events = [payload, JSON.stringify(text('a'))].flatMap((one) => decoder.push(one));
    expect(events.map(({ type }) => type)).toEqual(['error', 'start', 'text-delta']);
  });

  it('that came as one array is read as a whole answer', () => {
    expect(replayBody(geminiUpstream, [text('a'), text('b'), end()]).result.choices[0]).toMatchObject({ text: 'ab', finishReason: 'stop' });
  });

  it('may break off with an error in an array', () => {
    const error = { error: { code: 429, message: 'Resource exhausted', status: 'RESOURCE_EXHAUSTED' } };
    expect(read(text('a'), JSON.stringify([error])).error).toMatchObject({ type: 'rate_limit_exceeded', message: 'Resource exhausted' });
    expect(replayBody(geminiUpstream, error).error?.type).toBe('rate_limit_exceeded');
  });
});

describe('Gemini decoder: a blocked prompt', () => {
  const feedback = (blockReason: string): JsonObject => ({ promptFeedback: { blockReason }, usageMetadata: { promptTokenCount: 4 } });

  it.each(['SAFETY', 'OTHER', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'IMAGE_SAFETY', 'MODEL_ARMOR', 'JAILBREAK'])(
    '(%s) is filtered',
    (native) => {
      for (const outcome of [read(feedback(native)), replayBody(geminiUpstream, feedback(native))]) {
        expect(outcome.error).toBeNull();
        expect(outcome.result.choices).toMatchObject([{ text: '', finishReason: 'content_filter', nativeReason: native }]);
        expect(outcome.result.usage).toMatchObject({ promptTokens: 4, completionTokens: 0 });
      }
    },
  );

  it('in the middle of an answer ends it', () => {
    expect(choiceOf(text('a'), feedback('SAFETY'))).toMatchObject({ text: 'a', finishReason: 'content_filter' });
  });

  it('is not what feedback without a reason says', () => {
    expect(read({ promptFeedback: {} }).error?.type).toBe('provider_unavailable');
  });
});

describe('Gemini decoder: an end that is a failure', () => {
  it('says what the provider says', () => {
    const outcome = read(text('a'), chunk(null, { finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'Malformed function call: x' }));
    expect(outcome.error).toMatchObject({
      type: 'provider_unavailable',
      message: 'Malformed function call: x',
      details: { nativeFinishReason: 'MALFORMED_FUNCTION_CALL' },
    });
  });
});

describe('Gemini decoder: tool calls', () => {
  it('keep the ids they have, and get one of the answer where they have none', () => {
    const given = { functionCall: { id: 'host-id', name: 'a', args: { x: 1 } } };
    expect(choiceOf(chunk([given, callPart('b')]), end())).toMatchObject({
      finishReason: 'tool_calls',
      toolCalls: [
        { id: 'host-id', name: 'a', arguments: '{"x":1}' },
        { id: 'call_resp-1_0_1', name: 'b', arguments: '{}' },
      ],
    });
  });

  it('of an answer without an id get one of the router', () => {
    const nameless = { ...chunk([callPart('a', {}, { thoughtSignature: 'sig' })], { finishReason: 'STOP' }), responseId: undefined };
    expect(choiceOf(nameless)?.toolCalls).toMatchObject([{ id: 'call_gen-test_0_0' }]);
    expect(detailsOf(nameless)).toEqual([
      { type: 'reasoning.encrypted', data: 'sig', id: 'call_gen-test_0_0', format: 'google-gemini-v1', index: 0 },
    ]);
  });

  it('that ran out of tokens are no finished calls', () => {
    expect(choiceOf(chunk([callPart('a')]), end('MAX_TOKENS'))?.finishReason).toBe('length');
  });
});

describe('Gemini decoder: arguments in pieces', () => {
  const piece = (functionCall: JsonObject) => chunk([{ functionCall }]);
  const put = (jsonPath: string, value: JsonObject) => ({ partialArgs: [{ jsonPath, ...value }], willContinue: true });
  const argumentsOf = (...chunks: JsonObject[]) =>
    choiceOf(...chunks, end())?.toolCalls.map((call) => JSON.parse(call.arguments) as unknown);

  it('are put where they belong', () => {
    const pieces = [
      put('$.a.b', { stringValue: 'x', willContinue: true }),
      put('$.a.b', { stringValue: 'y' }),
      put("$.a['odd key']", { boolValue: false }),
      put('$.list[0].n', { numberValue: 2 }),
      put('$.list[1]', { nullValue: 'NULL_VALUE' }),
    ];
    expect(argumentsOf(piece({ name: 'f', willContinue: true }), ...pieces.map(piece), piece({}))).toEqual([
      { a: { b: 'xy', 'odd key': false }, list: [{ n: 2 }, null] },
    ]);
  });

  it('are over with the next call, or with the answer', () => {
    const opened = (name: string) => [piece({ name, willContinue: true }), piece(put('$.x', { stringValue: name }))];
    expect(argumentsOf(...opened('one'), ...opened('two'))).toEqual([{ x: 'one' }, { x: 'two' }]);
  });

  it.each(['$.__proto__.bad', "$['__proto__']['bad']", '$.constructor.prototype.bad', '$', '', '$[4294967295]', '$.a[99999999]'])(
    'with the path %j change nothing',
    (path) => {
      expect(argumentsOf(piece({ name: 'f', willContinue: true }), piece(put(path, { stringValue: 'x' })), piece({}))).toEqual([{}]);
      expect(({} as JsonObject)['bad']).toBeUndefined();
    },
  );

  it('without a call belong to no call', () => {
    expect(choiceOf(piece(put('$.x', { stringValue: 'x' })), piece({}), text('a'), end())).toMatchObject({ text: 'a', toolCalls: [] });
  });
});

describe('Gemini decoder: thoughts and signatures', () => {
  const format = 'google-gemini-v1';

  it('are blocks that a client can send back', () => {
    expect(
      detailsOf(
        chunk([{ text: 'F', thought: true }]),
        chunk([{ text: 'ar.', thought: true }]),
        chunk([callPart('a', {}, { thoughtSignature: 'of-a' }), callPart('b')]),
        chunk([{ text: 'Again.', thought: true, thoughtSignature: 'of-thought' }]),
        chunk([{ text: 'More.', thought: true }]),
        text('Done.'),
        chunk([{ text: '', thoughtSignature: 'of-text' }], { finishReason: 'STOP' }),
      ),
    ).toEqual([
      { type: 'reasoning.text', text: 'Far.', format, index: 0 },
      { type: 'reasoning.encrypted', data: 'of-a', id: 'call_resp-1_0_0', format, index: 1 },
      { type: 'reasoning.text', text: 'Again.', signature: 'of-thought', format, index: 2 },
      { type: 'reasoning.text', text: 'More.', format, index: 3 },
      { type: 'reasoning.encrypted', data: 'of-text', format, index: 4 },
    ]);
  });
});

describe('Gemini decoder: images', () => {
  const image = (data: string, more: JsonObject = {}) => ({ inlineData: { mimeType: 'image/png', data }, ...more });
  const given = (data: string) => ({ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } });

  it('are reported as data URIs, all of a chunk at once', () => {
    const outcome = read(chunk([{ text: 'Here:' }, image('QQ'), image('Qg', { thoughtSignature: 'sig' })], { finishReason: 'STOP' }));
    expect(outcome.events.filter(({ type }) => type === 'image')).toHaveLength(1);
    expect(outcome.result.choices[0]).toMatchObject({ text: 'Here:', extra: { images: [given('QQ'), given('Qg')] } });
    expect(outcome.result.choices[0]?.reasoningDetails).toMatchObject([{ data: 'sig', id: 'image_1' }]);
  });
});

describe('Gemini decoder: log probabilities', () => {
  const logprobsResult = {
    chosenCandidates: [{ token: 'a', tokenId: 1, logProbability: -0.5 }, { token: 'b' }],
    topCandidates: [{ candidates: [{ token: 'a', logProbability: -0.5 }, { token: 'x' }] }],
  };

  it('stand beside the text they are of', () => {
    expect(choiceOf(chunk([{ text: 'ab' }], { logprobsResult }), end())?.logprobs).toEqual([
      {
        token: 'a',
        logprob: -0.5,
        bytes: null,
        top: [
          { token: 'a', logprob: -0.5, bytes: null },
          { token: 'x', logprob: -9999, bytes: null },
        ],
      },
      { token: 'b', logprob: null, bytes: null, top: [] },
    ]);
  });

  it('are not lost where the text came before them', () => {
    expect(choiceOf(text('ab'), chunk(null, { logprobsResult, finishReason: 'STOP' }))?.logprobs).toHaveLength(2);
    expect(choiceOf(text('ab'), chunk(null, { logprobsResult: { chosenCandidates: 'x' }, finishReason: 'STOP' }))?.logprobs).toBeNull();
  });
});

describe('Gemini decoder: usage', () => {
  it('adds thoughts to what was made and results of tools to the prompt', () => {
    const given = {
      promptTokenCount: 9,
      cachedContentTokenCount: 4,
      toolUsePromptTokenCount: 3,
      candidatesTokenCount: 23,
      thoughtsTokenCount: 185,
      totalTokenCount: 220,
    };
    expect(usage(given)).toMatchObject({
      promptTokens: 12,
      completionTokens: 208,
      cachedTokens: 4,
      cacheWriteTokens: null,
      reasoningTokens: 185,
      costUsd: null,
    });
  });

  it('may be of thoughts alone, and what was not counted is not known', () => {
    expect(usage({ promptTokenCount: 9, thoughtsTokenCount: 7 })).toMatchObject({
      completionTokens: 7,
      reasoningTokens: 7,
      cachedTokens: null,
    });
    expect(usage({ promptTokenCount: 9, candidatesTokenCount: 7 })).toMatchObject({ completionTokens: 7, reasoningTokens: null });
  });

  it('is the last there is, and not what speaks of the kind of traffic', () => {
    const counts = { promptTokenCount: 9, candidatesTokenCount: 7 };
    const traffic = { trafficType: 'ON_DEMAND' };
    expect(read(chunk([{ text: 'a' }], {}, traffic), end('STOP', traffic)).result.usage).toBeNull();
    expect(
      read(chunk([{ text: 'a' }], {}, { ...counts, candidatesTokenCount: 1 }), end('STOP', counts), chunk(null, {}, traffic)).result.usage,
    ).toMatchObject({ promptTokens: 9, completionTokens: 7 });
  });

  it('is known of an answer that broke off', () => {
    const counts = { promptTokenCount: 9, candidatesTokenCount: 7 };
    const broken = { error: { code: 500, message: 'x', status: 'INTERNAL' }, usageMetadata: counts };
    const { events } = read(text('a'), broken);
    expect(events.at(-1)).toMatchObject({ type: 'error', usage: { promptTokens: 9, completionTokens: 7 } });
  });
});
