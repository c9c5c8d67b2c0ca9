/** Keeps an answer for later requests that refer to it, where the client requests that. */
import type { RequestContext } from '../calls/context.ts';
import type { TextClientDialect } from '../dialects/client-dialect.ts';
import { responseId } from '../dialects/response-id.ts';
import { textOf, type JsonObject } from '../lib/json.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';

/** What an answer was made with. */
type Answered = { request: Pick<UnifiedRequest, 'storedTurn'>; client: TextClientDialect; context: RequestContext };

/** Keeps a whole answer. Returns why it is not kept, as a sentence without its end; null = it is. Never rejects. */
export async function keepAnswer(response: JsonObject, { request, client, context }: Answered): Promise<string | null> {
  const { storedTurn } = request;
  const store = context.ports.responses?.of(context.caller.account);
  if (store === undefined || storedTurn === undefined) return 'this router keeps no answers';
  const own = responseId(client, context.generationId);
  const id = textOf(response['id']) ?? own;
  return store.keep({ ids: id === own ? [own] : [id, own], previousId: storedTurn.previousId, response, input: storedTurn.items });
}

/** Keeps a whole answer. Returns it; where it is not kept, with the reason. */
export async function keepBody(response: JsonObject, answered: Answered): Promise<JsonObject> {
  const reason = await keepAnswer(response, answered);
  return reason === null ? response : (answered.client.withoutKeeping?.(response, reason) ?? response);
}
