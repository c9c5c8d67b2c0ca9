/** The guard webhook: every format, streams and bodies, before and after, open and closed, against a receiver over HTTP. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { bodyOf, listen, type OwnUpstream } from '../support/http-upstream.ts';
import { errorOf, logged, post, startHarness, until, type Harness } from './harness.ts';

type Question = {
  stage: string;
  id: string;
  account: string;
  model: string;
  format: string;
  request?: { messages?: JsonObject[]; prompt?: unknown };
  answer?: { choices: { content: { type: string; text?: string }[]; finish: string }[]; truncated?: boolean; error: string | null };
};

const SECRET = 'guard-secret-0123456789';
let webhook: OwnUpstream;
let questions: Question[] = [];
let isSigned: boolean[] = [];
/** What the webhook answers; undefined = nothing, for ever. */
let decide: (question: Question) => { status?: number; body: unknown; afterMs?: number } | undefined;

beforeAll(async () => {
  webhook = await listen(async (request, response) => {
    const text = await bodyOf(request);
    const seconds = String(request.headers['x-tributary-timestamp']);
    const expected = `v1=${createHmac('sha256', SECRET).update(`${seconds}.${text}`).digest('hex')}`;
    isSigned.push(request.headers['x-tributary-signature'] === expected && Math.abs(Number(seconds) - Date.now() / 1000) < 60);
    const question = JSON.parse(text) as Question;
    questions.push(question);
    const verdict = decide(question);
    if (verdict === undefined) return;
    if (verdict.afterMs !== undefined) await new Promise((resolve) => void setTimeout(resolve, verdict.afterMs));
    response.writeHead(verdict.status ?? 200, { 'content-type': 'application/json' });
    response.end(typeof verdict.body === 'string' ? verdict.body : JSON.stringify(verdict.body));
  });
});
afterAll(() => webhook.stop());
beforeEach(() => {
  [questions, isSigned] = [[], []];
  decide = () => ({ body: { action: 'allow' } });
});

const denies = (stage: string) => (question: Question) => ({
  body: question.stage === stage ? { action: 'deny', reason: 'no\nnames' } : { action: 'allow' },
});

const CONTENT = 'hello';
const messages = [{ role: 'user', content: CONTENT }];
const MODEL = '@novita/any-model';
/** Each format: its path, a body that says something, and where the text of its error is. */
const DOORS = {
  chat: ['/chat/completions', (text: string) => ({ model: MODEL, messages: [{ role: 'user', content: text }] })],
  completions: ['/completions', (text: string) => ({ model: MODEL, prompt: text })],
  messages: ['/messages', (text: string) => ({ model: MODEL, max_tokens: 99, messages: [{ role: 'user', content: text }] })],
  responses: ['/responses', (text: string) => ({ model: MODEL, input: text })],
} as const;

const CASES = Object.entries(DOORS).flatMap(([door, [path, bodyFor]]) =>
  [false, true].map((stream) => ({
    door,
    kind: stream ? 'stream' : 'body',
    path,
    bodyFor: (text: string) => ({ ...bodyFor(text), stream }),
  })),
);

/** Anthropic answers 400 for content that is against its policy. */
const statusOf = (door: string) => (door === 'messages' ? 400 : 403);

const messageIn = (body: unknown) => (body as { error: { message: string } }).error.message;

describe('a guard that holds answers', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ GUARD_URL: webhook.url, GUARD_SECRET: SECRET, GUARD_AFTER: 'hold', GUARD_TIMEOUT_MS: '8000' });
  });
  afterAll(() => harness.stop());

  it.each(CASES)('is asked before and after: $door, $kind', async ({ path, bodyFor }) => {
    const answer = await post(`${harness.url}/v1${path}`, bodyFor(CONTENT));
    const text = await answer.text();
    expect(answer.status).toBe(200);
    const [before, after, ...more] = questions;
    expect(more).toEqual([]);
    expect(isSigned).toEqual([true, true]);
    expect(before).toMatchObject({ stage: 'before', id: answer.headers.get('x-generation-id'), account: 'anonymous', model: MODEL });
    expect(JSON.stringify(before?.request)).toContain(CONTENT);
    expect(after).toMatchObject({ stage: 'after', id: before?.id, answer: { error: null } });
    const [first = ''] = /[a-z]{4,}/i.exec(after?.answer?.choices[0]?.content.map((block) => block.text ?? '').join('') ?? '') ?? [];
    expect(first).not.toBe('');
    expect(text).toContain(first);
  });

  it.each(CASES)('sends nothing that it denies: $door, $kind', async ({ door, kind, path, bodyFor }) => {
    decide = denies('before');
    const marker = `denied ${door} ${kind}`;
    const answer = await post(`${harness.url}/v1${path}`, bodyFor(marker));
    expect(answer.status).toBe(statusOf(door));
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(messageIn(await answer.json())).toBe(String.raw`The operator's guard denied the request: no\nnames`);
    expect(await logged(harness, marker)).toBeUndefined();
  });

  it.each(CASES)('shows nothing of an answer that it denies: $door, $kind', async ({ door, path, bodyFor }) => {
    decide = denies('after');
    const answer = await post(`${harness.url}/v1${path}`, bodyFor(CONTENT));
    expect(answer.status).toBe(statusOf(door));
    expect(messageIn(await answer.json())).toContain("The operator's guard denied the answer");
  });

  it.each(CASES.filter(({ kind, door }) => kind === 'stream' && door !== 'completions'))(
    'writes keep-alives while it waits, and an error where it is denied: $door',
    async ({ path, bodyFor }) => {
      decide = (question) => ({ ...denies('after')(question), ...(question.stage === 'after' ? { afterMs: 3600 } : {}) });
      const answer = await post(`${harness.url}/v1${path}`, bodyFor(CONTENT));
      expect(answer.status).toBe(200);
      const text = await answer.text();
      expect(text).toContain('guard denied the answer');
      const said = questions[1]?.answer?.choices[0]?.content.map((block) => block.text ?? '').join('') ?? '';
      expect(said.length).toBeGreaterThan(3);
      expect(text).not.toContain(JSON.stringify(said).slice(1, -1));
    },
  );

  it('is asked about embeddings, and about counts by a provider', async () => {
    decide = denies('before');
    const answer = await post(`${harness.url}/v1/embeddings`, { model: '@openai/text-embedding-3-small', input: ['a text'] });
    expect(answer.status).toBe(403);
    expect(questions[0]?.request).toEqual({ prompt: ['a text'] });
    const body = { model: '@anthropic/claude-sonnet-4-5', messages, provider: { count_tokens: 'provider' } };
    const count = await post(`${harness.url}/v1/messages/count_tokens`, body);
    expect(count.headers.get('x-tributary-estimated')).toBe('input_tokens');
    expect(questions).toHaveLength(2);
  });

  it('reads calls of tools and their results', async () => {
    const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"q":1}' } };
    const history = [
      ...messages,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c1', content: 'found' },
    ];
    await (await post(`${harness.url}/v1/chat/completions`, { model: MODEL, messages: history })).text();
    expect(questions[0]?.request?.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: CONTENT }] },
      { role: 'assistant', content: [{ type: 'tool-call', id: 'c1', name: 'look', input: '{"q":1}' }] },
      { role: 'user', content: [{ type: 'tool-result', id: 'c1', content: [{ type: 'text', text: 'found' }] }] },
    ]);
  });
});

describe('a guard that reports answers', () => {
  it('changes nothing, and gets whole answers when they have ended', async () => {
    const harness = await startHarness({ GUARD_URL: webhook.url, GUARD_AFTER: 'report' });
    try {
      decide = denies('after');
      for (const { path, bodyFor } of CASES) {
        questions = [];
        const answer = await post(`${harness.url}/v1${path}`, bodyFor(CONTENT));
        expect(answer.status).toBe(200);
        await answer.text();
        const after = await until('the report', () => questions.find(({ stage }) => stage === 'after'));
        expect(after.answer).toMatchObject({ truncated: false, error: null });
        expect(after.answer?.choices[0]?.content[0]?.text?.length).toBeGreaterThan(3);
      }
    } finally {
      await harness.stop();
    }
  });
});

/** Ways in which a guard gives no decision. */
const FAILURES: readonly (readonly [string, typeof decide, RegExp])[] = [
  ['is silent', () => undefined, /no answer within 250 ms/],
  ['answers HTTP 500', () => ({ status: 500, body: { action: 'allow' } }), /HTTP 500/],
  ['redirects', () => ({ status: 307, body: { action: 'allow' } }), /HTTP 307/],
  ['answers no JSON', () => ({ body: 'PRIVATE' }), /no "action"/],
  ['answers another action', () => ({ body: { action: 'PRIVATE' } }), /no "action"/],
];

describe('a guard that does not decide', () => {
  it('refuses requests, where GUARD_FAIL is closed', async () => {
    const harness = await startHarness({ GUARD_URL: webhook.url, GUARD_TIMEOUT_MS: '250' });
    try {
      for (const [, decision, reason] of FAILURES) {
        decide = decision;
        const answer = await post(`${harness.url}/v1/chat/completions`, { model: MODEL, messages });
        expect(answer.status).toBe(503);
        expect(answer.headers.get('retry-after')).toBe('1');
        const { message } = await errorOf(answer);
        expect(message).toMatch(reason);
        expect(message).toContain('GUARD_FAIL=open');
        expect(message).not.toContain('PRIVATE');
      }
    } finally {
      await harness.stop();
    }
  });

  it('lets requests and answers pass, where GUARD_FAIL is open', async () => {
    const harness = await startHarness({ GUARD_URL: webhook.url, GUARD_TIMEOUT_MS: '250', GUARD_FAIL: 'open', GUARD_AFTER: 'hold' });
    try {
      for (const [, decision] of FAILURES) {
        decide = decision;
        const answer = await post(`${harness.url}/v1/chat/completions`, { model: MODEL, messages });
        expect(answer.status).toBe(200);
        await answer.text();
      }
    } finally {
      await harness.stop();
    }
  });

  it('refuses what is too large to be inspected, and everything where GUARD_URL is no address', async () => {
    const harness = await startHarness({ GUARD_URL: webhook.url, GUARD_MAX_CHARACTERS: '1000' });
    const wrong = await startHarness({ GUARD_URL: 'guard.example' });
    try {
      const large = await post(`${harness.url}/v1/chat/completions`, {
        model: MODEL,
        messages: [{ role: 'user', content: 'x'.repeat(1000) }],
      });
      expect(large.status).toBe(413);
      expect(questions).toEqual([]);
      const refused = await post(`${wrong.url}/v1/chat/completions`, { model: MODEL, messages });
      expect(refused.status).toBe(503);
      expect((await errorOf(refused)).message).toContain('GUARD_URL is no address');
    } finally {
      await harness.stop();
      await wrong.stop();
    }
  });
});
