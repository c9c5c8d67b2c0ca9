/**
 * Collects the facts of an upstream error, whatever its shape: codes and sentences at any depth, also in JSON inside a string. Tables of
 * {@link ErrorRow} decide what they mean.
 */
import { isObject, parseBounded } from '../lib/json.ts';

/** Facts of an upstream error. */
export type ErrorFacts = {
  /** HTTP status, or the status in the body; null = neither. */
  status: number | null;
  /** Values of `code`, `type`, `status`, `reason` and the like, in lower case. */
  codes: ReadonlySet<string>;
  /** Sentences in lower case. Quoted text is replaced by `''`, because it may repeat the client's text. */
  text: string;
  /** Times to wait in the body, unchanged: "34.4s", 20, an epoch. */
  waits: readonly (string | number)[];
};

/** Matches keys whose values are codes. */
const CODE_KEY = /^(_*type|code|status|reason|kind|exception|(error|status|err)[_-]?(code|type|no|enum))$/i;

/** Matches keys whose values are sentences. */
const TEXT_KEY =
  /^(messages?|msg|details?|errors?|raw|data|(error|status|err)[_-]?(message|msg|description)|description|faultstring|title|originalmessage|body|info|failure|cause|reason|code)$/i;

/** Matches keys whose values are times to wait. */
const WAIT_KEY = /^(retry_?delay|retry[_-]?after([_-]?(ms|seconds))?|x-ratelimit-reset)$/i;

/** Keys with text of the client, the model, or an answer; they are skipped. */
const SKIPPED_KEYS = new Set(['input', 'ctx', 'failed_generation', 'flagged_input', 'choices', 'content', 'usage', 'prompt', 'param']);

/** Key with the model output that the provider rejected. Its presence is a fact, so the key itself counts as a code. */
const FAILED_GENERATION = 'failed_generation';

/** Limits: values visited, depth, characters of text. */
const [MAX_VALUES, MAX_DEPTH, MAX_TEXT] = [500, 10, 8192];

/**
 * Collects the facts of an error.
 *
 * @param body the error as received: an object, a list, or a text.
 * @param codes codes from outside the body, e.g. from a header.
 */
export function collectErrorFacts(body: unknown, status: number | null, codes: readonly string[] = []): ErrorFacts {
  const found = { codes: new Set(codes.map((code) => code.toLowerCase())), texts: [] as string[], waits: [] as (string | number)[] };
  let values = 0;
  let characters = 0;

  function addText(text: string, depth: number): void {
    if (characters > MAX_TEXT) return;
    const opening = text.search(/[[{]\s*["{[]/);
    const inner = opening < 0 ? null : parseBounded(text.slice(opening, Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1));
    const sentence = (inner === null ? text : text.slice(0, opening)).slice(0, MAX_TEXT - characters);
    characters += sentence.length + 1;
    if (sentence !== '') found.texts.push(sentence);
    if (inner !== null) visit('', inner, depth + 1);
  }

  function visit(key: string, value: unknown, depth: number): void {
    if (++values > MAX_VALUES || depth > MAX_DEPTH) return;
    if (typeof value === 'string' || typeof value === 'number') {
      if (CODE_KEY.test(key)) found.codes.add(String(value).toLowerCase());
      if (WAIT_KEY.test(key)) found.waits.push(/ms$/i.test(key) ? `${value}ms` : value);
      if (typeof value === 'string' && (key === '' || TEXT_KEY.test(key))) addText(value, depth);
    } else if (Array.isArray(value)) {
      for (const entry of value) visit(key, entry, depth + 1);
    } else if (isObject(value)) {
      for (const [name, child] of Object.entries(value)) {
        if (name === FAILED_GENERATION) found.codes.add(name);
        if (!SKIPPED_KEYS.has(name)) visit(name, child, depth + 1);
      }
    }
  }

  visit('', body, 0);
  return { status, codes: found.codes, text: withoutQuotes(found.texts.join('\n')), waits: found.waits };
}

/** Matches a quotation: it begins after a blank or bracket and ends before one. The value of `'message': ` is the error itself, so it is kept. */
const QUOTED =
  /(?<!['"](?:message|msg|detail|error|code|type)['"]: ?)(?<=^|[\s([{=:,])(['"`])(?:(?!\1(?=$|[\s.,;:!?)\]}]))[^\n]){0,300}\1(?=$|[\s.,;:!?)\]}])/gm;

function withoutQuotes(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replace(/[\u2019\u2018]/g, "'")
    .replace(QUOTED, "''")
    .replace(/\s+/g, ' ')
    .toLowerCase();
}
