/**
 * What the scripted upstream is to say. A script travels as the name of the model, so that it passes through whatever is measured, and
 * the checker knows the answer without a request. Pure; knows no wire format.
 */

/** One answer. */
export type Script = {
  /** Content events of the stream; a body has the same text in one piece. */
  events: number;
  /** Characters of each event; 0 = one word. */
  characters: number;
  /** Content events in one HTTP chunk. */
  perFrame: number;
  /** Cuts the stream into HTTP chunks of this many bytes, wherever they fall; 0 = chunks end where events end. */
  frameBytes: number;
  /** Milliseconds between chunks with content; 0 = as fast as they can be written. */
  paceMs: number;
  /** Tool calls after the text, each in one event; OpenAI's format only. */
  calls: number;
};

/** How every answer begins, and nothing else in it: a reader can tell the first content event by it. */
export const OPENING = 'Confluence';

/** Words of an answer; some need escaping or more than one byte, so that a careless short cut shows. */
const WORDS =
  ' of| two| rivers| is| where| the| water| of| one| meets| the| other|,| and| both| go| on| as| one|.|\n| She| said| "wide"| and| went| on| to| the| Flu\u00df|,| which| the| maps| call| \u5ddd| or| \u{1f30a}| and| which| C:\\rivers| does| not| list|.'.split(
    '|',
  );

const PARAGRAPH =
  'A river begins as rain on a hill.\nIt is "small" there, and nobody has named it; further down it has a na\u00efve name. ';

/** The name of the model that makes the upstream say it. */
export function toModel({ events, characters, perFrame, frameBytes, paceMs, calls }: Script): string {
  return `bench-${[events, characters, perFrame, frameBytes, paceMs, calls].join('-')}`;
}

/** The script in a model's name; null for any other name. */
export function parseModel(model: string): Script | null {
  const found = /^bench-(\d+)-(\d+)-(\d+)-(\d+)-(\d+)-(\d+)$/.exec(model);
  if (found === null) return null;
  const [events = 0, characters = 0, perFrame = 0, frameBytes = 0, paceMs = 0, calls = 0] = found.slice(1).map(Number);
  return { events, characters, perFrame, frameBytes, paceMs, calls };
}

/** This many characters of prose. */
export function prose(characters: number): string {
  return PARAGRAPH.repeat(Math.ceil(characters / PARAGRAPH.length)).slice(0, characters);
}

/** The text of each content event. */
export function eventTexts({ events, characters }: Script): string[] {
  const filler = characters === 0 ? '' : prose(characters);
  return Array.from({ length: events }, (_, index) => {
    if (characters === 0) return index === 0 ? OPENING : (WORDS[index % WORDS.length] ?? '');
    return index === 0 ? (OPENING + filler).slice(0, Math.max(characters, OPENING.length)) : filler;
  });
}
