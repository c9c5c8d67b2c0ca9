/**
 * Parts of token counts that only some providers report, and other counted items. A part that contradicts its count is dropped. The formats
 * know where each part is in a body.
 */
/** Counts that have parts. */
export type UsageCounts = {
  promptTokens: number;
  completionTokens: number;
  cachedTokens: number | null;
  cacheWriteTokens: number | null;
};

/** Each part, and the count it belongs to; null = a separate count. */
const COUNT_OF_PART = {
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
  /** Searches, and tokens of their results (Perplexity). */
  searchQueries: null,
  citationTokens: null,
  /** Audio input in seconds (Mistral). */
  audioSeconds: null,
  /** Billed searches (Cohere). */
  searchUnits: null,
} as const satisfies Record<string, keyof UsageCounts | null>;

/** Names of the parts. */
export type PartName = keyof typeof COUNT_OF_PART;

/** The reported parts; a part that was not reported is absent. */
export type UsageParts = { readonly [Name in PartName]?: number };

/** Groups of parts that do not overlap: their sum is at most the count. */
const DISJOINT: readonly (readonly PartName[])[] = [
  ['textPrompt', 'audioPrompt', 'imagePrompt', 'videoPrompt', 'filePrompt'],
  ['cacheWrite5m', 'cacheWrite1h'],
  ['textCompletion', 'audioCompletion', 'imageCompletion'],
  ['acceptedPrediction', 'rejectedPrediction'],
];

/** Returns the names of the reported parts. */
export const namesOf = (parts: UsageParts) => Object.keys(parts) as PartName[];

/** Removes parts that were not reported (null). */
export function knownParts(parts: { readonly [Name in PartName]?: number | null }): UsageParts {
  const known: { [Name in PartName]?: number } = {};
  for (const name in parts) {
    const count = parts[name as PartName];
    if (count !== null && count !== undefined) known[name as PartName] = count;
  }
  return known;
}

/** Returns the parts that are consistent with the counts and with each other. */
export function consistentParts(parts: UsageParts, wholes: UsageCounts): UsageParts {
  const kept: { [Name in PartName]?: number } = {};
  for (const name of namesOf(parts)) {
    const [whole, count = 0] = [COUNT_OF_PART[name], parts[name]];
    if (whole === null || count <= (wholes[whole] ?? 0)) kept[name] = count;
  }
  for (const group of DISJOINT) {
    const whole = COUNT_OF_PART[group[0] ?? 'textPrompt'];
    const sum = group.reduce((total, name) => total + (kept[name] ?? 0), 0);
    if (whole !== null && sum > (wholes[whole] ?? 0)) for (const name of group) delete kept[name];
  }
  return kept;
}

/** Adds parts. A part that only one side reports is unknown in the sum, and left out. */
export function sumParts(one: UsageParts = {}, other: UsageParts = {}): UsageParts {
  return Object.fromEntries(namesOf(one).flatMap((name) => (other[name] === undefined ? [] : [[name, (one[name] ?? 0) + other[name]]])));
}
