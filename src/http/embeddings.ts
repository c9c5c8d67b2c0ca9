/** `POST /embeddings`, in OpenAI's shape. Thin: the work is `pipeline/embed.ts`. */
import { embed } from '../pipeline/embed.ts';
import { parseUnified } from '../unified/request/request.ts';
import { answerJson } from './large-body.ts';
import { createRequestContext } from './request-context.ts';
import type { Deps } from './deps.ts';

/** Answers one request. @throws RouterError for everything that goes wrong. */
export async function answerEmbeddings(request: Request, deps: Deps, generationId: string): Promise<Response> {
  const requestContext = createRequestContext(request, deps, generationId);
  return answerJson(request, deps, (body) => embed(parseUnified('embeddings', body), requestContext));
}
