/** Decides which requests are answered apart from their client's connection (`platform/stream-object.ts`), and hands them over. */
import type { BackgroundFormat } from '../dialects/client-answers.ts';
import type { ClientDialect } from '../dialects/client-dialect.ts';
import { responseId } from '../dialects/response-id.ts';
import { isObject, type JsonObject } from '../lib/json.ts';
import type { Ports, StreamStart } from '../ports.ts';
import { RouterError } from '../unified/error.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { ClientTask } from './client-paths.ts';
import type { Identity } from './request-facts.ts';
import { readAfter } from './streams.ts';

/** Asks for an answer that can be resumed; `false` where the caller's key asks for it. */
const RESUME = 'x-tributary-resume';

/** A request that may be handed over. */
type Resumable = Identity & { request: Request; task: ClientTask; ports: Pick<Ports, 'streams' | 'clock'> };

/**
 * Hands over a request whose headers or key ask for it, before its body is read. Null = they do not, or the format reads its body first.
 *
 * @throws RouterError where this router cannot do it.
 */
export function resumeUnread(resumable: Resumable): Promise<Response> | null {
  const { request, task } = resumable;
  return backgroundOf(task.client) === null && asksToResume(resumable) ? handOver(resumable, { request }) : null;
}

/**
 * Hands over a request with its body, in a format that can answer in the background. Null = neither headers, key nor body ask for it.
 *
 * @param check reads the body as the format does.
 * @throws RouterError for a body that the format does not accept, or where this router cannot do it.
 */
export function resumeRead(resumable: Resumable, body: unknown, check: () => Promise<UnifiedRequest>): Promise<Response> | null {
  const { task } = resumable;
  const background = backgroundOf(task.client);
  if (background === null || !isObject(body)) return null;
  if (task.asks !== 'answer' || !background.isAsked(body))
    return asksToResume(resumable) ? handOver(resumable, { request: withBody(resumable.request, body) }) : null;
  return runInBackground(resumable, { body, background, check });
}

async function runInBackground(
  resumable: Resumable,
  { body, background, check }: { body: JsonObject; background: BackgroundFormat; check: () => Promise<UnifiedRequest> },
): Promise<Response> {
  const { task, generationId, ports } = resumable;
  if (ports.streams === null) throw notBound('background', { param: 'background', clientCode: 'unsupported_parameter' });
  const createdSeconds = Math.floor(ports.clock.nowMs() / 1000);
  const queued = background.queued(await check(), { id: responseId(task.client, generationId), createdSeconds });
  const request = withBody(resumable.request, { ...body, stream: true });
  return handOver(resumable, { request, background: { queued, stream: body['stream'] === true } });
}

/** @throws RouterError for a value that is neither true nor false, and for what cannot be resumed. */
function asksToResume({ request, task: { client, asks }, caller, ports }: Resumable): boolean {
  const given = request.headers.get(RESUME)?.toLowerCase() ?? null;
  if (given === 'false' || (given === null && caller.key?.isResumable !== true)) return false;
  const canResume = asks === 'answer' && 'closeStream' in client;
  if (given === null) return canResume && ports.streams !== null;
  if (given !== 'true')
    throw new RouterError('invalid_request', `${RESUME}: expected true or false, not ${JSON.stringify(given.slice(0, 40))}.`, {
      param: RESUME,
    });
  if (!canResume)
    throw new RouterError('invalid_request', `${RESUME}: answers of this path cannot be resumed. Leave the header out.`, { param: RESUME });
  if (ports.streams === null) throw notBound(RESUME, { param: RESUME });
  return true;
}

async function handOver(
  { request: { headers }, task: { client }, ports: { streams }, ...identity }: Resumable,
  start: Pick<StreamStart, 'request' | 'background'>,
): Promise<Response> {
  if (streams === null) throw notBound(RESUME, {});
  const idempotencyKey = headers.get('idempotency-key') || null;
  return streams.open({ ...start, ...identity, format: client.format, idempotencyKey }, readAfter(headers.get('last-event-id'), {}));
}

const backgroundOf = (client: ClientDialect): BackgroundFormat | null =>
  client.operation === 'embeddings' ? null : (client.background ?? null);

/** The request with a body that has been read. */
function withBody({ url, method, headers: given }: Request, body: JsonObject): Request {
  const headers = new Headers(given);
  for (const name of ['content-length', 'content-encoding']) headers.delete(name);
  return new Request(url, { method, headers, body: JSON.stringify(body) });
}

const notBound = (what: string, details: ConstructorParameters<typeof RouterError>[2]): RouterError =>
  new RouterError(
    'invalid_request',
    `${what}: this router keeps no streams. Its operator has to bind the Durable Object STREAMS (wrangler.toml).`,
    details,
  );
