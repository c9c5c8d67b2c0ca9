/**
 * Reads what an upstream error says, whatever its shape: its codes and its sentences, at any depth, also in JSON that is a string.
 * Decides nothing: what they mean is in tables of {@link ErrorRow}.
 */
import { isObject, parseBounded } from '../lib/json.ts';

/** What an upstream error says. */
export type ErrorFacts = {
  /** HTTP status, or the status that the body names; null = neither. */
  status: number | null;
  /** Values of `code`, `type`, `status`, `reason` and the like, in lower case. */
  codes: ReadonlySet<string>;
  /** Sentences in lower case, quoted text taken out (`''` is left), since it may repeat what the client sent. */
  text: string;
  /** Times to wait that the body names, as they stand there: "34.4s", 20, an epoch. */
  waits: readonly (string | number)[];
};

/** Keys whose values name the kind of an error. */
const CODE_KEY = /^(_*type|code|status|reason|kind|exception|(error|status|err)[_-]?(code|type|no|enum))$/i;

/** Keys whose values are sentences. */
const TEXT_KEY =
  /^(messages?|msg|details?|errors?|raw|data|(error|status|err)[_-]?(message|msg|description)|description|faultstring|title|originalmessage|body|info|failure|cause|reason|code)$/i;

/** Keys whose values are times to wait. */
const WAIT_KEY = /^(retry_?delay|retry[_-]?after([_-]?(ms|seconds))?|x-ratelimit-reset)$/i;

/** Keys below which the client's own text, the model's, or an answer stands. */
const NOT_SAID = new Set(['input', 'ctx', 'failed_generation', 'flagged_input', 'choices', 'content', 'usage', 'prompt', 'param']);

/** What the model wrote and the provider rejected: that it is there says what the error is about, so it counts as a code. */
const FAILED_GENERATION = 'failed_generation';

/** Bounds of the walk: values visited, depth, characters of text. */
const [MAX_VALUES, MAX_DEPTH, MAX_TEXT] = [500, 10, 8192];

/**
 * Collects the facts of an error.
 *
 * @param body the error as it came: an object, a list, or a text.
 * @param codes names of the error that stand outside the body, e.g. in a header.
 */
export function collectErrorFacts(body: unknown, status: number | null, codes: readonly string[] = []): ErrorFacts {
  const found = { codes: new Set(codes.map((code) => code.toLowerCase())), texts: [] as string[], waits: [] as (string | number)[] };
  let values = 0;
  let characters = 0;

  function say(text: string, depth: number): void {
    if (characters > MAX_TEXT) return;
    const opening = text.search(/[[{]\s*["{[]/);
    const inner = opening < 0 ? null : parseBounded(text.slice(opening, Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1));
    const said = (inner === null ? text : text.slice(0, opening)).slice(0, MAX_TEXT - characters);
    characters += said.length + 1;
    if (said !== '') found.texts.push(said);
    if (inner !== null) visit('', inner, depth + 1);
  }

  function visit(key: string, value: unknown, depth: number): void {
    if (++values > MAX_VALUES || depth > MAX_DEPTH) return;
    if (typeof value === 'string' || typeof value === 'number') {
      if (CODE_KEY.test(key)) found.codes.add(String(value).toLowerCase());
      if (WAIT_KEY.test(key)) found.waits.push(/ms$/i.test(key) ? `${value}ms` : value);
      if (typeof value === 'string' && (key === '' || TEXT_KEY.test(key))) say(value, depth);
    } else if (Array.isArray(value)) {
      for (const entry of value) visit(key, entry, depth + 1);
    } else if (isObject(value)) {
      for (const [name, child] of Object.entries(value)) {
        if (name === FAILED_GENERATION) found.codes.add(name);
        if (!NOT_SAID.has(name)) visit(name, child, depth + 1);
      }
    }
  }

  visit('', body, 0);
  return { status, codes: found.codes, text: withoutQuotes(found.texts.join('\n')), waits: found.waits };
}

/** A quotation: it begins after a space or a bracket and ends before one. What stands behind `'message': ` is the error itself. */
const QUOTED =
  /(?<!['"](?:message|msg|detail|error|code|type)['"]: ?)(?<=^|[\s([{=:,])(['"`])(?:(?!\1(?=$|[\s.,;:!?)\]}]))[^\n]){0,300}\1(?=$|[\s.,;:!?)\]}])/gm;

function withoutQuotes(text: string): string {
  return text.slice(0, MAX_TEXT).replace(/[’‘]/g, "'").replace(QUOTED, "''").replace(/\s+/g, ' ').toLowerCase();
}
