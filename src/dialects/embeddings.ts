/** The closed map of formats in which providers make embeddings. A new format is a folder and a line here. */
import { cohereOnBedrockEmbeddings, titanEmbeddings } from './bedrock/embeddings.ts';
import { cohereEmbeddings } from './cohere/embeddings.ts';
import type { EmbeddingDialect } from './dialect.ts';
import { geminiEmbeddings, vertexEmbeddings } from './gemini/embeddings.ts';
import { ollamaEmbeddings } from './ollama/embeddings.ts';
import { openaiEmbeddings } from './openai-embeddings/upstream/index.ts';

/** Formats that providers speak, by the name a provider file gives. */
export const EMBEDDING_DIALECTS: Readonly<Record<string, EmbeddingDialect>> = {
  'openai-embeddings': openaiEmbeddings,
  'gemini-embeddings': geminiEmbeddings,
  'vertex-embeddings': vertexEmbeddings,
  'cohere-embeddings': cohereEmbeddings,
  'bedrock-titan-embeddings': titanEmbeddings,
  'bedrock-cohere-embeddings': cohereOnBedrockEmbeddings,
  'ollama-embeddings': ollamaEmbeddings,
};

/** The format of that name. @throws Error for a name the build has not checked. */
export function embeddingDialect(name: string): EmbeddingDialect {
  const dialect = Object.hasOwn(EMBEDDING_DIALECTS, name) ? EMBEDDING_DIALECTS[name] : undefined;
  if (dialect === undefined) throw new Error(`no dialect of embeddings is called ${name}`);
  return dialect;
}
