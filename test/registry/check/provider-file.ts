/** A small provider file that is right, for tests that spoil it. */
import { TEMPLATE_NAMES } from '../../../src/dialects/dialect.ts';
import { EMBEDDING_DIALECTS } from '../../../src/dialects/embeddings.ts';
import { UPSTREAM_DIALECTS } from '../../../src/dialects/index.ts';
import { compile } from '../../../src/registry/compile.ts';

/** A model as a file offers it. */
export const model = (more: object = {}) => ({ slug: 'a/b', id: 'b', source: 'https://a.example', checked: '2026-01-01', ...more });

/** A file with some fields changed. */
export const file = (more: object = {}) => ({
  name: 'Mine',
  docs: 'https://mine.example/docs',
  baseUrl: 'https://mine.example/v1',
  auth: { scheme: 'bearer' },
  operations: { chat: { dialect: 'openai-chat' } },
  models: [],
  ...more,
});

/** The problems of a file: `key: message`. */
export function problemsOf(content: object | string): string[] {
  const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
  const { problems } = compile([{ path: 'providers/mine.jsonc', text }], { ...UPSTREAM_DIALECTS, ...EMBEDDING_DIALECTS }, TEMPLATE_NAMES);
  return problems.map(({ key, message }) => `${key}: ${message}`);
}
