/** Handles a POST to a path of a client format: reads the body in that format and answers in it. `pipeline/` does the work. */
import type { ClientDialect } from '../dialects/client-dialect.ts';
import { embed } from '../pipeline/embed.ts';
import { complete } from '../pipeline/generate.ts';
import { answerJson } from './large-body.ts';
import { readRequestFacts } from './request-facts.ts';
import type { Deps } from './deps.ts';

/** Answers one request. @throws RouterError before the first byte. */
export async function answerClient(
  request: Request,
  client: ClientDialect,
  { deps, generationId }: { deps: Deps; generationId: string },
): Promise<Response> {
  const facts = readRequestFacts(request, deps, generationId);
  return answerJson(request, { ...deps, exactFields: client.exactFields }, (body) => {
    const unified = client.parse(body, (name) => request.headers.get(name));
    return client.operation === 'embeddings' ? embed(unified, client, facts) : complete(unified, client, facts);
  });
}
