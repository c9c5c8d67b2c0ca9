/** Handles a POST to a path of a client format: reads the body in that format and answers in it. `pipeline/` does the work. */
import { readIdempotencyKey } from '../calls/idempotency-key.ts';
import type { RequestFacts } from '../calls/context.ts';
import type { ClientTask } from './client-paths.ts';
import { countRequest } from '../pipeline/count-tokens.ts';
import { embed } from '../pipeline/embed.ts';
import { complete } from '../pipeline/generate.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { answerJson } from './large-body.ts';
import { withCallerKeys } from './provider-keys.ts';
import { readUnified } from './read-unified.ts';
import { readRequestFacts, type Identity } from './request-facts.ts';
import { resumeRead, resumeUnread } from './resumable.ts';
import type { Deps } from './deps.ts';

/** Whose request it is, and what answers it. `onAccepted` is not null where the request comes from the object that makes its answer. */
type Circumstances = { identity: Identity; deps: Deps } & Pick<RequestFacts, 'onAccepted' | 'commonHeaders'>;

/** Answers one request. @throws RouterError before the first byte. */
export async function answerClient(
  request: Request,
  task: ClientTask,
  { deps: given, identity, onAccepted = null, commonHeaders }: Circumstances,
): Promise<Response> {
  const { client, asks } = task;
  const deps = withCallerKeys(given, request.headers, client.format);
  const resumable = onAccepted === null ? { ...identity, request, task, ports: deps.ports } : null;
  const resumed = resumable === null ? null : resumeUnread(resumable);
  if (resumed !== null) return resumed;
  const key = readIdempotencyKey(request.headers, deps.tenant);
  const idempotencyKey = key instanceof Promise ? await key : key;
  const facts = readRequestFacts(request, deps, { identity, idempotencyKey, onAccepted, commonHeaders });
  return await answerJson(request, { ...deps, exactFields: client.exactFields }, async (body, hold) => {
    const read = () => readUnified(client, body, { headers: request.headers, asks, caller: identity.caller, hold, ...deps });
    const resumedRead = resumable === null ? null : resumeRead(resumable, body, read);
    if (resumedRead !== null) return resumedRead;
    const unified = await read();
    if (client.operation === 'embeddings') return await embed(unified, client, facts);
    return await (asks === 'count-tokens' ? countRequest(withCounter(unified, request), client, facts) : complete(unified, client, facts));
  });
}

/** Asks for the provider's own count, for clients that can add a header and no field: Claude Code. */
const COUNTER_HEADER = 'x-tributary-count-tokens';

/** The request with the counter that its body or its header names. The body has priority. */
function withCounter(unified: UnifiedRequest, { headers }: Request): UnifiedRequest {
  const { preferences } = unified;
  if (headers.get(COUNTER_HEADER) !== 'provider' || preferences.count_tokens) return unified;
  return { ...unified, preferences: { ...preferences, count_tokens: 'provider' } };
}
