/** Answers in every wire format, from fixtures and from recordings of real providers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { upstreamDialect } from '../../src/dialects/index.ts';
import { gather, replay, replayBody, type Outcome } from './replay.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const RECORDINGS = join(import.meta.dirname, '../../../shared/recordings');

/** Folders of recordings whose names are no formats. */
const OPENAI_SHAPED = new Set(['groq', 'deepseek', 'xai', 'perplexity', 'alibaba']);

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((one) => (one.isFile() ? [join(one.parentPath, one.name)] : []))
    : [];

/** The answer in a file; null where it is none. */
function outcomeOf(path: string, folder: string): Outcome | null {
  const name = path.slice(folder.length + 1).split('/')[0] ?? '';
  if (name.endsWith('.md')) return null;
  const dialect = upstreamDialect(OPENAI_SHAPED.has(name) ? 'openai-chat' : name);
  if (folder === FIXTURES && !path.endsWith('.json')) return replay(dialect, [readFileSync(path)]);
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.json')) return replayBody(dialect, JSON.parse(text));
  const decoder = dialect.createDecoder({ quirks: [] });
  const lines = text.split('\n').filter((line) => line !== '');
  return gather(lines.map((line) => decoder.push(line)));
}

/** The answers, by path. Those of real providers are not part of the project; where they are absent, the list has those of fixtures only. */
export const RECORDED_ANSWERS: readonly (readonly [path: string, Outcome])[] = [FIXTURES, RECORDINGS].flatMap((folder) =>
  filesIn(folder).flatMap((path): [string, Outcome][] => {
    const outcome = outcomeOf(path, folder);
    return outcome === null || outcome.events.length === 0 ? [] : [[path.slice(folder.length + 1), outcome]];
  }),
);
