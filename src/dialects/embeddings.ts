/** The closed list of embeddings formats. A new format is a folder and a line here. */
import { cohereOnBedrockEmbeddings, titanEmbeddings } from './bedrock/embeddings.ts';
import { cohereEmbeddings } from './cohere/embeddings.ts';
import type { EmbeddingDialect } from './dialect.ts';
import { geminiEmbeddings, vertexEmbeddings } from './gemini/embeddings.ts';
import { ollamaEmbeddings } from './ollama/embeddings.ts';
import { openaiEmbeddings } from './openai-embeddings/upstream/index.ts';

/** Embeddings formats, by the name in a provider file. */
export const EMBEDDING_DIALECTS: Readonly<Record<string, EmbeddingDialect>> = {
  'openai-embeddings': openaiEmbeddings,
  'gemini-embeddings': geminiEmbeddings,
  'vertex-embeddings': vertexEmbeddings,
  'cohere-embeddings': cohereEmbeddings,
  'bedrock-titan-embeddings': titanEmbeddings,
  'bedrock-cohere-embeddings': cohereOnBedrockEmbeddings,
  'ollama-embeddings': ollamaEmbeddings,
};

/** Returns the format of that name. @throws Error for a name that the build has not checked. */
export function embeddingDialect(name: string): EmbeddingDialect {
  const dialect = Object.hasOwn(EMBEDDING_DIALECTS, name) ? EMBEDDING_DIALECTS[name] : undefined;
  if (dialect === undefined) throw new Error(`no dialect of embeddings is called ${name}`);
  return dialect;
}
