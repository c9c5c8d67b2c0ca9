/**
 * The parts of token counts that only some providers report, and other things that they count. A part that contradicts its count is
 * left out. Where each stands in a body is the formats' knowledge.
 */
/** The counts that have parts. */
export type Wholes = {
  promptTokens: number;
  completionTokens: number;
  cachedTokens: number | null;
  cacheWriteTokens: number | null;
};

/** The parts, and the count that each is a part of; null = it is a count of its own. */
const WHOLES = {
  textPrompt: 'promptTokens',
  audioPrompt: 'promptTokens',
  imagePrompt: 'promptTokens',
  videoPrompt: 'promptTokens',
  filePrompt: 'promptTokens',
  /** Results of tools that the provider ran (Gemini). */
  toolPrompt: 'promptTokens',
  cachedAudio: 'cachedTokens',
  cacheWrite5m: 'cacheWriteTokens',
  cacheWrite1h: 'cacheWriteTokens',
  textCompletion: 'completionTokens',
  audioCompletion: 'completionTokens',
  imageCompletion: 'completionTokens',
  acceptedPrediction: 'completionTokens',
  rejectedPrediction: 'completionTokens',
  webSearches: null,
  webFetches: null,
  /** Sources of a search (xAI). */
  sources: null,
  /** Searches and the tokens of what they found (Perplexity). */
  searchQueries: null,
  citationTokens: null,
  /** Audio that was read, in seconds (Mistral). */
  audioSeconds: null,
  /** Searches that are billed (Cohere). */
  searchUnits: null,
} as const satisfies Record<string, keyof Wholes | null>;

/** Names of the parts. */
export type PartName = keyof typeof WHOLES;

/** What was reported of them; a part that was not reported is absent. */
export type UsageParts = { readonly [Name in PartName]?: number };

/** Parts of one count that do not overlap: together they are at most that count. */
const DISJOINT: readonly (readonly PartName[])[] = [
  ['textPrompt', 'audioPrompt', 'imagePrompt', 'videoPrompt', 'filePrompt'],
  ['cacheWrite5m', 'cacheWrite1h'],
  ['textCompletion', 'audioCompletion', 'imageCompletion'],
  ['acceptedPrediction', 'rejectedPrediction'],
];

/** Names of the parts that were reported. */
export const namesOf = (parts: UsageParts) => Object.keys(parts) as PartName[];

/** The parts that were reported; null stands for one that was not. */
export function knownParts(parts: { readonly [Name in PartName]?: number | null }): UsageParts {
  const known: { [Name in PartName]?: number } = {};
  for (const name in parts) {
    const count = parts[name as PartName];
    if (count !== null && count !== undefined) known[name as PartName] = count;
  }
  return known;
}

/** The parts that agree with the counts, and with each other. */
export function consistentParts(parts: UsageParts, wholes: Wholes): UsageParts {
  const kept: { [Name in PartName]?: number } = {};
  for (const name of namesOf(parts)) {
    const [whole, count = 0] = [WHOLES[name], parts[name]];
    if (whole === null || count <= (wholes[whole] ?? 0)) kept[name] = count;
  }
  for (const group of DISJOINT) {
    const whole = WHOLES[group[0] ?? 'textPrompt'];
    const sum = group.reduce((total, name) => total + (kept[name] ?? 0), 0);
    if (whole !== null && sum > (wholes[whole] ?? 0)) for (const name of group) delete kept[name];
  }
  return kept;
}

/** The sum of what both report; a part that one of them does not report is not known for the sum. */
export function sumParts(one: UsageParts = {}, other: UsageParts = {}): UsageParts {
  return Object.fromEntries(namesOf(one).flatMap((name) => (other[name] === undefined ? [] : [[name, (one[name] ?? 0) + other[name]]])));
}
