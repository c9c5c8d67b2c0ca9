/** What is counted: requests, and the answers of the upstream. */
import { prose, type Script } from '../bench/script.ts';
import type { Format } from '../bench/wire.ts';

/** One request and its answer. `events`: of a stream; null = the answer comes whole. */
export type Scenario = {
  name: string;
  format: Format;
  script: Script;
  isStream: boolean;
  body: Readonly<Record<string, unknown>>;
  /** Request headers besides the usual ones. */
  headers: Readonly<Record<string, string>>;
  /** Fields of the key that the caller has; null = it has none, and no objects are bound. */
  key: Readonly<Record<string, unknown>> | null;
};

/** Events of the shorter stream; the longer one has twice as many. */
export const EVENTS = 64;

const KIB = 1024;

const hello = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Tell me about two rivers.' },
];

const history = Array.from({ length: 31 }, (_, place) => ({ role: place % 2 === 0 ? 'user' : 'assistant', content: prose(8 * KIB) }));

const word: Script = { events: EVENTS, characters: 0, perFrame: 1, frameBytes: 0, paceMs: 0, calls: 0 };

function scenario(name: string, { body = {}, ...changes }: Partial<Scenario> = {}): Scenario {
  const { format = 'openai', isStream = false } = changes;
  const asked = { model: `@${format}/m`, messages: hello, ...(isStream ? { stream: true } : {}), ...body };
  return { name, format, script: word, isStream, headers: {}, key: null, ...changes, body: asked };
}

/** Like production: each token is a read of its own. */
const paced = { isStream: true, script: { ...word, paceMs: 20 } };

/** Like a provider that writes in bursts. */
const bursts = { isStream: true, script: { ...word, perFrame: 16 } };

/** Every row of the table. */
export const SCENARIOS: readonly Scenario[] = [
  scenario('small answer'),
  scenario('stream, one event per read', paced),
  scenario('stream, 16 events per read', bursts),
  scenario('Anthropic, stream, one event per read', { ...paced, format: 'anthropic' }),
  scenario('Anthropic, stream, 16 events per read', { ...bursts, format: 'anthropic' }),
  scenario('256 KB request', { body: { messages: history } }),
  scenario('256 KB answer', { script: { ...word, events: 1, characters: 256 * KIB } }),
  scenario('model of six providers', { body: { model: 'openai/gpt-oss-20b' } }),
  scenario('key with a limit', { key: { limit: 1e6, limit_reset: 'monthly' } }),
  scenario('cached answer', { headers: { 'x-openrouter-cache': 'true' } }),
];
