/** Asks a provider for the number of tokens of a prepared request, by the counter of its format. */
import { endpointOf } from '../routing/resolve-model.ts';
import type { CancelSignal } from '../lib/cancel-signal.ts';
import { isObject, parseBounded } from '../lib/json.ts';
import type { Ports } from '../ports.ts';
import { buildCall, type UpstreamCall } from '../upstream/call.ts';
import { createCallKeys } from '../upstream/keys.ts';
import { readBounded } from '../upstream/read-bounded.ts';
import { send } from '../upstream/send.ts';
import type { PreparedEndpoint } from './prepare.ts';

/** Longest wait for a count: a client waits for it before it sends the request itself. */
const TIMEOUT_MS = 10_000;

/** Most bytes of an answer with a count. */
const ANSWER_BYTES = 64 * 1024;

/**
 * Counts at the provider, with one key and one call.
 *
 * @returns null for a provider without a counter, and for an answer without a count.
 * @throws RouterError when the provider refuses or cannot be reached in time.
 */
export async function countAtProvider(prepared: PreparedEndpoint, ports: Ports, signal: CancelSignal): Promise<number | null> {
  const { planned, dialect } = prepared;
  const { candidate, access } = planned;
  const { counter } = dialect;
  const call = countCallOf(prepared);
  if (counter === undefined || call === null) return null;
  const { provider } = candidate;
  const controller = new AbortController();
  const abort = () => controller.abort();
  signal.addEventListener('abort', abort);
  const clearTimer = ports.clock.setTimer(TIMEOUT_MS, abort);
  try {
    const { response } = await send(call, {
      dialect,
      callee: { name: provider.name, secretVariable: access.auth.secret, errors: provider.errors ?? [] },
      credentials: createCallKeys({ access, provider: provider.slug, model: endpointOf(candidate), countTokens: () => 0 }, ports).next(),
      fetch: ports.fetch,
      clock: ports.clock,
      signal: controller.signal,
    });
    const answer = parseBounded(await readBounded(response, ANSWER_BYTES));
    const tokens = isObject(answer) ? counter.read(answer) : null;
    return tokens !== null && Number.isSafeInteger(tokens) && tokens >= 0 ? tokens : null;
  } finally {
    clearTimer();
  }
}

/** The call; null for a provider without a counter. It has the headers of the request itself: some belong to fields of the body. */
function countCallOf({ planned, dialect, parts: [part] }: PreparedEndpoint): UpstreamCall | null {
  const { candidate, access } = planned;
  const { rules } = candidate;
  if (part === undefined || dialect.counter === undefined || rules.countPath === undefined) return null;
  const fitted = part.part.call;
  const body = dialect.counter.render(part.body, fitted);
  const to = { access, rules: { ...rules, path: rules.countPath, streamPath: null }, model: fitted.model, stream: false };
  const call = buildCall({ ...to, framing: 'sse' }, { body }, {});
  return { ...call, headers: { ...part.call.headers, accept: 'application/json' } };
}
