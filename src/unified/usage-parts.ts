/**
 * The parts of token counts that only some providers report, and other things that they count: where OpenAI's and OpenRouter's formats
 * have each of them, and the count that it is a part of. A part that contradicts its count is left out.
 */
import type { JsonObject } from './json.ts';

/** The counts that have parts. */
export type Wholes = {
  promptTokens: number;
  completionTokens: number;
  cachedTokens: number | null;
  cacheWriteTokens: number | null;
};

/** Where a part stands in a usage object (group, field), and what it is a part of; null = it is a count of its own. */
type Place = readonly [group: string | null, field: string, whole: keyof Wholes | null];

const PLACES = {
  textPrompt: ['prompt_tokens_details', 'text_tokens', 'promptTokens'],
  audioPrompt: ['prompt_tokens_details', 'audio_tokens', 'promptTokens'],
  imagePrompt: ['prompt_tokens_details', 'image_tokens', 'promptTokens'],
  videoPrompt: ['prompt_tokens_details', 'video_tokens', 'promptTokens'],
  filePrompt: ['prompt_tokens_details', 'file_tokens', 'promptTokens'],
  /** Results of tools that the provider ran (Gemini). */
  toolPrompt: ['prompt_tokens_details', 'tool_use_tokens', 'promptTokens'],
  cachedAudio: ['prompt_tokens_details', 'cached_audio_tokens', 'cachedTokens'],
  cacheWrite5m: ['cache_creation', 'ephemeral_5m_input_tokens', 'cacheWriteTokens'],
  cacheWrite1h: ['cache_creation', 'ephemeral_1h_input_tokens', 'cacheWriteTokens'],
  textCompletion: ['completion_tokens_details', 'text_tokens', 'completionTokens'],
  audioCompletion: ['completion_tokens_details', 'audio_tokens', 'completionTokens'],
  imageCompletion: ['completion_tokens_details', 'image_tokens', 'completionTokens'],
  acceptedPrediction: ['completion_tokens_details', 'accepted_prediction_tokens', 'completionTokens'],
  rejectedPrediction: ['completion_tokens_details', 'rejected_prediction_tokens', 'completionTokens'],
  webSearches: ['server_tool_use', 'web_search_requests', null],
  webFetches: ['server_tool_use', 'web_fetch_requests', null],
  /** Sources of a search (xAI). */
  sources: [null, 'num_sources_used', null],
  /** Searches and the tokens of what they found (Perplexity). */
  searchQueries: [null, 'num_search_queries', null],
  citationTokens: [null, 'citation_tokens', null],
  /** Audio that was read, in seconds (Mistral). */
  audioSeconds: [null, 'prompt_audio_seconds', null],
  /** Searches that are billed (Cohere). */
  searchUnits: [null, 'search_units', null],
} as const satisfies Record<string, Place>;

/** Names of the parts. */
export type PartName = keyof typeof PLACES;

/** What was reported of them; a part that was not reported is absent. */
export type UsageParts = { readonly [Name in PartName]?: number };

/** Parts of one count that do not overlap: together they are at most that count. */
const DISJOINT: readonly (readonly PartName[])[] = [
  ['textPrompt', 'audioPrompt', 'imagePrompt', 'videoPrompt', 'filePrompt'],
  ['cacheWrite5m', 'cacheWrite1h'],
  ['textCompletion', 'audioCompletion', 'imageCompletion'],
  ['acceptedPrediction', 'rejectedPrediction'],
];

const namesOf = (parts: UsageParts) => Object.keys(parts) as PartName[];

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
    const [whole, count = 0] = [PLACES[name][2], parts[name]];
    if (whole === null || count <= (wholes[whole] ?? 0)) kept[name] = count;
  }
  for (const group of DISJOINT) {
    const whole = PLACES[group[0] ?? 'textPrompt'][2];
    const sum = group.reduce((total, name) => total + (kept[name] ?? 0), 0);
    if (whole !== null && sum > (wholes[whole] ?? 0)) for (const name of group) delete kept[name];
  }
  return kept;
}

/** The sum of what both report; a part that one of them does not report is not known for the sum. */
export function sumParts(one: UsageParts = {}, other: UsageParts = {}): UsageParts {
  return Object.fromEntries(namesOf(one).flatMap((name) => (other[name] === undefined ? [] : [[name, (one[name] ?? 0) + other[name]]])));
}

/** Writes the parts into a usage object, each in its group. */
export function renderParts(parts: UsageParts, into: JsonObject): void {
  for (const name of namesOf(parts)) {
    const [group, field] = PLACES[name];
    if (group === null) into[field] = parts[name];
    else into[group] = { ...(into[group] as JsonObject | undefined), [field]: parts[name] };
  }
  // OpenRouter's own name for the searches of a server.
  if (parts.webSearches !== undefined) into.server_tool_use_details = { web_search_requests: parts.webSearches };
}
