/**
 * Law: a provider's key never reaches a client or a log, in whatever spelling and place of its answer the provider repeats it. The answers
 * are the fixtures of every format, whole documents, errors and embeddings; the key is put into any text, name or header of them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { createAuthenticate } from '../../src/http/authenticate.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import { isObject, parseJson, type JsonObject } from '../../src/lib/json.ts';
import { createFramer } from '../../src/upstream/framing/index.ts';
import { toFrame } from '../simulator/wire-formats/bedrock.ts';
import { leaksIn, spellingsOf } from '../support/spellings.ts';
import { acme, chatOperation } from '../support/fake-providers.ts';
import { createFakeClock, LIMITS, QUIET, reachable, SERVICES } from '../support/fake-ports.ts';

const KEY = 'sk-can/ary+7391-AbCd==';
const SPELLINGS = Object.values(spellingsOf(KEY));
const FIXTURES = join(import.meta.dirname, '../fixtures');

/** An answer as JSON values, and how they go over the wire. */
type Sample = {
  name: string;
  dialect: string;
  payloads: unknown[];
  toResponse: (payloads: unknown[], headers: Record<string, string>) => Response;
};

const RUNS = 6;

/** Asks for a chat, a completion or embeddings; returns all that leaves the router. */
async function show(dialect: string, stream: boolean, answer: Response): Promise<{ status: number; text: string }> {
  const operation = dialect.endsWith('-embeddings') ? 'embeddings' : /completions|fim/.test(dialect) ? 'completions' : 'chat';
  const log: string[] = [];
  const app = createApp({
    catalog: createCatalog([acme({ operations: { [operation]: [chatOperation({ dialect })] } })]),
    ports: {
      ...SERVICES,
      clock: createFakeClock(),
      random: { id: () => '0'.repeat(20), fraction: () => 0 },
      keyHealth: QUIET.keyHealth,
      background: QUIET.background,
      log: (line) => log.push(line),
      access: ({ baseUrl }) => reachable(baseUrl, KEY),
      fetch: () => Promise.resolve(answer),
      limits: { ...LIMITS, eventCharacters: 100_000, answerBytes: 100_000 },
    },
    memoryOf: () => QUIET,
    authenticate: createAuthenticate({ allowAnonymous: true }),
  });
  const asked = {
    chat: { messages: [{ role: 'user', content: 'hello' }], max_tokens: 9 },
    completions: { prompt: 'x' },
    embeddings: { input: 'x' },
  };
  const path = operation === 'chat' ? 'chat/completions' : operation;
  const response = await app.request(`http://localhost/v1/${path}`, {
    method: 'POST',
    headers: { 'x-openrouter-metadata': 'enabled' },
    body: JSON.stringify({ model: '@acme/m', ...asked[operation], ...(operation === 'embeddings' ? {} : { stream }) }),
  });
  const text = await response.text();
  return { status: response.status, text: [...response.headers].flat().join('\n') + text + log.join('\n') };
}

/** Places of a value where a text can stand, as paths. */
function placesIn(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value === 'string') return [[...path]];
  if (Array.isArray(value)) return value.flatMap((entry, index) => placesIn(entry, [...path, String(index)]));
  if (!isObject(value)) return [];
  return [[...path, '(more)'], ...Object.entries(value).flatMap(([name, entry]) => placesIn(entry, [...path, name]))];
}

/** The value with a text at this place, in place of what stands there or behind it. */
function putAt(value: unknown, [step, ...rest]: readonly string[], text: string, isReplaced: boolean): unknown {
  if (step === undefined) return isReplaced || typeof value !== 'string' ? text : `${value} ${text}`;
  if (step === '(more)') return { ...(value as JsonObject), [isReplaced ? text : 'more']: text };
  if (Array.isArray(value)) return value.map((entry, index) => (String(index) === step ? putAt(entry, rest, text, isReplaced) : entry));
  return { ...(value as JsonObject), [step]: putAt((value as JsonObject)[step], rest, text, isReplaced) };
}

function sseSample(name: string, dialect: string, text: string): Sample {
  const blocks = text.split(/\r?\n\r?\n/).map((block) => {
    const data = /^data: ?(.*)$/m.exec(block)?.[1] ?? '';
    return { block, payload: parseJson(data), data };
  });
  const used = blocks.filter(({ payload }) => isObject(payload));
  return {
    name,
    dialect,
    payloads: used.map(({ payload }) => payload),
    toResponse: (payloads, headers) => {
      const written = blocks.map(({ block, data }) => {
        const index = used.findIndex((entry) => entry.block === block && entry.data === data);
        return index < 0 ? block : block.replace(data, () => JSON.stringify(payloads[index]));
      });
      return new Response(`${written.join('\n\n')}\n\n`, { headers: { ...headers, 'content-type': 'text/event-stream' } });
    },
  };
}

function ndjsonSample(name: string, dialect: string, text: string): Sample {
  return {
    name,
    dialect,
    payloads: text
      .trim()
      .split(/\r?\n/)
      .map((line) => parseJson(line)),
    toResponse: (payloads, headers) =>
      new Response(payloads.map((payload) => `${JSON.stringify(payload)}\n`).join(''), {
        headers: { ...headers, 'content-type': 'application/x-ndjson' },
      }),
  };
}

function framesSample(name: string, dialect: string, bytes: Uint8Array): Sample {
  return {
    name,
    dialect,
    payloads: createFramer('aws-event-stream', 1_000_000)
      .push(bytes)
      .map((payload) => parseJson(payload)),
    toResponse: (payloads, headers) => {
      const frames = payloads.flatMap((payload) =>
        Object.entries(payload as JsonObject).map(([type, inner]) =>
          toFrame(/exception$/i.test(type) ? 'exception' : 'event', type, isObject(inner) ? inner : { inner }),
        ),
      );
      return new Response(Buffer.concat(frames), { headers: { ...headers, 'content-type': 'application/vnd.amazon.eventstream' } });
    },
  };
}

const documentSample = (name: string, dialect: string, document: unknown, status = 200): Sample => ({
  name,
  dialect,
  payloads: [document],
  toResponse: ([payload], headers) => Response.json(payload, { status, headers }),
});

const DOCUMENTS: Record<string, unknown> = {
  'openai-chat': {
    id: 'c-1',
    model: 'm',
    system_fingerprint: 'f',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Hi',
          reasoning: 'Hm',
          annotations: [{ type: 'url_citation', url_citation: { url: 'u', title: 't' } }],
          tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: '{"a":"b"}' } }],
        },
        logprobs: { content: [{ token: 'Hi', logprob: -1, bytes: null, top_logprobs: [] }] },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  },
  'openai-completions': {
    id: 'c-1',
    model: 'm',
    choices: [{ index: 0, text: 'Hi', finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  },
  'openai-responses': {
    id: 'r',
    object: 'response',
    model: 'm',
    status: 'completed',
    output: [
      { type: 'message', id: 'i', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Hi', annotations: [] }] },
    ],
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
  },
  anthropic: {
    id: 'm-1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [
      { type: 'thinking', thinking: 'Hm', signature: 's' },
      { type: 'text', text: 'Hi' },
    ],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  },
  bedrock: {
    output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  },
  cohere: {
    id: 'c',
    finish_reason: 'COMPLETE',
    message: { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] },
    usage: { tokens: { input_tokens: 1, output_tokens: 1 } },
  },
  ollama: {
    model: 'm',
    created_at: '2026-11-20T00:00:00Z',
    message: { role: 'assistant', content: 'Hi' },
    done: true,
    done_reason: 'stop',
    prompt_eval_count: 1,
    eval_count: 1,
  },
  mistral: {
    id: 'c',
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  },
  'workers-ai': {
    result: { response: 'Hi', usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } },
    success: true,
    errors: [],
    messages: [],
  },
  gemini: {
    responseId: 'r',
    modelVersion: 'm',
    candidates: [
      {
        index: 0,
        content: { role: 'model', parts: [{ text: 'Hi' }, { functionCall: { name: 'f', args: { a: 'b' } } }] },
        finishReason: 'STOP',
      },
    ],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  },
  'openai-embeddings': {
    object: 'list',
    model: 'm',
    data: [{ object: 'embedding', index: 0, embedding: [0.5, 1] }],
    usage: { prompt_tokens: 1, total_tokens: 1 },
  },
  'gemini-embeddings': { embeddings: [{ values: [0.5, 1] }] },
  'vertex-embeddings': { predictions: [{ embeddings: { values: [0.5, 1], statistics: { token_count: 1 } } }] },
  'cohere-embeddings': { id: 'e', embeddings: { float: [[0.5, 1]] }, meta: { billed_units: { input_tokens: 1 } } },
  'bedrock-titan-embeddings': { embedding: [0.5, 1], inputTextTokenCount: 1 },
  'ollama-embeddings': { model: 'm', embeddings: [[0.5, 1]], prompt_eval_count: 1 },
};

const ERROR = {
  type: 'error',
  message: 'no',
  __type: 't',
  error: { message: 'no', code: 'c', type: 't', param: 'p', status: 'S', metadata: { raw: 'r' }, details: [{ reason: 'R' }] },
};

const STREAMS = readdirSync(FIXTURES).flatMap((dialect) =>
  readdirSync(join(FIXTURES, dialect)).map((file): Sample => {
    const bytes = readFileSync(join(FIXTURES, dialect, file));
    if (file.endsWith('.bin')) return framesSample(`${dialect}/${file}`, dialect, bytes);
    return (file.endsWith('.ndjson') ? ndjsonSample : sseSample)(`${dialect}/${file}`, dialect, bytes.toString('utf8'));
  }),
);
const WHOLE = Object.entries(DOCUMENTS).map(([dialect, document]) => documentSample(`${dialect}, whole`, dialect, document));
const ERRORS = Object.keys(DOCUMENTS).flatMap((dialect) => [
  ...[400, 401, 429, 503].map((status) => documentSample(`${dialect}, HTTP ${status}`, dialect, ERROR, status)),
  documentSample(`${dialect}, an error with status 200`, dialect, ERROR),
]);

describe('the key of a provider', () => {
  it.each(WHOLE)('is not needed for an answer: $name is read', async ({ dialect, payloads, toResponse }) => {
    const { status, text } = await show(dialect, false, toResponse(payloads, {}));
    expect([status, /Hi|embedding|0\.5/.test(text)]).toEqual([200, true]);
  });

  it.each([...STREAMS, ...WHOLE, ...ERRORS])('does not come out wherever it is put: $name', async ({ dialect, payloads, toResponse }) => {
    const places = payloads.flatMap((payload, index) => placesIn(payload).map((path) => ({ index, path })));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.constantFrom(...SPELLINGS),
        fc.boolean(),
        fc.boolean(),
        async ({ index, path }, spelling, isReplaced, stream) => {
          const changed = payloads.map((payload, at) => (at === index ? putAt(payload, path, spelling, isReplaced) : payload));
          const headers = { 'x-request-id': spelling, 'x-amzn-errortype': spelling };
          const { text } = await show(dialect, stream, toResponse(changed, headers));
          expect(leaksIn(text, KEY)).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it.each(Object.keys(DOCUMENTS))('does not come out of text that is no JSON, nor half of it: %s', async (dialect) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 99 }),
        fc.constantFrom(200, 500),
        fc.constantFrom(...SPELLINGS),
        async (before, status, spelling) => {
          const body = `<html>${'x '.repeat(before)}${spelling} and more ${'y '.repeat(100)}</html>`;
          const { text } = await show(dialect, false, new Response(body, { status, headers: { 'content-type': 'text/html' } }));
          expect(leaksIn(text, KEY.slice(0, 12))).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });
});
