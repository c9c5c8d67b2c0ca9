/** `POST /embeddings`, in OpenAI's shape. Thin: the work is `pipeline/embed.ts`. */
import { embed } from '../pipeline/embed.ts';
import { parseUnified } from '../unified/request.ts';
import { readJson } from './read-json.ts';
import { surroundingsOf } from './surroundings.ts';
import type { Deps } from './deps.ts';

/** Answers one request. @throws RouterError for everything that goes wrong. */
export async function answerEmbeddings(request: Request, deps: Deps, generationId: string): Promise<Response> {
  const surroundings = surroundingsOf(request, deps, generationId);
  const unified = parseUnified('embeddings', await readJson(request, deps.ports.limits.requestBytes));
  return embed(unified, surroundings);
}
