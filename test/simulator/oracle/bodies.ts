// What a router that keeps its word sends to a system for one client request, and what it reports of it: every call, field by field.
// From the documents alone; must not import anything from src/ or providers/.

import type { Fields } from '../checks.ts';
import type { Document, NumberRule } from './documents.ts';

/** One client request that is valid by itself. */
export interface OracleRequest {
  readonly operation: 'chat' | 'completions';
  readonly body: Fields;
}

/** One entry of a report, without its reason. */
export interface ReportEntry {
  readonly param: string;
  readonly action: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** One call, and the place of each of its choices in the answer, before the best are picked. */
export interface Call {
  readonly body: Fields;
  readonly choices: readonly number[];
}

/** Everything that follows from a request before it is sent. */
export interface Plan {
  readonly calls: readonly Call[];
  readonly report: readonly ReportEntry[];
  /** The prompts that the router repeats itself, one for each prompt; null = none. */
  readonly echo: readonly string[] | null;
  /** Sequences that end the answer, at the provider or in the router. */
  readonly stops: readonly string[];
  /** Those that were not sent to the provider. */
  readonly ownStops: readonly string[];
  /** Candidates for each prompt, of which `keep` are returned; null = what is made is returned. */
  readonly ranked: { readonly made: number; readonly keep: number } | null;
  /** Log probabilities were asked for by the router alone. */
  readonly hidesLogprobs: boolean;
}

/** Values that have no effect. Where a provider does not accept one, it is left out without a word. */
const NEUTRAL: Readonly<Record<string, unknown>> = {
  top_p: 1,
  top_k: 0,
  min_p: 0,
  top_a: 0,
  frequency_penalty: 0,
  presence_penalty: 0,
  repetition_penalty: 1,
  ignore_eos: false,
  echo: false,
  suffix: '',
};

const NUMBERS = ['temperature', 'top_p', 'top_k', 'min_p', 'top_a', 'frequency_penalty', 'presence_penalty', 'repetition_penalty'];
const MARKER = '\nUser:';

/** What is written down while a plan is made. */
interface Draft {
  readonly document: Document;
  readonly asked: OracleRequest;
  readonly body: Record<string, unknown>;
  readonly report: ReportEntry[];
}

/** The plan for a request. @throws Refused where it has to be refused. */
export function planFor(document: Document, asked: OracleRequest): Plan {
  const draft: Draft = { document, asked, body: {}, report: [] };
  for (const name of NUMBERS) fitNumber(draft, name, name);
  fitLimit(draft);
  fitFields(draft);
  fitBias(draft);
  const stops = fitStops(draft);
  const hidden = fitLogprobs(draft);
  const ranked = fitBestOf(draft);
  const hidesLogprobs = ranked !== null && demandLogprobs(draft, hidden);
  const echo = fitEcho(draft, ranked !== null, stops.own.length > 0);
  if (asked.body['seed'] !== undefined) draft.body['seed'] = asked.body['seed'];
  const calls = split(draft, ranked?.made ?? asNumber(asked.body['n'], 1));
  return { calls, report: draft.report, echo, stops: stops.all, ownStops: stops.own, ranked, hidesLogprobs };
}

/** The request has to be refused with a 400 that names this field. */
export class RefusalError extends Error {
  readonly param: string;

  constructor(param: string) {
    super(`a 400 that names ${param}`);
    this.param = param;
  }
}

function drop({ report }: Draft, param: string, value: unknown): void {
  const isShort = typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 64);
  report.push({ param, action: 'dropped', ...(isShort ? { from: value } : {}) });
}

function fitNumber(draft: Draft, name: string, wire: string): void {
  const value = draft.asked.body[name];
  if (typeof value !== 'number') return;
  const rule = draft.document.numbers[wire];
  const isNeutral = NEUTRAL[name] === value;
  if (rule === undefined) {
    if (!isNeutral) drop(draft, name, value);
    return;
  }
  const nearest = nearestIn(value, rule);
  if (nearest !== value && isNeutral) return;
  if (nearest !== value) draft.report.push({ param: name, action: 'clamped', from: value, to: nearest });
  draft.body[wire] = nearest;
}

/** The accepted value next to a number; one step inside an end that is excluded. */
function nearestIn(value: number, { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity, whole }: NumberRule): number {
  if (value >= min && value <= max && value > above && value < below) return value;
  const step = whole === true ? 1 : 0.01;
  return value < min || value <= above ? Math.max(min, round(above + step)) : Math.min(max, round(below - step));
}

const round = (value: number) => Math.round(value * 1e9) / 1e9;

/** Two names of one limit. */
function fitLimit(draft: Draft): void {
  const { max_tokens: legacy, max_completion_tokens: limit } = draft.asked.body;
  if (limit === undefined) return fitNumber(draft, 'max_tokens', 'max_tokens');
  if (legacy !== undefined && legacy !== limit) drop(draft, 'max_tokens', legacy);
  fitNumber(draft, 'max_completion_tokens', draft.document.maxCompletionTokens);
}

/** Stands for the hash of a user, which depends on the caller's key. */
export const HASHED_USER = 'usr_*';

const FIELDS = ['user', 'suffix', 'peft', 'ignore_eos', 'log_prompt', 'loglikelihood', 'mystery'];

function fitFields(draft: Draft): void {
  const { asked, document, body } = draft;
  for (const name of FIELDS) {
    const value = asked.body[name];
    if (value === undefined) continue;
    const type = name === 'suffix' && asked.operation === 'chat' ? undefined : document.fields[name];
    const isNeutral = NEUTRAL[name] === value;
    if (typeof value === type && !(isNeutral && name === 'suffix')) body[name] = name === 'user' && value !== '' ? HASHED_USER : value;
    else if (!isNeutral) drop(draft, name, value);
  }
}

function fitBias({ asked, body }: Draft): void {
  const entries = Object.entries((asked.body['logit_bias'] ?? {}) as Fields).filter(([, bias]) => bias !== null);
  if (entries.length > 0) body['logit_bias'] = Object.fromEntries(entries);
}

function fitStops({ asked, document, body, report }: Draft): { all: string[]; own: string[] } {
  const { stop } = asked.body;
  const sent = (Array.isArray(stop) ? stop : [stop]).filter((entry): entry is string => typeof entry === 'string' && entry !== '');
  const isTemplated = asked.operation === 'chat' && document.operation === 'completions';
  const all = [...new Set(isTemplated ? [...sent, MARKER] : sent)];
  const told = all.slice(0, document.mostStops);
  if (told.length > 0) body['stop'] = told;
  if (isTemplated && !sent.includes(MARKER))
    report.push(told.includes(MARKER) ? { param: 'stop', action: 'defaulted', to: MARKER } : { param: 'stop', action: 'emulated' });
  if (new Set(sent).size > document.mostStops) report.push({ param: 'stop', action: 'emulated', from: sent.length, to: told.length });
  return { all, own: all.slice(told.length) };
}

/** Whether the client asked for none. */
function fitLogprobs({ asked, document, body, report }: Draft): boolean {
  const { logprobs, top_logprobs: top } = asked.body;
  const { isNumber, most } = document.logprobs;
  const isChat = asked.operation === 'chat';
  if (isChat ? logprobs !== true : logprobs === undefined) {
    if (isChat && logprobs === false && !isNumber) body['logprobs'] = false;
    return true;
  }
  if (!isNumber) {
    body['logprobs'] = true;
    const wanted = isChat ? top : logprobs;
    if (isChat ? wanted !== undefined : wanted !== 0) body['top_logprobs'] = wanted;
    if (!isChat) report.push({ param: 'logprobs', action: 'renamed', from: logprobs, to: true });
    return false;
  }
  const wanted = isChat ? Math.max(1, asNumber(top, 0)) : Number(logprobs);
  const given = Math.min(wanted, most);
  body['logprobs'] = given;
  const counter = isChat && top !== undefined ? 'top_logprobs' : 'logprobs';
  if (given !== wanted) report.push({ param: counter, action: 'clamped', from: wanted, to: given });
  if (isChat) report.push({ param: 'logprobs', action: 'renamed', from: true, to: given });
  return false;
}

function fitBestOf({ asked, document, body, report }: Draft): Plan['ranked'] {
  const { best_of: bestOf, stream } = asked.body;
  const n = asNumber(asked.body['n'], 1);
  if (typeof bestOf !== 'number' || bestOf <= n) return null;
  if (document.bestOf?.(n, stream === true) === true && n <= document.mostChoices) {
    body['best_of'] = bestOf;
    return null;
  }
  report.push({ param: 'best_of', action: 'emulated', from: bestOf });
  return { made: bestOf, keep: n };
}

/** Candidates are ranked by their log probabilities. Whether the client did not request them. */
function demandLogprobs({ document, body }: Draft, isHidden: boolean): boolean {
  if (isHidden) body['logprobs'] = document.logprobs.isNumber ? 1 : true;
  return isHidden;
}

function fitEcho(draft: Draft, isRanked: boolean, looksForStops: boolean): readonly string[] | null {
  const { asked, document, body, report } = draft;
  const { echo } = asked.body;
  if (typeof echo !== 'boolean') return null;
  const takesEcho = document.echo && asked.operation === 'completions';
  if (!echo) {
    if (takesEcho) body['echo'] = false;
    return null;
  }
  const texts = textsOf(asked.body['prompt']);
  if (asked.operation === 'chat' || (texts === null && (!takesEcho || isRanked || looksForStops))) {
    drop(draft, 'echo', true);
    return null;
  }
  if (takesEcho && !isRanked) {
    body['echo'] = true;
    return null;
  }
  report.push({ param: 'echo', action: 'emulated' });
  return texts;
}

/** The prompts as texts; null for token ids. */
export function textsOf(prompt: unknown): string[] | null {
  if (typeof prompt === 'string') return [prompt];
  return Array.isArray(prompt) && prompt.every((entry) => typeof entry === 'string') ? prompt : null;
}

/** What one call reads, and which prompts of the request that is. */
interface Group {
  readonly content: Fields;
  readonly prompts: readonly number[];
}

function groupsOf({ asked, document, report }: Draft): Group[] {
  if (asked.operation === 'chat') {
    if (document.operation === 'chat') return [{ content: { messages: asked.body['messages'] }, prompts: [0] }];
    report.push({ param: 'messages', action: 'emulated', to: 'plain' });
    return [{ content: { prompt: asPlainText(asked.body['messages'] as readonly Fields[]) }, prompts: [0] }];
  }
  const { prompt } = asked.body;
  const texts = textsOf(prompt);
  if (document.anyPrompt) {
    const isOne = typeof prompt === 'string' || (Array.isArray(prompt) && typeof prompt[0] === 'number');
    return [{ content: { prompt }, prompts: isOne ? [0] : (prompt as unknown[]).map((_, place) => place) }];
  }
  if (texts === null) throw new RefusalError('prompt');
  if (texts.length > 1) report.push({ param: 'prompt', action: 'emulated', from: texts.length, to: 1 });
  if (document.operation === 'chat') report.push({ param: 'prompt', action: 'emulated' });
  const write = (text: string) => (document.operation === 'chat' ? { messages: [{ role: 'user', content: text }] } : { prompt: text });
  return texts.map((text, place) => ({ content: write(text), prompts: [place] }));
}

const TITLES: Readonly<Record<string, string>> = { system: 'System', user: 'User', assistant: 'Assistant' };

function asPlainText(messages: readonly Fields[]): string {
  return `${messages.map(({ role, content }) => `${TITLES[String(role)]}: ${String(content)}\n\n`).join('')}Assistant:`;
}

/** Most calls of one request, as the router is set up. */
const MAX_CALLS = 32;

function split(draft: Draft, choices: number): Call[] {
  const { asked, document, body, report } = draft;
  const groups = groupsOf(draft);
  const sizes: number[] = [];
  for (let left = choices; left > 0; left -= document.mostChoices) sizes.push(Math.min(left, document.mostChoices));
  const count = groups.length * sizes.length;
  const cause = asked.body['best_of'] !== undefined ? 'best_of' : asked.body['n'] !== undefined ? 'n' : 'prompt';
  if (count > MAX_CALLS) throw new RefusalError(cause);
  if (sizes.length > 1) {
    const asks = asNumber(asked.body['best_of'], 0) === choices && asked.body['n'] !== choices ? 'best_of' : 'n';
    report.push({ param: asks, action: 'emulated', from: choices, to: Math.max(...sizes) });
  }
  const first = typeof body['seed'] === 'number' ? Math.min(body['seed'], Number.MAX_SAFE_INTEGER - (count - 1)) : null;
  if (first !== null && count > 1)
    report.push({ param: 'seed', action: 'emulated', from: asked.body['seed'], to: `${first} to ${first + count - 1}` });
  const stream = asked.body['stream'] === true ? { stream: true, stream_options: { include_usage: true } } : {};
  return groups.flatMap(({ content, prompts }, group) =>
    sizes.map((size, chunk): Call => {
      const start = sizes.slice(0, chunk).reduce((sum, before) => sum + before, 0);
      return {
        body: {
          model: 'm',
          ...content,
          ...body,
          ...(size > 1 ? { n: size } : {}),
          ...(first === null ? {} : { seed: first + group * sizes.length + chunk }),
          ...stream,
        },
        choices: prompts.flatMap((prompt) => Array.from({ length: size }, (_, turn) => prompt * choices + start + turn)),
      };
    }),
  );
}

function asNumber(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
