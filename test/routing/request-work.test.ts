/**
 * For every part of a request that can grow, twice the input takes at most 2.3 times the work: read, planned, rendered for every
 * format and reported. Counted, not timed (`test/support/count-work.ts`). A refusal is work as well.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import type { Operation } from '../../src/unified/request/parameters.ts';
import type { UnifiedRequest } from '../../src/unified/request/request.ts';
import { growths, loadCounted, stopCounting } from '../support/count-work.ts';
import { CONTENT } from '../fitting/sent.ts';

/** Twice the work, and a margin for what is looked up and sorted. */
const MOST = 2.3;

const SIZE = 400;

/** A provider of every format, and of every habit that joins or rewrites messages. */
const CHATS = [
  '@openai/gpt-4o-mini',
  '@openai/gpt-5.2-pro',
  '@perplexity/sonar',
  '@deepseek/deepseek-chat',
  '@anthropic/claude-sonnet-4-5',
  '@amazon-bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0',
  '@amazon-bedrock/mistral.mistral-large-2407-v1:0',
  '@google-ai-studio/gemini-2.5-flash',
  '@google-ai-studio/gemini-3-pro-preview',
  '@mistral/mistral-large-latest',
  '@mistral/magistral-medium-latest',
  '@cohere/command-a-03-2025',
  '@ollama/llama3',
  '@cloudflare-workers-ai/@cf/meta/llama-3.1-8b-instruct',
  '@completions-compatible/any',
];

const list = <Entry>(size: number, entry: (index: number) => Entry): Entry[] => Array.from({ length: size }, (_, index) => entry(index));
const fields = (size: number, prefix: string, value: unknown = 1) =>
  Object.fromEntries(list(size, (index) => [`${prefix}${index}`, value]));
const user = (content: unknown): JsonObject => ({ role: 'user', content });
const hi = user('hi');
const call = (id: string, name: string): JsonObject => ({ id, type: 'function', function: { name, arguments: '{}' } });
const answer = (id: string): JsonObject => ({ role: 'tool', tool_call_id: id, content: 'done' });
const tool = (name: string, parameters: JsonObject = { type: 'object' }, more: JsonObject = {}): JsonObject => ({
  type: 'function',
  function: { name, parameters, ...more },
});
const thought = (index: number, more: JsonObject = {}): JsonObject => ({ type: 'reasoning.text', text: 'hm', index, ...more });
const file = (name: string): JsonObject => ({
  type: 'file',
  file: { filename: name, file_data: 'data:application/pdf;base64,AAAA' },
});
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
/** Names that become the same where only letters, digits and _ are taken. */
const alike = (index: number) => index.toString(2).padStart(12, '0').replaceAll('0', '-').replaceAll('1', '_');
const idAlike = (index: number) => alike(index).replaceAll('-', '.').replaceAll('_', ':');

const calledAndAnswered = (ids: readonly string[], name: (index: number) => string): JsonObject => ({
  messages: [hi, { role: 'assistant', content: null, tool_calls: ids.map((id, index) => call(id, name(index))) }, ...ids.map(answer), hi],
});

/** What grows, as fields of a chat request. */
const CHAT_PARTS: Readonly<Record<string, (size: number) => JsonObject>> = {
  'characters of a message': (size) => ({ messages: [user('word '.repeat(size * 20))] }),
  'messages by turns': (size) => ({
    messages: list(size, (index) => (index % 2 === 0 ? hi : { role: 'assistant', content: 'yes' })).concat(hi),
  }),
  'messages of one role': (size) => ({ messages: list(size, () => hi) }),
  'messages of one role, in parts': (size) => ({ messages: list(size, () => user([{ type: 'text', text: 'hi' }])) }),
  'system messages in between': (size) => ({ messages: list(size, (index) => (index % 2 === 0 ? hi : { role: 'system', content: 'be' })) }),
  'blank messages': (size) => ({ messages: [hi, ...list(size, () => user(' ')), hi] }),
  'text parts': (size) => ({ messages: [user(list(size, () => ({ type: 'text', text: 'hi' })))] }),
  'text parts with cache marks': (size) => ({
    messages: [user(list(size, () => ({ type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } })))],
  }),
  images: (size) => ({ messages: [user([{ type: 'text', text: 'look' }, ...list(size, () => image)])] }),
  'documents of one name': (size) => ({ messages: [user([{ type: 'text', text: 'read' }, ...list(size, () => file('a.pdf'))])] }),
  'documents of many names': (size) => ({
    messages: [user([{ type: 'text', text: 'read' }, ...list(size, (index) => file(`${index}.pdf`))])],
  }),
  'unknown fields of one message': (size) => ({ messages: [{ ...hi, ...fields(size, 'x') }] }),
  'unknown fields of many messages': (size) => ({ messages: list(size, (index) => ({ ...hi, [`x${index}`]: 1 })) }),
  'unknown fields of parts': (size) => ({ messages: [user(list(size, (index) => ({ type: 'text', text: 'hi', [`x${index}`]: 1 })))] }),
  'unknown fields of the body': (size) => fields(size, 'x'),
  'unknown fields of stream_options': (size) => ({ stream: true, stream_options: fields(size, 'x') }),
  'unknown fields of reasoning': (size) => ({ reasoning: fields(size, 'x') }),
  tools: (size) => ({ tools: list(size, (index) => tool(`f${index}`)) }),
  'tools of names that collide': (size) => ({ tools: list(size, (index) => tool(alike(index))) }),
  'tools that are allowed': (size) => ({
    tools: list(size, (index) => tool(`f${index}`)),
    tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: list(size, (index) => tool(`f${index}`)) } },
  }),
  'tools, strict': (size) => ({ tools: list(size, (index) => tool(`f${index}`, { type: 'object', properties: {} }, { strict: true })) }),
  'unknown fields of tools': (size) => ({ tools: list(size, (index) => tool(`f${index}`, {}, { [`x${index}`]: 1 })) }),
  'properties of a schema': (size) => ({
    tools: [tool('f', { type: 'object', properties: fields(size, 'p', { type: 'string', minLength: 1 }) }, { strict: true })],
  }),
  'unknown keywords of a schema': (size) => ({ tools: [tool('f', { type: 'object', ...fields(size, 'k') }, { strict: true })] }),
  'branches of a schema': (size) => ({
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'a',
        strict: true,
        schema: { type: 'object', properties: { a: { anyOf: list(size, () => ({ type: 'object', properties: {} })) } } },
      },
    },
  }),
  'properties of an answer': (size) => ({
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'a', strict: true, schema: { type: 'object', properties: fields(size, 'p', { type: 'string' }) } },
    },
  }),
  'tool calls with their results': (size) =>
    calledAndAnswered(
      list(size, (index) => `call${index}`),
      () => 'f',
    ),
  'tool calls of ids that collide': (size) => calledAndAnswered(list(size, idAlike), () => 'f'),
  'tool calls of names that collide': (size) =>
    calledAndAnswered(
      list(size, (index) => `call${index}`),
      alike,
    ),
  'tool calls after texts': (size) => ({
    messages: [
      hi,
      ...list(size, () => ({ role: 'assistant', content: 'so' })),
      { role: 'assistant', content: 'so', tool_calls: list(size, (index) => call(`c${index}`, 'f')) },
      ...list(size, (index) => answer(`c${index}`)),
      hi,
    ],
  }),
  'results in the other order': (size) => ({
    messages: [
      hi,
      { role: 'assistant', tool_calls: list(size, (index) => call(`c${index}`, 'f')) },
      ...list(size, (index) => answer(`c${size - 1 - index}`)),
      hi,
    ],
  }),
  'rounds of tools': (size) => ({
    messages: [
      hi,
      ...list(size, (index) => [{ role: 'assistant', content: 'so', tool_calls: [call(`c${index}`, 'f')] }, answer(`c${index}`)]).flat(),
    ],
  }),
  'pieces of reasoning': (size) => ({
    messages: [hi, { role: 'assistant', content: 'a', reasoning_details: list(size, () => thought(0)) }, hi],
  }),
  'pieces of reasoning with unknown fields': (size) => ({
    messages: [hi, { role: 'assistant', content: 'a', reasoning_details: list(size, (index) => thought(0, { [`x${index}`]: 1 })) }, hi],
  }),
  'blocks of reasoning, signed': (size) => ({
    messages: [
      hi,
      {
        role: 'assistant',
        content: 'a',
        reasoning_details: list(size, (index) => thought(index, { signature: `s${index}`, format: 'anthropic-claude-v1' })),
      },
      hi,
    ],
  }),
  'entries of logit_bias': (size) => ({ logit_bias: Object.fromEntries(list(size, (index) => [index, 1])) }),
  'characters of a data URI before its data': (size) => ({
    messages: [user([{ type: 'image_url', image_url: { url: `data:image/png${';'.repeat(size)};base64,AAAA` } }])],
  }),
  'characters of an id': (size) => calledAndAnswered(['c.'.repeat(size)], () => 'f'),
  'characters of a file name': (size) => ({ messages: [user([{ type: 'text', text: 'read' }, file('a.'.repeat(size))])] }),
  'wrong tools': (size) => ({ tools: list(size, () => 0) }),
  'wrong parts': (size) => ({ messages: [user(list(size, () => 0))] }),
  'a wrong part after right ones': (size) => ({ messages: [user([...list(size, () => ({ type: 'text', text: 'hi' })), 0])] }),
};

/** The same for prompts. */
const PROMPT_PARTS: Readonly<Record<string, (size: number) => JsonObject>> = {
  texts: (size) => ({ prompt: list(size, () => 'hi') }),
  'token ids': (size) => ({ prompt: list(size * 10, () => 5) }),
  'lists of token ids': (size) => ({ prompt: list(size, () => [5]) }),
  'wrong entries': (size) => ({ prompt: list(size, () => 0.5) }),
  'texts, echoed': (size) => ({ prompt: list(size, () => 'hi'), echo: true }),
};

describe('twice the request is at most 2.3 times the work', () => {
  let run: (operation: Operation, text: string) => void;

  beforeAll(async () => {
    const src = await loadCounted(async () => ({
      ...(await import('../fitting/sent.ts')),
      ...(await import('../../src/dialects/embeddings.ts')),
      ...(await import('../../src/calls/prepare.ts')),
      ...(await import('../../src/routing/plan.ts')),
      ...(await import('../../src/unified/adjustments-field.ts')),
      ...(await import('../../src/unified/error.ts')),
      ...(await import('../../src/unified/request/json-bounds.ts')),
      ...(await import('../../src/dialects/openai-common/client/parse.ts')),
    }));
    const prepareEmbeddings = (request: UnifiedRequest) => {
      const chosen = src.chosenCall(src.planRoute(request, src.CATALOG, src.OPEN_CONTEXT));
      const dialect = src.embeddingDialect(chosen.candidate.rules.dialect);
      return src.prepareFor(chosen, dialect, { request, extraHeaders: {}, dataUris: new Map() });
    };
    run = (operation, text) => {
      try {
        src.checkJsonBounds(text);
        const request = src.parseOpenAi(operation, JSON.parse(text));
        const ready = operation === 'embeddings' ? prepareEmbeddings(request) : src.prepared(request);
        src.adjustmentsField(src.reportOf([ready]));
      } catch (thrown) {
        if (!(thrown instanceof src.RouterError)) throw thrown;
      }
    };
  });
  afterAll(stopCounting);

  /** The parts whose work grows faster at a model, each with its factor. */
  function growing(operation: Operation, model: string, parts: Readonly<Record<string, (size: number) => JsonObject>>): string[] {
    const runs = Object.values(parts).map((grow) => (size: number) => {
      run(operation, JSON.stringify({ model, ...CONTENT[operation], ...grow(size) }));
    });
    const factors = growths(runs, SIZE);
    return Object.keys(parts)
      .map((name, index) => ({ name, factor: factors[index] ?? NaN }))
      .filter(({ factor }) => !(factor <= MOST))
      .map(({ name, factor }) => `${name}: ${factor.toFixed(2)}`);
  }

  it.each(CHATS)('for each part of a chat to %s', (model) => {
    expect(growing('chat', model, CHAT_PARTS)).toEqual([]);
  });

  it.each(['@completions-compatible/any', '@novita/any', '@mistral/codestral-latest', '@openai/gpt-3.5-turbo-instruct'])(
    'for each part of a completion by %s',
    (model) => {
      expect(growing('completions', model, PROMPT_PARTS)).toEqual([]);
    },
  );

  it.each([
    '@openai/text-embedding-3-small',
    '@cohere/embed-v4.0',
    '@google-ai-studio/gemini-embedding-001',
    '@amazon-bedrock/amazon.titan-embed-text-v2:0',
  ])('for each part of embeddings by %s', (model) => {
    const parts = Object.fromEntries(
      Object.entries(PROMPT_PARTS).map(([name, grow]) => [name, (size: number) => ({ input: grow(size)['prompt'] })]),
    );
    expect(growing('embeddings', model, parts)).toEqual([]);
  });
});
