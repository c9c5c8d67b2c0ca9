/**
 * The grammar of a stream, checked while it is read byte by byte: whatever does not obey DESIGN.md section 3 becomes a complaint.
 * Reads one answer; knows nothing of faults and of what was expected.
 */

/** The error object of the router. */
export type ErrorObject = {
  code: number;
  message: string;
  type: string;
  metadata: { error_type?: string; retryable?: boolean; provider_name?: string; attempts?: { provider?: string }[] };
};

type Choice = { index: number; delta?: { role?: string; content?: string }; finish_reason?: string | null };

/** One chunk. */
export type Chunk = {
  id?: string;
  object?: string;
  created?: number;
  model?: string;
  provider?: string;
  choices?: Choice[];
  usage?: Usage | null;
  error?: ErrorObject;
  adjustments?: { param: string }[];
  openrouter_metadata?: Metadata;
};

/** The usage object of the router. */
export type Usage = { prompt_tokens: number; completion_tokens: number; total_tokens: number };

/** `openrouter_metadata`, as far as it is looked at. */
export type Metadata = { attempts?: { provider?: string; status?: number | null }[] };

/** A stream as far as it has been read. */
export type StreamReader = {
  push: (byte: number) => void;
  /** Nothing more will come. */
  end: () => void;
  text: () => string;
  chunks: readonly Chunk[];
  /** `[DONE]` has come. */
  done: () => boolean;
  complaints: readonly string[];
};

/** Reads a stream one byte at a time. */
export function createStreamReader(): StreamReader {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const chunks: Chunk[] = [];
  const complaints: string[] = [];
  const pieces: string[] = [];
  let line = '';
  let lastLine: 'blank' | 'event' = 'blank';
  let done = false;

  function take(payload: string): void {
    if (done) complaints.push(`something after [DONE]: ${payload.slice(0, 80)}`);
    if (chunks.at(-1)?.error !== undefined) complaints.push(`something after the error: ${payload.slice(0, 80)}`);
    if (payload === '[DONE]') {
      done = true;
      return;
    }
    const chunk = parse(payload);
    if (chunk === null) {
      complaints.push(`an event that is no JSON: ${payload.slice(0, 80)}`);
      return;
    }
    chunks.push(chunk);
    for (const { delta } of chunk.choices ?? []) pieces.push(delta?.content ?? '');
  }

  function endLine(): void {
    if (line === '') {
      if (lastLine === 'blank') complaints.push('an empty line too many');
      lastLine = 'blank';
    } else {
      if (lastLine === 'event') complaints.push('an event of more than one line');
      lastLine = 'event';
      if (line.startsWith('data: ')) take(line.slice(6));
      else if (!line.startsWith(': ')) complaints.push(`neither an event nor a comment: ${line.slice(0, 80)}`);
    }
    line = '';
  }

  return {
    push(byte) {
      for (const character of decode(decoder, byte, complaints)) {
        if (character === '\n') endLine();
        else line += character;
        if (character === '\r') complaints.push('a carriage return');
      }
    },
    end() {
      if (line !== '' || lastLine === 'event') complaints.push(`the stream stops inside an event: ${line.slice(0, 80)}`);
      complaints.push(...complaintsAbout(chunks, done));
    },
    text: () => pieces.join(''),
    chunks,
    done: () => done,
    complaints,
  };
}

function decode(decoder: TextDecoder, byte: number, complaints: string[]): string {
  try {
    return decoder.decode(Uint8Array.of(byte), { stream: true });
  } catch {
    complaints.push('bytes that are no UTF-8');
    return '';
  }
}

function parse(payload: string): Chunk | null {
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

const headOf = ({ id, object, created, model, provider }: Chunk): string => JSON.stringify([id, object, created, model, provider]);

/** The usage chunk of a success. */
const isBill = ({ usage, error }: Chunk): boolean => usage != null && error === undefined;

/** The usage chunk of an answer that was continued: it names the endpoint that finished. */
const isOfAnotherEndpoint = (chunk: Chunk): boolean => isBill(chunk) && chunk.adjustments?.some(({ param }) => param === 'stream') === true;

/** Nothing, or one choice without content. */
const saysNothing = (choices: readonly Choice[] = []): boolean =>
  choices.every(({ index, delta, finish_reason: reason }) => index === 0 && delta?.content === '' && reason === null) && choices.length < 2;

/** What must hold of all chunks together: one head, one role, one end, one usage chunk, one last word. */
function complaintsAbout(chunks: readonly Chunk[], done: boolean): string[] {
  const complaints: string[] = [];
  const [first] = chunks;
  const heads = new Set(chunks.filter((chunk) => !isOfAnotherEndpoint(chunk)).map(headOf));
  if (heads.size > 1) complaints.push(`${heads.size} different heads: ${[...heads].join(' ')}`);
  if (first !== undefined && first.id?.startsWith('gen-') !== true) complaints.push(`an id that is none of ours: ${first.id}`);
  const choices = chunks.flatMap((chunk) => (isBill(chunk) ? [] : (chunk.choices ?? [])));
  const roles = choices.map(({ delta }) => delta?.role).filter((role) => role !== undefined);
  if (choices[0]?.delta?.role !== 'assistant' || roles.length !== 1) complaints.push(`not one role in the first chunk: ${roles.join(' ')}`);
  const ends = choices.map(({ finish_reason: reason }, position) => ({ reason, position })).filter(({ reason }) => reason != null);
  if (ends.length !== 1) complaints.push(`${ends.length} finish reasons instead of one`);
  else if (ends[0]?.position !== choices.length - 1) complaints.push('a choice goes on after its end');
  const errors = chunks.filter(({ error }) => error !== undefined);
  const bills = chunks.filter(({ usage }) => usage != null);
  if (bills.length !== 1) complaints.push(`${bills.length} usage objects instead of one`);
  else if (bills[0] !== chunks.at(-1)) complaints.push('the usage is not in the last chunk');
  complaints.push(...(errors.length === 0 ? complaintsAboutSuccess(chunks, done) : complaintsAboutBreak(chunks, done)));
  return [...complaints, ...bills.flatMap(({ usage }) => complaintsAboutUsage(usage))];
}

function complaintsAboutSuccess(chunks: readonly Chunk[], done: boolean): string[] {
  const reasons = chunks.flatMap(({ choices }) => (choices ?? []).map(({ finish_reason: reason }) => reason));
  return [
    ...(done ? [] : ['an end without [DONE] and without an error']),
    ...(saysNothing(chunks.at(-1)?.choices) ? [] : ['the usage chunk has choices']),
    ...(reasons.includes('error') ? ['a finish reason "error" without an error'] : []),
  ];
}

function complaintsAboutBreak(chunks: readonly Chunk[], done: boolean): string[] {
  const last = chunks.at(-1);
  return [
    ...(done ? ['[DONE] after an error'] : []),
    ...(last?.choices?.[0]?.finish_reason === 'error' ? [] : ['an error without finish_reason "error"']),
    ...complaintsAboutError(last?.error),
  ];
}

/** What must hold of an error object, wherever it stands. */
export function complaintsAboutError(error: ErrorObject | undefined): string[] {
  if (error === undefined) return ['no error object'];
  const { code, message, type, metadata } = error;
  return [
    ...(Number.isInteger(code) && code >= 400 ? [] : [`error.code is ${code}`]),
    ...(typeof message === 'string' && message !== '' && !message.includes('<') ? [] : [`error.message is ${message}`]),
    ...(metadata?.error_type === type ? [] : [`metadata.error_type ${metadata?.error_type} is not error.type ${type}`]),
    ...(typeof metadata?.retryable === 'boolean' ? [] : ['metadata.retryable is missing']),
  ];
}

/** What must hold of a usage object: it is there, and its parts add up. */
export function complaintsAboutUsage(usage: Usage | null | undefined): string[] {
  if (usage == null) return ['no usage'];
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = usage;
  return prompt + completion === total && prompt > 0 ? [] : [`usage does not add up: ${prompt} + ${completion}, ${total}`];
}
