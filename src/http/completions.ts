/** `POST /chat/completions` and `POST /completions`: the same handler, each in its own dialect. Thin: the work is `pipeline/`. */
import { CLIENT_DIALECTS } from '../dialects/index.ts';
import { complete } from '../pipeline/generate.ts';
import type { TextOperation } from '../unified/request/parameters.ts';
import { answerJson } from './large-body.ts';
import { createRequestContext } from './request-context.ts';
import type { Deps } from './deps.ts';

/** Answers one request. @throws RouterError before the first byte. */
export async function answerCompletion(request: Request, operation: TextOperation, deps: Deps, generationId: string): Promise<Response> {
  const client = CLIENT_DIALECTS[operation];
  const requestContext = createRequestContext(request, deps, generationId);
  return answerJson(request, deps, (body) => complete(client.parse(body), client, requestContext));
}
