/** `POST /chat/completions` and `POST /completions`: the same handler, each in its own dialect. Thin: the work is `pipeline/`. */
import { CLIENT_DIALECTS } from '../dialects/index.ts';
import { complete } from '../pipeline/complete.ts';
import type { Operation } from '../unified/parameters.ts';
import { readJson } from './read-json.ts';
import type { Deps } from './deps.ts';

/** Answers one request. @throws RouterError before the first byte. */
export async function answerCompletion(request: Request, operation: Operation, deps: Deps, generationId: string): Promise<Response> {
  const client = CLIENT_DIALECTS[operation];
  const unified = client.parse(await readJson(request, deps.ports.limits.requestBytes));
  const fault = request.headers.get('x-simulator-fault');
  return complete(unified, client, {
    catalog: deps.catalog,
    ports: deps.ports,
    generationId,
    gone: request.signal,
    wantsMetadata: request.headers.get('x-openrouter-metadata')?.toLowerCase() === 'enabled',
    simulatorHeaders: fault === null ? {} : { 'x-simulator-fault': fault },
  });
}
