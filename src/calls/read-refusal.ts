/**
 * Reads what a refusal states about a field, by the texts that providers use: the field is unknown, has another name, or accepts only
 * its default. Texts about a value, a length, a schema or a combination of fields do not count. Reads text only; what follows from it is in `without-refused.ts`. The wordings are those of the error recordings in `test/fixtures` and of the providers' public error texts
 * (OpenAI, Azure, vLLM, Anthropic, Mistral, Groq, Cohere, Bedrock, Google, xAI; read 2026-11-30).
 */

/** The path of a field, as the provider states it: `['tools', '0', 'cache_control']`. */
export type Path = readonly string[];

/** What one refusal states. `instead`: the name that the provider accepts; null = it names none. */
export type Refusal = { kind: 'unknown'; paths: readonly Path[]; instead: string | null } | { kind: 'default-only'; path: Path | null };

/** A name or a path, in quotes or bare. */
const NAME = String.raw`["'\x60]*(?<name>[\w#$][\w$./[\]-]*)["'\x60]*`;
const FIELD_WORD = '(?:parameter|argument|field|name|property|key|input|option)';
const UNKNOWN_WORD = '(?:unknown|unrecogni[sz]ed|unsupported|unexpected|unpermitted)';
const REFUSED = '(?:not supported|unsupported|not available|not enabled|not permitted|deprecated|no longer supported)';
/** "is not supported" without more, or by this model; anything else after it is a condition. */
const BY_MODEL = String.raw`(?=\s*(?:[.,;:!)\]]|$)|\s+(?:with|by|for|on|in)\s[^.,;]{0,60}?\b(?:models?|endpoint|deployment|api|provider|engine)\b)`;

const pattern = (text: string) => new RegExp(text, 'gi');

/** `name` captures a field that is not known, `in` its position, where the error states it separately. */
const UNKNOWN: readonly RegExp[] = [
  // Unknown parameter: 'top_k'. Unrecognized request argument supplied: top_k. Unknown name "top_k" at 'generation_config'. unknown field `top_k`
  pattern(
    String.raw`\b${UNKNOWN_WORD}(?: request)?(?: keyword)? ${FIELD_WORD}(?:s|\(s\))?(?: supplied| provided| found| in object| in (?:the )?request(?: body)?)*:?\s*(?!${FIELD_WORD}\b)${NAME}(?: at ["'](?<in>[^"']+)["'])?`,
  ),
  // top_k: Extra inputs are not permitted
  pattern(String.raw`${NAME}: (?:value )?extra(?:neous)? (?:inputs?|fields?|keys?) (?:are |is )?not (?:permitted|allowed)(?!, field)`),
  // Extra inputs are not permitted, field: 'top_k'
  pattern(String.raw`extra (?:inputs?|fields?) (?:are |is )?not (?:permitted|allowed), field: ${NAME}`),
  // #/messages/0: extraneous key [top_k] is not permitted
  pattern(String.raw`(?:(?<in>#[\w/]*): )?extraneous key \[${NAME}\] is not permitted`),
  // Additional properties are not allowed ('top_k' was unexpected) - 'tools.0'
  pattern(String.raw`\(${NAME} was unexpected\)(?: - ["'](?<in>[^"']+)["'])?`),
  // ('messages.0' : property 'name' is unsupported); parameter 'top_k' is not a valid field
  pattern(
    String.raw`(?:["'](?<in>[\w.[\]]+)["'] ?: )?\b${FIELD_WORD} ${NAME} is (?:unsupported|unknown|unrecogni[sz]ed|not recogni[sz]ed|not a valid (?:field|parameter|argument))`,
  ),
];

/** Words that are less certain: they count only where the error states no combination of parameters. */
const UNSUPPORTED: readonly RegExp[] = [
  // `temperature` is deprecated for this model. 'top_k' is not supported
  pattern(String.raw`${NAME} (?:parameter |field |argument )?is (?:currently )?${REFUSED}${BY_MODEL}`),
  // Model grok-4 does not support parameter presencePenalty. x does not support parameters: ['top_k'], for model=y
  pattern(
    String.raw`(?:does not|doesn['\u2019]t|do not|don['\u2019]t) support (?:the |${FIELD_WORD}s?:? )*\[?${NAME}\]?(?: parameter| field| argument)?(?=\s*(?:[.,;!]|$))`,
  ),
  // Argument not supported on this model: presencePenalty
  pattern(String.raw`\b${FIELD_WORD} (?:is )?not supported[^:.]{0,60}: ${NAME}`),
];

const COMBINATION = /\b(together|both|combin\w*|when|while|if|unless|without|only|alongside|simultaneously)\b/i;

/** What pydantic repeats inside a message: `{'type': 'extra_forbidden', 'loc': ('body', 'tools', 0, 'x'), ...}`. */
const EXTRA_FORBIDDEN = /["']type["']:\s*["']extra_forbidden["'],\s*["']loc["']:\s*[([]([^)\]]*)[)\]]/g;
const ERROR_TYPE = /["']type["']:\s*["'](\w+)["'],\s*["']loc["']/g;

/** The name that takes a field's place: Use 'max_completion_tokens' instead; this parameter has moved to 'max_output_tokens'. */
const INSTEAD =
  /\b(?:use|renamed to|moved to|replaced (?:by|with)|changed to|in favou?r of)\s+(?:the\s+)?(?:["'`](\w+)["'`]|(\w+)(?=\s+(?:parameter\s+)?instead))/i;
/** ... where the sentence names both: max_tokens has been renamed to max_completion_tokens; use `a` instead of `b`. */
const RENAMED = new RegExp(
  String.raw`${NAME} (?:parameter |field )?(?:has been|has|was|is) (?:deprecated and )?(?:renamed|moved|replaced|changed) `,
  'i',
);
const INSTEAD_OF = new RegExp(String.raw`\binstead of (?:the )?${NAME}`, 'i');

/** The value is refused, and the only one that is taken is the one that the field has when it is not sent. */
const DEFAULT_ONLY =
  /\bonly (?:the )?default\b|\bmust be (?:omitted|unset|left out|the default|default)|\bonly \[?[\d.]+\]? is (?:allowed|supported)|\b(?:please )?(?:omit|remove|do not (?:set|specify|send|provide)) (?:the |this )?(?:parameter|field|it\b|["'`\w])/i;

/** Codes that mean that the field in `param` is not known. */
const UNKNOWN_CODES: ReadonlySet<string> = new Set([
  'unknown_parameter',
  'unsupported_parameter',
  'unrecognized_parameter',
  'extra_forbidden',
]);

/** What a refusal states about a field; null where it states none of these. */
export function readRefusal(message: string, param: string | null, code: string | null): Refusal | null {
  const instead = INSTEAD.exec(message);
  const paths = unknownPaths(message, param, code);
  if (paths.length > 0) return { kind: 'unknown', paths, instead: instead?.[1] ?? instead?.[2] ?? null };
  if (!DEFAULT_ONLY.test(message) || /\btogether\b|\bboth\b/i.test(message)) return null;
  return { kind: 'default-only', path: param === null ? null : toPath(param) };
}

function unknownPaths(message: string, param: string | null, code: string | null): Path[] {
  const repeated = [...message.matchAll(EXTRA_FORBIDDEN)].map(([, loc = '']) => toPath(loc.replace(/["'\s]/g, '').replaceAll(',', '.')));
  // Leaving these out does not fix a list that has other complaints.
  if (repeated.length > 0) return [...message.matchAll(ERROR_TYPE)].length === repeated.length ? repeated : [];
  const unknown = find(UNKNOWN, message);
  if (unknown.length > 0) return unknown;
  if (code !== null && UNKNOWN_CODES.has(code) && param !== null) return [toPath(param)];
  const unsupported = COMBINATION.test(message) ? [] : find(UNSUPPORTED, message);
  if (unsupported.length > 0) return unsupported;
  const renamed = (RENAMED.exec(message) ?? INSTEAD_OF.exec(message))?.groups?.['name'];
  return renamed !== undefined && INSTEAD.test(message) ? [toPath(renamed)] : [];
}

function find(patterns: readonly RegExp[], message: string): Path[] {
  return patterns.flatMap((one) =>
    [...message.matchAll(one)].map(({ groups }) => [...toPath(groups?.['in'] ?? ''), ...toPath(groups?.['name'] ?? '')]),
  );
}

/** `tools[0].cache_control`, `body.tools.0.x`, `#/messages/0` as steps. */
function toPath(text: string): string[] {
  return text.split(/[.[\]/#]+/).filter((step, position) => step !== '' && !(position === 0 && step === 'body'));
}
