/** Laws of fitting that hold for every provider file and every request the unified schema accepts. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fit } from '../../src/fitting/fit.ts';
import { fitValue } from '../../src/fitting/fit-value.ts';
import { placeholderFiles } from '../../src/calls/files.ts';
import type { PreparedEndpoint } from '../../src/calls/prepare.ts';
import type { Adjustment } from '../../src/unified/adjustment.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { replaceUrls } from '../../src/dialects/openai-common/client/message-urls.ts';
import { inputOf, messagesIn } from '../dialects/messages-input.ts';
import { parameterOf, type TextOperation } from '../../src/unified/request/parameters.ts';
import type { UnifiedRequest } from '../../src/unified/request/request.ts';
import type { Rule, Rules } from '../../src/unified/rule.ts';
import { judge, systemAt } from '../simulator/judge.ts';
import { createBreachFinder, SLUGS, type Law } from './random-requests.ts';
import { bodiesOf, line } from './sent.ts';

const SEED = 20_261_121;
/** Random requests for each law at the systems the project began with, and at every other endpoint. */
const [MANY_RUNS, RUNS] = [40, 8];
const FIRST_SYSTEMS = ['@tokensmind/', '@openrouter/', '@novita/', '@completions-compatible/', '@octoai/', '@openai/'];

const breaches = createBreachFinder({
  seed: SEED,
  runsFor: (model) => (FIRST_SYSTEMS.some((prefix) => model.startsWith(prefix)) ? MANY_RUNS : RUNS),
  minKept: 1 / 8,
});

const isAcceptedByProvider: Law = ({ answer }, { slug }) => {
  for (const body of bodiesOf(answer)) {
    const { operation: served, modelId, rules } = answer.planned.candidate;
    const refusal = judge(systemAt(slug, rules.path).slug, served, JSON.parse(JSON.stringify(body)), modelId);
    expect(refusal === null ? null : { refusal, body }).toBeNull();
  }
};

const obeysRules: Law = ({ answer: { planned } }) => {
  const { rules } = planned.candidate;
  for (const [wire, value] of planned.fitted.parts.flatMap(({ call }) => Object.entries(call.parameters))) {
    const named = Object.entries(rules.parameters).filter(([name, entry]) => entry !== false && (entry.name ?? name) === wire);
    expect(named.length, `${wire} has a rule`).toBeGreaterThan(0);
    // Two parameters may share a field (a switch and an effort): it obeys one of them.
    const obeyed = named.some(([, rule]) => rule !== false && (isWordOf(value, rule) || fitValue(value, rule).kind === 'same'));
    expect(obeyed, `${wire}: ${JSON.stringify(value)}`).toBe(true);
  }
};

/** A value in the words of the wire, which the rule lists. */
const isWordOf = (value: unknown, { values = {} }: Rule) => Object.values(values).some((word) => isDeepStrictEqual(word, value));

const isStable: Law = ({ answer: { planned }, request }) => {
  const { candidate, fitted } = planned;
  const [first] = fitted.parts;
  const again: UnifiedRequest = {
    ...request,
    operation: candidate.operation,
    input: candidate.operation === 'chat' ? inputOf([]) : { kind: 'prompt', prompt: { kind: 'text', value: '' } },
    parameters: asClientWouldSay(
      first?.call.parameters ?? {},
      candidate.rules.parameters,
      candidate.operation === 'chat' ? 'chat' : 'completions',
    ),
    adjustments: [],
  };
  const target = {
    operation: candidate.operation,
    rules: { ...candidate.rules, prompts: ['text' as const] },
    model: candidate.modelId,
    maxOutputTokens: candidate.offering?.maxOutputTokens ?? null,
    provider: 'acme',
    knownRefusals: new Map(),
  };
  const twice = fit(again, target);
  expect(twice.parts.map(({ call }) => call.parameters)).toEqual([first?.call.parameters]);
  expect(twice.adjustments.filter(({ action }) => action === 'clamped' || action === 'dropped').map(line)).toEqual([]);
};

/** Wire names back to parameter names, and a number of alternatives on a chat provider back to the pair a chat client sends. */
function asClientWouldSay(parameters: Readonly<JsonObject>, rules: Rules, operation: TextOperation): JsonObject {
  const said = Object.entries(parameters).map(([wire, value]): [string, unknown] => {
    const own = rules[wire];
    // A field that the provider's file has under its own name, too, is said in our words.
    for (const name of ['reasoning.enabled', 'reasoning.max_tokens']) {
      const thinking = rules[name];
      if (thinking && thinking.name === wire && isSwitchOrBudget(value, thinking)) return [name, unifiedWord(value, thinking)];
    }
    if (own !== undefined && own !== false && (own.name ?? wire) === wire) return [wire, unifiedWord(value, own)];
    const renamed = Object.entries(rules).find(([, rule]) => rule !== false && rule.name === wire);
    return [renamed?.[0] ?? wire, unifiedWord(value, renamed?.[1] || {})];
  });
  const back: JsonObject = asReasoning(Object.fromEntries(said));
  return operation === 'chat' && typeof back['logprobs'] === 'number' ? { ...back, logprobs: true, top_logprobs: back['logprobs'] } : back;
}

/** Bodies of these formats have the fields of the request: they can be compared field by field. */
const isOpenAiShaped = ({ planned }: PreparedEndpoint) => /^openai-(chat|completions)$/.test(planned.candidate.rules.dialect);

/** A word of the wire back to the value it stands for. */
function unifiedWord(value: unknown, { values = {} }: Rule): unknown {
  const said = Object.entries(values).find(([, word]) => isDeepStrictEqual(word, value))?.[0];
  return said === undefined ? value : said === 'true' || said === 'false' ? said === 'true' : said;
}

/** The value is one that the rule lists, or could have fitted: the provider's own object may say more. */
const isSwitchOrBudget = (value: unknown, rule: Rule) => typeof value !== 'object' || isWordOf(value, rule);

/** `reasoning.enabled` and `reasoning.max_tokens` are fields of one object at the client. */
function asReasoning({ 'reasoning.enabled': enabled, 'reasoning.max_tokens': tokens, ...rest }: JsonObject): JsonObject {
  if (enabled === undefined && tokens === undefined) return rest;
  // A switch beside an effort or a budget follows from it.
  const isImplied = tokens !== undefined || rest['reasoning_effort'] !== undefined;
  const object = { ...(tokens === undefined ? {} : { max_tokens: tokens }), ...(enabled === undefined || isImplied ? {} : { enabled }) };
  return Object.keys(object).length === 0 ? rest : { ...rest, reasoning: object };
}

const reportsParameters: Law = ({ answer, body: client }, { operation }) => {
  for (const { call } of answer.planned.fitted.parts) {
    expect(unsaidChanges(answer, call.parameters, operation, client)).toEqual([]);
  }
};

const reportsBodyDifferences: Law = ({ answer, body: client }, { operation }) => {
  for (const body of isOpenAiShaped(answer) ? bodiesOf(answer) : []) {
    expect([...unsaidChanges(answer, body, operation, client), ...unsaidAdditions(answer, body, client)]).toEqual([]);
  }
};

const reportsMessageFields: Law = ({ answer, request: { input } }) => {
  for (const body of isOpenAiShaped(answer) ? bodiesOf(answer) : []) {
    const arrived = body['messages'] as JsonObject[] | undefined;
    const sent = replaceUrls(messagesIn(input), placeholderFiles([answer.planned]));
    const lost = sent.flatMap((message, place) =>
      lostFields(withoutRepeats(message, arrived?.[place]), withoutIds(arrived?.[place] ?? {})),
    );
    // Where messages were joined they have other places, and where there are no tools calls and results are words.
    const isJoined = answer.adjustments.some(({ param }) => param === 'messages' || param === 'messages.tool_calls');
    expect(arrived === undefined || isJoined ? [] : lost.filter((field) => !mentions(answer.adjustments, `messages.${field}`))).toEqual([]);
  }
};

/** Reasoning in a message arrives once: its details say the same as its text, where the text is sent. */
function withoutRepeats(message: JsonObject, arrived: JsonObject = {}): JsonObject {
  const isTold = arrived['reasoning'] !== undefined || arrived['reasoning_content'] !== undefined;
  return withoutIds(isTold ? { ...message, reasoning_details: null } : message);
}

/** Ids of calls only tie a result to its call (`dialects/shared/tool-names.test.ts`): those that are used twice are others at the provider. */
function withoutIds(message: JsonObject): JsonObject {
  const plain: JsonObject = { ...message, tool_call_id: null };
  if (Array.isArray(message['tool_calls'])) plain['tool_calls'] = message['tool_calls'].map((call: JsonObject) => ({ ...call, id: null }));
  return plain;
}

/**
 * Fields of a message that the provider does not get unchanged, nor under its other name for reasoning. Null extras have no meaning. Cache
 * marks are hints: a provider need not get them.
 */
function lostFields(marked: JsonObject, got: JsonObject = {}): string[] {
  const [message, arrived] = [withoutMarks(marked), withoutMarks(got)];
  const other: Readonly<Record<string, string>> = { reasoning: 'reasoning_content', reasoning_content: 'reasoning' };
  return Object.entries(message)
    .filter(([field, value]) => value !== null && !isDeepStrictEqual(arrived[field], value))
    .filter(([field, value]) => arrived[other[field] ?? field] !== value)
    .map(([field]) => field);
}

function withoutMarks(marked: JsonObject): JsonObject {
  const { content, cache_control: _, ...message } = marked;
  const parts = Array.isArray(content) ? content.map((part: JsonObject) => ({ ...part, cache_control: undefined })) : content;
  return { ...message, content: parts };
}

const NOT_PARAMETERS = new Set(['model', 'messages', 'prompt', 'stream', 'stream_options']);

const mentions = (adjustments: readonly Adjustment[], name: string) =>
  adjustments.some(({ param }) => param === name || param.startsWith(`${name}.`));

/** The field's name at this provider. */
function wireName({ planned }: PreparedEndpoint, name: string): string {
  const rule = planned.candidate.rules.parameters[name];
  return rule === undefined || rule === false ? name : (rule.name ?? name);
}

/** Client parameters that do not arrive as sent, without a report, although they have a meaning. */
function unsaidChanges(answer: PreparedEndpoint, body: JsonObject, operation: TextOperation, client: JsonObject): string[] {
  return Object.entries(client)
    .filter(([name]) => !NOT_PARAMETERS.has(name))
    .filter(([name, value]) => !isDeepStrictEqual(body[wireName(answer, name)], value))
    .filter(([name]) => !mentions(answer.adjustments, name))
    .filter(([name, value]) => parameterOf(operation, name)?.isNeutral?.(value) !== true)
    .filter(([name, value]) => !isWordFor(name, value, answer, body))
    .filter(([name, value]) => !saysTheSame(name, value, client, { ...body, stop: body[wireName(answer, 'stop')] }, answer.adjustments))
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
}

/** The provider has a word of its own for the value, which its file lists. */
function isWordFor(name: string, value: unknown, { planned }: PreparedEndpoint, body: JsonObject): boolean {
  const rule = planned.candidate.rules.parameters[name];
  const words = rule === undefined || rule === false ? {} : (rule.values ?? {});
  return Object.hasOwn(words, String(value)) && isDeepStrictEqual(words[String(value)], body[rule === false ? name : (rule?.name ?? name)]);
}

/** The changes of shape that are documented and lose nothing. */
function saysTheSame(name: string, value: unknown, client: JsonObject, body: JsonObject, adjustments: readonly Adjustment[]): boolean {
  switch (name) {
    case 'stop': // always an array, without repetitions
      return isDeepStrictEqual([...new Set(typeof value === 'string' ? [value] : (value as string[]))], body['stop']);
    case 'logit_bias': // null is no bias
      return isDeepStrictEqual(
        Object.entries(value as JsonObject).filter(([, bias]) => bias !== null),
        Object.entries(body['logit_bias'] ?? {}),
      );
    case 'best_of': // all candidates are returned
      return value === (client['n'] ?? 1);
    case 'n': // candidates are asked for instead
      return adjustments.some(({ param, action }) => param === 'best_of' && action === 'emulated');
    case 'max_tokens': // two names of one limit
      return value === client['max_completion_tokens'];
    case 'top_logprobs': // one of two fields that became one
      return mentions(adjustments, 'logprobs');
    case 'reasoning': // the effort has a field of its own; a provider that takes the object gets the legacy switch folded into it
      return (
        isObject(value) && (isEffort(value['effort'], client, body) || isDeepStrictEqual({ ...value, exclude: true }, body['reasoning']))
      );
    case 'reasoning_effort': // a budget or a switch says more
      return isObject(client['reasoning']) && (client['reasoning']['max_tokens'] !== undefined || client['reasoning']['enabled'] === false);
    case 'include_reasoning': // the router shows what thinking there is; the object says it too
      return value === true || mentions(adjustments, 'reasoning') || (isObject(body['reasoning']) && body['reasoning']['exclude'] === true);
    default:
      return false;
  }
}

const isEffort = (effort: unknown, client: JsonObject, body: JsonObject) =>
  effort === undefined || effort === body['reasoning_effort'] || effort === client['reasoning_effort'];

/** Upstream fields that the client did not send and that are not reported. */
function unsaidAdditions(answer: PreparedEndpoint, body: JsonObject, client: JsonObject): string[] {
  const asked = new Set(Object.keys(client).map((name) => wireName(answer, name)));
  // Candidates that the router ranks itself are asked for as choices, with log probabilities.
  const ranked: Readonly<Record<string, string>> = mentions(answer.adjustments, 'best_of') ? { n: 'best_of', logprobs: 'best_of' } : {};
  const source: Readonly<Record<string, string>> = {
    top_logprobs: 'logprobs',
    logprobs: 'top_logprobs',
    reasoning_effort: 'reasoning',
    ...ranked,
  };
  return Object.keys(body)
    .filter((field) => !NOT_PARAMETERS.has(field) && !asked.has(field))
    .filter((field) => !mentions(answer.adjustments, field) && !mentions(answer.adjustments, source[field] ?? field))
    .filter((field) => !isThinking(field, answer, client))
    .filter(
      (field) =>
        !(field === 'reasoning_effort' && isObject(client['reasoning']) && client['reasoning']['effort'] === body['reasoning_effort']),
    )
    .map((field) => `${field}: ${JSON.stringify(body[field])} (added)`);
}

/** The provider's own field for a switch or a budget that the client asked for, in its words or by an effort. */
function isThinking(field: string, answer: PreparedEndpoint, { reasoning, reasoning_effort: effort }: JsonObject): boolean {
  const fields = ['reasoning.enabled', 'reasoning.max_tokens'].map((name) => wireName(answer, name));
  return fields.includes(field) && (effort !== undefined || isObject(reasoning));
}

const makesEveryChoice: Law = ({ answer: { planned }, request: { input, parameters } }) => {
  const { parts, emulation } = planned.fitted;
  const prompts = input.kind === 'prompt' && /^(texts|token-lists)$/.test(input.prompt.kind) ? input.prompt.value.length : 1;
  const wanted = prompts * (emulation.bestOf?.candidates ?? Number(parameters.n ?? 1));
  const made = parts.flatMap(({ choices }) => choices).toSorted((one, other) => one - other);
  expect(made).toEqual(Array.from({ length: wanted }, (_, index) => index));
};

const hasLikeCalls: Law = ({ answer }) => {
  const bodies = bodiesOf(answer);
  const calls = answer.planned.fitted.parts.map(({ call }) => call.parameters);
  const seedName = wireName(answer, 'seed');
  const shared = calls.map(({ [wireName(answer, 'n')]: _n, [seedName]: _seed, ...rest }) => rest);
  expect(shared).toEqual(shared.map(() => shared[0]));
  const first = calls[0]?.[seedName];
  const seeds = first === undefined ? bodies.map(() => undefined) : bodies.map((_, call) => Number(first) + call);
  expect(calls.map((parameters) => parameters[seedName])).toEqual(seeds);
  expect(new Set(seeds).size).toBe(first === undefined ? 1 : bodies.length);
  // What a call of the request is, its body says too: with the same parameters it differs in its prompt alone.
  const same = bodies
    .filter((_, call) => isDeepStrictEqual(calls[call], calls[0]))
    .map(({ prompt: _prompt, messages: _messages, ...rest }) => rest);
  expect(isOpenAiShaped(answer) ? same : []).toEqual(isOpenAiShaped(answer) ? same.map(() => same[0]) : []);
};

const reportsSeveralCalls: Law = ({ answer: { parts, adjustments } }) => {
  const reported = adjustments.filter(({ reason }) => reason.includes(`${parts.length} calls`));
  expect(reported.map(({ action }) => action).slice(0, 1)).toEqual(parts.length === 1 ? [] : ['emulated']);
};

describe.each(SLUGS)('a random request to %s', (slug) => {
  it('is accepted by the simulated provider', () => expect(breaches(slug, isAcceptedByProvider)).toEqual([]));

  it('has only fields that obey the rules of the provider file', () => expect(breaches(slug, obeysRules)).toEqual([]));

  it('stays the same when it is fitted again', () => expect(breaches(slug, isStable)).toEqual([]));

  it('reports every parameter that is not fitted as sent', () => expect(breaches(slug, reportsParameters)).toEqual([]));

  it('reports every difference between the request and the upstream body', () =>
    expect(breaches(slug, reportsBodyDifferences)).toEqual([]));

  it('reports every field of a message that does not arrive', () => expect(breaches(slug, reportsMessageFields, ['chat'])).toEqual([]));

  it('makes every requested choice once, over all its calls', () => expect(breaches(slug, makesEveryChoice)).toEqual([]));

  it('has calls that differ only in prompt, n and a seed that counts up', () => expect(breaches(slug, hasLikeCalls)).toEqual([]));

  it('reports that it takes several calls', () => expect(breaches(slug, reportsSeveralCalls)).toEqual([]));
});
