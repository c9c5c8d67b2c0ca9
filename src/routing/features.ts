/**
 * Determines what a request needs of a model that not every endpoint has: tools, formats, context size. An endpoint without a feature is
 * ordered after those with it; one with too small a context is rejected. Pure; cheap for prompts that clearly fit.
 */
import { countTokens } from '../lib/count-tokens.ts';
import type { KnownRefusals } from '../ports.ts';
import { isObject } from '../lib/json.ts';
import { promptText } from '../unified/request/prompt.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Candidate } from './resolve-model.ts';
import { fitValue } from '../fitting/fit-value.ts';

/** Fields of a catalogue entry that state a feature. */
type Capability = 'tools' | 'structuredOutputs';

/** A requested feature: its parameter, the value sent, and its field in a catalogue entry (null = none). */
export type Feature = { param: string; value: unknown; capability: Capability | null };

/** Returns the requested features without which the answer would be wrong (the same list as OpenRouter's provider routing page, read 2026-08-22). */
export function requiredFeatures({ parameters }: UnifiedRequest): Feature[] {
  const { tools, response_format: format, structured_outputs: structured, verbosity } = parameters;
  const kind = isObject(format) && format['type'] !== 'text' ? format['type'] : null;
  const features: Feature[] = [];
  if (Array.isArray(tools) && tools.length > 0) features.push({ param: 'tools', value: tools, capability: 'tools' });
  if (kind !== null)
    features.push({ param: 'response_format', value: format, capability: kind === 'json_schema' ? 'structuredOutputs' : null });
  else if (structured === true) features.push({ param: 'structured_outputs', value: true, capability: 'structuredOutputs' });
  if (verbosity !== undefined) features.push({ param: 'verbosity', value: verbosity, capability: null });
  return features;
}

/**
 * Returns the features that a candidate lacks: by its catalogue entry, by the rules of its provider, or by a recent rejection.
 *
 * @param knownRefusals null = it gets the client's own body, so that only the catalogue counts.
 */
export function missingFeatures(candidate: Candidate, features: readonly Feature[], knownRefusals: KnownRefusals | null): string[] {
  const { offering, rules } = candidate;
  return features
    .filter(({ param, value, capability }) => {
      if (capability !== null && offering?.[capability] === false) return true;
      // Structured output is a requirement on the model; few providers have a field for it.
      if (knownRefusals === null || param === 'structured_outputs') return false;
      const rule = Object.hasOwn(rules.parameters, param) ? rules.parameters[param] : undefined;
      return knownRefusals.get(param) === null || rule === undefined || rule === false || fitValue(value, rule).kind === 'refused';
    })
    .map(({ param }) => param);
}

/** Size of the largest prompt of a request. `tokens` is an estimate, computed on first use. */
export type PromptSize = { characters: number; tokens: () => number };

/** Measures a request. Cheap: text is joined only when its tokens are counted. */
export function promptSize({ input, parameters }: UnifiedRequest): PromptSize {
  if (input.kind === 'messages') {
    const tools = parameters.tools === undefined ? 0 : JSON.stringify(parameters.tools).length;
    return createEstimatedSize(input.conversation.textLength() + tools, () => promptText(input, parameters.tools));
  }
  const { prompt } = input;
  if (prompt.kind === 'tokens') return createExactSize(prompt.value.length);
  if (prompt.kind === 'token-lists') return createExactSize(prompt.value.reduce((most, { length }) => Math.max(most, length), 0));
  const texts = prompt.kind === 'text' ? [prompt.value] : prompt.value;
  const longest = texts.reduce((longer, text) => (text.length > longer.length ? text : longer), '');
  return createEstimatedSize(longest.length, () => longest);
}

function createEstimatedSize(characters: number, text: () => string): PromptSize {
  let counted: number | null = null;
  return { characters, tokens: () => (counted ??= countTokens(text())) };
}

const createExactSize = (tokens: number): PromptSize => ({ characters: tokens, tokens: () => tokens });

/**
 * `prompt`: estimated tokens of the prompt and of the answer that was asked for, more than `maximum`. `answerRoom`: tokens that are left for an
 * answer; null = too few for one.
 */
type ContextOverflow = { prompt: number; maximum: number; answerRoom: number | null };

/** Margin of error of a token estimate. A prompt within it is not rejected. */
const ESTIMATE_MARGIN = 0.1;

/** A prompt below this share of the context is not counted, whatever the requested output is. */
const COUNTED_SHARE = 0.25;

/** Fewest tokens of an answer that a limit is lowered to. Clients of agents ask for 32,000 to 128,000, whatever the model. */
const LEAST_ROOM = 1024;

/** Returns the sizes of a prompt that, with its answer, does not fit into a candidate's context; null when it fits or the size is unknown. */
export function contextOverflow({ offering }: Candidate, { parameters }: UnifiedRequest, size: () => PromptSize): ContextOverflow | null {
  const context = offering?.contextTokens;
  if (context === undefined) return null;
  const asked = Number(parameters.max_completion_tokens ?? parameters.max_tokens ?? 0);
  const answer = Math.min(asked, offering?.maxOutputTokens ?? asked);
  // A token has at least one character, so few characters need no count.
  const { characters, tokens } = size();
  if (characters <= COUNTED_SHARE * context || characters + answer <= context) return null;
  const prompt = tokens();
  if (prompt <= COUNTED_SHARE * context || (1 - ESTIMATE_MARGIN) * prompt + answer <= context) return null;
  const room = Math.floor(context - (1 + ESTIMATE_MARGIN) * prompt);
  return { prompt: prompt + answer, maximum: context, answerRoom: room < LEAST_ROOM ? null : room };
}
