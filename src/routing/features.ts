/**
 * What a request needs of a model that not every endpoint has: tools, formats, room for the prompt. An endpoint that lacks a feature
 * stands behind those that have it; one whose context is too small is out. Pure; costs next to nothing for prompts that surely fit.
 */
import { countTokens } from '../stream/usage-tracker.ts';
import type { KnownRefusals } from '../ports.ts';
import { isObject } from '../lib/json.ts';
import { contentText } from '../unified/request/message.ts';
import { promptText } from '../unified/request/prompt.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Candidate } from './resolve-model.ts';
import { fitValue } from '../fitting/fit-value.ts';

/** Facts of a catalogue entry that say whether a model has a feature. */
type Capability = 'tools' | 'structuredOutputs';

/** A feature that a request asks for: its parameter, what was sent in it, and the fact that tells of it in a catalogue entry (null = none). */
export type Feature = { param: string; value: unknown; capability: Capability | null };

/** The features asked for whose loss would spoil the answer (OpenRouter's provider routing page, read 2026-08-22, names the same). */
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

/** Which of these a candidate lacks: its entry says that it has not the feature, its provider does not accept the parameter so, or refused it. */
export function missingFeatures(candidate: Candidate, features: readonly Feature[], knownRefusals: KnownRefusals): string[] {
  const { offering, rules } = candidate;
  return features
    .filter(({ param, value, capability }) => {
      if (capability !== null && offering?.[capability] === false) return true;
      if (param === 'structured_outputs') return false; // a wish about the model, which few providers know as a field
      const rule = Object.hasOwn(rules.parameters, param) ? rules.parameters[param] : undefined;
      return knownRefusals.get(param) === null || rule === undefined || rule === false || fitValue(value, rule).kind === 'refused';
    })
    .map(({ param }) => param);
}

/** How large the largest prompt of a request is. `tokens` is an estimate, made when it is first asked for. */
export type PromptSize = { characters: number; tokens: () => number };

/** Measures a request, as cheaply as it can be done: no text is put together unless its tokens are asked for. */
export function promptSize({ input, parameters }: UnifiedRequest): PromptSize {
  if (input.kind === 'messages') {
    const tools = parameters.tools === undefined ? 0 : JSON.stringify(parameters.tools).length;
    const characters = input.messages.reduce((sum, { role, content }) => sum + role.length + 2 + contentText(content).length, tools);
    return estimated(characters, () => promptText(input, parameters.tools));
  }
  const { prompt } = input;
  if (prompt.kind === 'tokens') return exactly(prompt.value.length);
  if (prompt.kind === 'token-lists') return exactly(prompt.value.reduce((most, { length }) => Math.max(most, length), 0));
  const texts = prompt.kind === 'text' ? [prompt.value] : prompt.value;
  const longest = texts.reduce((longer, text) => (text.length > longer.length ? text : longer), '');
  return estimated(longest.length, () => longest);
}

function estimated(characters: number, text: () => string): PromptSize {
  let counted: number | null = null;
  return { characters, tokens: () => (counted ??= countTokens(text())) };
}

const exactly = (tokens: number): PromptSize => ({ characters: tokens, tokens: () => tokens });

/** How much an estimate may be too high: nobody is turned away for an error of ours. */
const DOUBT = 0.1;

/** A prompt that takes no more than this share of a context is not worth counting, however much is asked of the answer. */
const NOTEWORTHY = 0.25;

/** Why a prompt does not fit into a candidate's context, or null when it does or nothing is known. */
export function contextObjection({ offering }: Candidate, { parameters }: UnifiedRequest, size: () => PromptSize): string | null {
  const context = offering?.contextTokens;
  if (context === undefined) return null;
  const asked = Number(parameters.max_completion_tokens ?? parameters.max_tokens ?? 0);
  const answer = Math.min(asked, offering?.maxOutputTokens ?? asked);
  // A token has at least one character: what has few enough of them need not be counted.
  const { characters, tokens } = size();
  if (characters <= NOTEWORTHY * context || characters + answer <= context) return null;
  const prompt = tokens();
  if (prompt <= NOTEWORTHY * context || (1 - DOUBT) * prompt + answer <= context) return null;
  return `its context of ${context} tokens is too small for about ${prompt + answer}`;
}
