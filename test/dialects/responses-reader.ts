/** Reads answers of OpenAI Responses as a strict client does, for `client-contract.ts`. */
import { openaiResponsesClient } from '../../src/dialects/openai-responses/client/index.ts';
import { readEvents } from './openai-responses/client/answered.ts';
import { emptyChoice, type ClientReader, type ReadAnswer, type ReadChoice } from './client-contract.ts';

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
type Event = {
  type: string;
  sequence_number: number;
  output_index: number;
  item_id?: string;
  item: Item;
  response: Answer;
  delta?: string;
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

/** @throws Error where a number is missing, where the events and the last object differ, or an event is out of place. */
function readStream(text: string): ReadAnswer {
  const events = readEvents(text.replaceAll(': keep-alive\n\n', '')) as unknown as Event[];
  const done: Item[] = [];
  let open: { id: string; text: string } | null = null;
  for (const event of events) {
    if (event.type === 'response.output_item.added') {
      if (open !== null || event.output_index !== done.length) throw new Error(`an item begins at ${event.output_index}`);
      open = { id: event.item.id, text: '' };
    } else if (event.type === 'response.output_item.done') {
      if (open?.id !== event.item.id || open.text !== textOf(event.item)) throw new Error(`item ${event.item.id} is not what was written`);
      done.push(event.item);
      open = null;
    } else if (event.item_id !== undefined) {
      if (open?.id !== event.item_id) throw new Error(`${event.type} is for ${event.item_id}`);
      open.text += event.delta ?? '';
    }
  }
  const last = events.at(-1)?.response;
  if (events[0]?.type !== 'response.created' || last === undefined) throw new Error('the stream has no beginning or no end');
  if (open === null && JSON.stringify(last.output) !== JSON.stringify(done)) throw new Error('the last object has other items');
  return readAnswer(last);
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
