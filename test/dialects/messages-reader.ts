/** Reads answers of Anthropic Messages as a strict client does, for `client-contract.ts`. */
import { anthropicClient } from '../../src/dialects/anthropic/client/index.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { readMessage } from './anthropic/client/read-message.ts';
import { emptyChoice, type ClientReader, type ReadAnswer, type ReadChoice } from './client-contract.ts';

type Block = { type: string; text?: string; thinking?: string; id?: string; name?: string; input?: unknown };
type Answer = {
  id?: string;
  content: Block[];
  stop_reason: string | null;
  usage?: { input_tokens: number | null; output_tokens: number | null };
  tributary?: { adjustments?: { param: string }[] };
};

/** The reader of Messages. */
export const messagesReader: ClientReader = {
  client: anthropicClient,
  body: (fields = {}) => ({ model: 'a/b', max_tokens: 9, system: 'Be brief.', messages: [{ role: 'user', content: 'Hi' }], ...fields }),
  lacks: ['choices', 'images'],
  readStream(text) {
    const { message, error, isComplete } = readMessage(text);
    return { ...readAnswer((message ?? { content: [] }) as Answer), error: error === null ? null : messageOf(error), isComplete };
  },
  readBody: (body) => ({ ...readAnswer(body as unknown as Answer), error: null, isComplete: true }),
  readError: (body) => ({ message: messageOf(body), field: (body['error'] as { param?: string }).param ?? null }),
};

/** Clients recognize a prompt that is too long by its first words. */
const messageOf = (body: JsonObject): string => (body['error'] as { message: string }).message.replace(/^prompt is too long: /, '');

/** A body alone reports arguments that are no object: a stream has their text. */
const ONLY_IN_BODIES = 'answer.tool_use.input';

function readAnswer({ id = '', content, stop_reason: finish, usage, tributary }: Answer): Omit<ReadAnswer, 'error' | 'isComplete'> {
  const choice: ReadChoice = { ...emptyChoice(), finish: finish === 'end_turn' ? 'stop' : finish };
  for (const { type, text = '', thinking = '', id: callId = '', name = '', input } of content) {
    if (type === 'text') choice.text += text;
    else if (type === 'thinking') choice.reasoning += thinking;
    else if (type === 'tool_use') choice.calls.push({ id: callId, name, arguments: argumentsOf(input) });
  }
  const [prompt, completion] = [usage?.input_tokens ?? null, usage?.output_tokens ?? null];
  return {
    id,
    choices: [choice],
    tokens: prompt === null || completion === null ? null : [prompt, completion],
    adjusted: (tributary?.adjustments ?? []).map(({ param }) => param).filter((param) => param !== ONLY_IN_BODIES),
  };
}

/** The arguments as text. A body has those that are no object as a text in one; no arguments and an empty object are the same. */
function argumentsOf(input: unknown): string {
  if (isObject(input)) {
    if (typeof input['invalid_arguments'] === 'string') return input['invalid_arguments'];
    return Object.keys(input).length === 0 ? '' : JSON.stringify(input);
  }
  return String(input);
}
