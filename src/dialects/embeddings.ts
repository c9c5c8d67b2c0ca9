/** The closed map of formats in which providers make embeddings. A new format is a folder and a line here. */
import type { EmbeddingDialect } from './dialect.ts';
import { openaiEmbeddings } from './openai-embeddings/index.ts';

/** Formats that providers speak, by the name a provider file gives. */
export const EMBEDDING_DIALECTS: Readonly<Record<string, EmbeddingDialect>> = {
  'openai-embeddings': openaiEmbeddings,
};

/** The format of that name. @throws Error for a name the build has not checked. */
export function embeddingDialect(name: string): EmbeddingDialect {
  const dialect = Object.hasOwn(EMBEDDING_DIALECTS, name) ? EMBEDDING_DIALECTS[name] : undefined;
  if (dialect === undefined) throw new Error(`no dialect of embeddings is called ${name}`);
  return dialect;
}
