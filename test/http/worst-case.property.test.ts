/**
 * No answer costs more than was reserved for it, whatever is asked for, of upstreams that write as much as they are told to, bill the whole
 * prompt at its dearest, and fail first. `docs/budgets.md` names what may cost more.
 */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GenerationRecord, Reservation } from '../../src/ports.ts';
import { numberOf, type JsonObject } from '../../src/lib/json.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { keyRecord, limit } from '../accounts/account-store.ts';
import { createRouter } from './router.ts';

/** Tokens of an answer whose request has no limit. */
const OUTPUT_TOKENS = 300;
/** Fewer tokens than the prompt is estimated at. */
const PROMPT_TOKENS = 400;
const PROMPT = 'word '.repeat(PROMPT_TOKENS);

const SLUGS = ['openai', 'anthropic', 'deepseek', 'novita', 'groq'];
const keys = Object.fromEntries(SLUGS.map((slug) => [`${slug.toUpperCase()}_API_KEY`, 'k']));
const models = PROVIDERS.filter(({ slug }) => SLUGS.includes(slug)).flatMap(({ slug, models: list }) =>
  list
    .filter(({ priceUsdPerMillionTokens: price, hasRequestFee }) => price !== undefined && hasRequestFee !== true)
    .map(({ id }) => `@${slug}/${id}`),
);

/** What the upstream does. */
type Upstream = { failures: number; searches: number; tier: string | null };

/** Most tokens that a model writes, by its id. */
const MOST = new Map(
  PROVIDERS.flatMap(({ models: list }) => list.map(({ id, maxOutputTokens }) => [id, maxOutputTokens ?? Infinity] as const)),
);

const LIMITS = ['max_completion_tokens', 'max_output_tokens', 'max_tokens'];
const limitsIn = (body: JsonObject) => LIMITS.flatMap((name) => numberOf(body[name]) ?? []);

/** The most that a body may cost. */
function answerTo(url: string, body: JsonObject, { searches, tier, expected }: Upstream & { expected: number }): Response {
  const told = limitsIn(body);
  const each = Math.min(told.length === 0 ? expected : Math.max(...told), expected, MOST.get(String(body['model'])) ?? Infinity);
  const isSearching = JSON.stringify(body).includes('web_search');
  const use = isSearching ? { server_tool_use: { web_search_requests: searches } } : {};
  const served = tier === null ? {} : { service_tier: tier };
  const text = '{"a": 1}'; // also where JSON is asked for
  if (url.includes('/messages')) {
    const cache = {
      cache_creation_input_tokens: PROMPT_TOKENS,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: PROMPT_TOKENS },
    };
    const usage = { input_tokens: 0, ...cache, output_tokens: each, ...use, ...served };
    return Response.json({
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text }],
      stop_reason: 'end_turn',
      usage,
    });
  }
  if (url.includes('/responses')) {
    const usage = {
      input_tokens: PROMPT_TOKENS,
      output_tokens: each,
      total_tokens: PROMPT_TOKENS + each,
      output_tokens_details: { reasoning_tokens: each },
    };
    const output = [
      { type: 'message', id: 'msg', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text, annotations: [] }] },
    ];
    return Response.json({ id: 'r', object: 'response', created_at: 1, status: 'completed', model: 'm', output, usage, ...served });
  }
  const n = Math.max(numberOf(body['n']) ?? 1, numberOf(body['best_of']) ?? 1);
  const prompts = Array.isArray(body['prompt']) ? body['prompt'].length : 1;
  const written = each * n * prompts;
  const usage = { prompt_tokens: PROMPT_TOKENS, completion_tokens: written, total_tokens: PROMPT_TOKENS + written, ...use };
  const choices = Array.from({ length: (numberOf(body['n']) ?? 1) * prompts }, (_, index) => ({
    index,
    finish_reason: 'stop',
    ...(url.includes('/chat/') ? { message: { role: 'assistant', content: text } } : { text }),
  }));
  return Response.json({ id: 'c', model: 'm', choices, usage, ...served });
}

/** Sends a request. @returns what was reserved for it, and what it has cost; null = it was refused before that. */
async function spend(
  path: string,
  body: JsonObject,
  upstream: Upstream,
): Promise<{ reserved: Reservation; record: GenerationRecord } | null> {
  let left = upstream.failures;
  // A request without a limit may cost more than it reserves.
  const expected = limitsIn(body).length === 0 ? OUTPUT_TOKENS : 1e6;
  const seen: { reserved?: Reservation; record?: GenerationRecord } = {};
  const key = keyRecord({ limits: [limit({})] });
  const nowMs = 1_700_000_000_000;
  const router = createRouter(
    { ...keys, MAX_ATTEMPTS: '4' },
    (url, init) => {
      if (left-- > 0) return Promise.resolve(Response.json({ error: { message: 'overloaded' } }, { status: 503 }));
      return Promise.resolve(answerTo(String(url), JSON.parse(String(init.body)) as JsonObject, { ...upstream, expected }));
    },
    {
      authenticate: () => Promise.resolve({ tenant: 't', account: key.hash, key, isAdmin: false }),
      services: {
        // Pauses between attempts are short, deadlines are long.
        clock: { nowMs: () => nowMs, setTimer: (delayMs, run) => (delayMs < 5000 && queueMicrotask(run), () => undefined) },
        accounts: {
          outputTokens: OUTPUT_TOKENS,
          open: () => ({ headers: {}, rateLimits: [], settle: () => undefined }),
          reserve: (_, __, reserved) => {
            seen.reserved = reserved;
            return Promise.resolve({ headers: {}, rateLimits: [], settle: (record) => void (seen.record ??= record) });
          },
          describe: () => Promise.reject(new Error('not used')),
        },
      },
    },
  );
  const response = await router.call('POST', path, body);
  await response.text();
  if (seen.reserved === undefined) return null;
  if (seen.record === undefined) throw new Error('the lease was not settled');
  return { reserved: seen.reserved, record: seen.record };
}

const some = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined });

const limits = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 100, max: 100_000 }), fc.constant(10_000_000));
const upstreams: fc.Arbitrary<Upstream> = fc.record({
  failures: fc.nat({ max: 2 }),
  searches: fc.nat({ max: 5 }),
  tier: fc.constantFrom(null, 'default', 'standard'),
});
const common = {
  model: fc.constantFrom(...models),
  temperature: some(fc.constant(0.5)),
  stream: fc.constant(false),
};
const several = {
  models: some(fc.array(fc.constantFrom(...models), { minLength: 1, maxLength: 3 })),
  route: some(fc.constantFrom('all', 'fallback')),
};
const chat = fc.record({
  ...common,
  ...several,
  messages: fc.constant([{ role: 'user', content: PROMPT }]),
  max_tokens: some(limits),
  max_completion_tokens: some(limits),
  n: some(fc.integer({ min: 1, max: 3 })),
  service_tier: some(fc.constantFrom('auto', 'flex', 'priority', 'scale', 'unheard')),
  web_search_options: some(fc.constant({})),
  reasoning: some(
    fc.oneof(fc.record({ max_tokens: fc.integer({ min: 1, max: 50_000 }) }), fc.record({ effort: fc.constantFrom('low', 'high') })),
  ),
  response_format: some(fc.constant({ type: 'json_object' })),
});
const messages = fc.record({
  ...common,
  messages: fc.constant([{ role: 'user', content: [{ type: 'text', text: PROMPT, cache_control: { type: 'ephemeral', ttl: '1h' } }] }]),
  max_tokens: limits,
  thinking: some(fc.record({ type: fc.constant('enabled'), budget_tokens: fc.integer({ min: 1024, max: 50_000 }) })),
  tools: some(fc.constant([{ type: 'web_search_20250305', name: 'web_search' }])),
  service_tier: some(fc.constantFrom('auto', 'standard_only')),
});
const responses = fc.record({
  ...common,
  input: fc.constant(PROMPT),
  max_output_tokens: some(limits),
  service_tier: some(fc.constantFrom('auto', 'flex', 'priority')),
  reasoning: some(fc.record({ effort: fc.constantFrom('low', 'high') })),
});
const completions = fc.record({
  ...common,
  prompt: fc.oneof(fc.constant(PROMPT), fc.constant([PROMPT, PROMPT])),
  max_tokens: some(limits),
  n: some(fc.integer({ min: 1, max: 3 })),
  best_of: some(fc.integer({ min: 1, max: 5 })),
});

it.each([
  ['/v1/chat/completions', chat],
  ['/v1/messages', messages],
  ['/v1/responses', responses],
  ['/v1/completions', completions],
] as const)('%s: an answer costs at most what was reserved', async (path, bodies) => {
  let answered = 0;
  const runs = 300;
  await fc.assert(
    fc.asyncProperty(bodies, upstreams, async (body, upstream) => {
      const spent = await spend(path, body as unknown as JsonObject, upstream);
      if (spent === null) return;
      const { record, reserved } = spent;
      if (record.usage === null) return;
      answered++;
      expect(record.usage.promptTokens + record.usage.completionTokens).toBeLessThanOrEqual(reserved.worst.tokens);
      expect(Math.round((record.usage.costUsd ?? 0) * 1e9)).toBeLessThanOrEqual(reserved.worst.nanoUsd);
    }),
    { numRuns: runs },
  );
  expect(answered).toBeGreaterThan(runs / 10);
});
