/** Reads answers of OpenAI Responses as a strict client does, for `client-contract.ts`. */
import { openaiResponsesClient } from '../../src/dialects/openai-responses/client/index.ts';
import { emptyChoice, type ClientReader, type ReadAnswer, type ReadChoice } from './client-contract.ts';
import { readResponse } from './read-response.ts';

type Part = { type: string; text?: string; refusal?: string };
type Item = {
  type: string;
  id: string;
  content?: Part[];
  summary?: Part[];
  call_id?: string;
  name?: string;
  /** An object in a search for tools, which has no pieces. */
  arguments?: string | object;
  input?: string;
};
type Answer = {
  id: string;
  status: string;
  output: Item[];
  incomplete_details: { reason: string } | null;
  error: { message: string } | null;
  usage: { input_tokens: number; output_tokens: number } | null;
  tributary?: { adjustments?: { param: string }[] };
};
/** The reader of Responses. */
export const responsesReader: ClientReader = {
  client: openaiResponsesClient,
  body: (fields = {}) => ({ model: 'a/b', input: [{ role: 'user', content: 'Hi' }], ...fields }),
  lacks: ['choices'],
  readStream,
  readBody: (body) => readAnswer(body as unknown as Answer),
  readError: (body) => {
    const { error } = body as { error: { message: string; param: string | null } };
    return { message: error.message, field: error.param };
  },
};

/** @throws Error where the stream is against the grammar of `read-response.ts`. */
function readStream(text: string): ReadAnswer {
  return readAnswer(readResponse(text.replaceAll(': keep-alive\n\n', '')).response as unknown as Answer);
}

/** The text of an item that came in pieces. */
const textOf = (item: Item): string =>
  [...(item.content ?? []), ...(item.summary ?? [])].map((part) => part.text ?? part.refusal ?? '').join('') + textOfCall(item);

const textOfCall = ({ arguments: given, input = '' }: Item): string => (typeof given === 'string' ? given : input);

function readAnswer({ id, status, output, incomplete_details: cut, error, usage, tributary }: Answer): ReadAnswer {
  const choice = emptyChoice();
  for (const item of output) addItem(item, choice);
  choice.finish = status === 'failed' ? null : (cut?.reason ?? 'stop');
  return {
    id,
    choices: [choice],
    tokens: usage === null ? null : [usage.input_tokens, usage.output_tokens],
    adjusted: (tributary?.adjustments ?? []).map(({ param }) => param),
    error: error?.message ?? null,
    isComplete: status !== 'failed',
  };
}

function addItem(item: Item, choice: ReadChoice): void {
  if (item.type === 'message') choice.text += textOf(item);
  else if (item.type === 'reasoning') choice.reasoning += textOf(item);
  else if (item.type === 'image_generation_call') choice.images++;
  else choice.calls.push({ id: item.call_id ?? '', name: item.name ?? '', arguments: textOfCall(item) });
}
