/** Reads answers of the toy format as a strict client does, for `test/dialects/client-contract.ts`. */
import type { JsonObject } from '../../../src/lib/json.ts';
import { emptyChoice, type ClientReader, type ReadAnswer, type ReadChoice } from '../../dialects/client-contract.ts';
import { toyClient } from './index.ts';

type Piece = {
  text?: string;
  refusal?: string;
  thought?: string;
  call?: number | string;
  id?: string;
  name?: string;
  input?: string;
  part?: { images?: unknown[] };
};
type Line = Piece & {
  at?: number;
  open?: { ref: string };
  beat?: true;
  stopped?: string;
  failed?: { text: string };
  done?: FinalFields;
  oops?: { text: string };
};
type FinalFields = { spent?: [number, number]; changed?: string[] };
type Body = FinalFields & { ref: string; answers: { at: number; blocks: Piece[]; stopped: string; failed?: { text: string } }[] };

export const toyReader: ClientReader = {
  client: toyClient,
  body: (fields = {}) => ({ who: 'a/b', say: 'Hi', ...fields }),
  lacks: [],
  readStream,
  readBody,
  readError: (body) => {
    const { oops } = body as { oops: { text: string; field?: string } };
    return { message: oops.text, field: oops.field ?? null };
  },
};

function readStream(text: string): ReadAnswer {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error(`the last line is cut: ${text.slice(-100)}`);
  const said = lines.map((line) => JSON.parse(line) as Line).filter(({ beat }) => beat === undefined);
  const [first, ...rest] = said;
  if (first?.open === undefined) throw new Error('the first line does not open the answer');
  const last = rest.pop();
  if (last?.done === undefined && last?.oops === undefined) throw new Error('the last line does not close the answer');
  const choices: ReadChoice[] = [];
  for (const line of rest) {
    const choice = (choices[line.at ?? -1] ??= emptyChoice());
    if (choice.finish !== null) throw new Error(`choice ${line.at} goes on after its end`);
    addPiece(choice, line);
    choice.finish = line.stopped ?? null;
    choice.error = line.failed?.text ?? null;
  }
  const closing = last.done ?? (last as FinalFields);
  return { id: first.open.ref, choices, ...closed(closing), error: last.oops?.text ?? null, isComplete: last.done !== undefined };
}

function readBody(body: JsonObject): ReadAnswer {
  const { ref, answers, ...closing } = body as unknown as Body;
  const choices = answers.map(({ blocks, stopped, failed }) => {
    const choice = { ...emptyChoice(), finish: stopped, error: failed?.text ?? null };
    let calls = 0;
    for (const { call, ...block } of blocks) addPiece(choice, call === undefined ? block : { ...block, call: calls++, id: String(call) });
    return choice;
  });
  return { id: ref, choices, ...closed(closing), error: null, isComplete: true };
}

const closed = ({ spent, changed }: FinalFields) => ({ tokens: spent ?? null, adjusted: changed ?? [] });

function addPiece(choice: ReadChoice, { text = '', refusal = '', thought = '', call, id, name, input = '', part }: Piece): void {
  choice.text += text + refusal;
  choice.reasoning += thought;
  choice.images += part?.images?.length ?? 0;
  if (typeof call !== 'number') return;
  const known = (choice.calls[call] ??= { id: '', name: '', arguments: '' });
  Object.assign(known, { id: id ?? known.id, name: name ?? known.name, arguments: known.arguments + input });
}
