/** How legacy completions write choices: everything stands flat in the choice, in streams and whole answers alike. */
import { openaiCompletionsUpstream } from '../../../../src/dialects/openai-completions/upstream/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import type { Piece, Wire } from '../../wire.ts';

function write({ index = 0, text = '', finish = null, fields }: Piece): JsonObject {
  return { ...(index === null ? {} : { index }), text, ...fields, logprobs: fields?.['logprobs'] ?? null, finish_reason: finish };
}

const document = (pieces: readonly Piece[], more?: JsonObject) => ({
  id: 'c1',
  object: 'text_completion',
  choices: pieces.map(write),
  ...more,
});

export const COMPLETIONS_WIRE: Wire = { dialect: openaiCompletionsUpstream, chunk: document, body: document };
