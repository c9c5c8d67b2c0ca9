/** A client's own body for a cloud that runs Claude: Amazon and Google have the Messages API without what only Anthropic keeps or reads. */
import { isObject, type JsonObject } from '../../../lib/json.ts';
import { RouterError } from '../../../unified/error.ts';
import { refusalOfThread, withoutBillingHeader } from '../only-anthropic.ts';

/** Returns the body without the header of Claude Code. @throws RouterError for a thread, after which the SDK sends the conversation. */
export function cloudBody(body: JsonObject): JsonObject {
  const { thread, system } = body;
  const refusal = isObject(thread) ? refusalOfThread(thread) : null;
  if (refusal !== null) {
    const { reason, code, type = 'invalid_request' } = refusal;
    throw new RouterError(type, `thread: ${reason}.`, { param: 'thread', clientCode: code });
  }
  const kept = withoutBillingHeader(system);
  if (kept === system) return body;
  const { system: _, ...rest } = body;
  return kept === undefined ? rest : { ...rest, system: kept };
}
