// What each generation of Claude takes, and what may not stand beside it. Source: Anthropic's model migration guide
// (github.com/anthropics/skills 9d2f1ae), platform.claude.com/docs (versioning, what is new in Opus 5.5), and error bodies seen in public.
// Written by hand; must not look at the router's own data.

import { complain, first, isFields } from '../checks.ts';
import type { Complaint, Fields } from '../checks.ts';
import type { Together } from '../common-checks.ts';

interface Model {
  /** Kinds of `thinking`. */
  readonly thinking: readonly string[];
  readonly thinksByDefault: boolean;
  readonly efforts: readonly string[];
  /** `one`: temperature or top_p. */
  readonly sampling: 'all' | 'one' | 'none';
  readonly hasPrefill: boolean;
  readonly hasFormats: boolean;
  readonly hasForcedTools: boolean;
}

const newest: Model = {
  thinking: ['adaptive', 'disabled'],
  thinksByDefault: false,
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  sampling: 'none',
  hasPrefill: false,
  hasFormats: true,
  hasForcedTools: true,
};
const byBudget: Model = { ...newest, thinking: ['enabled', 'disabled'], efforts: [], sampling: 'one', hasPrefill: true };
const first4: Model = { ...byBudget, sampling: 'all', hasFormats: false };
const always: Model = { ...newest, thinking: ['adaptive'], thinksByDefault: true };

/** The first that fits counts; an unknown model is one of the newest. */
const models: readonly (readonly [RegExp, Model])[] = [
  [/^claude-3-7/u, first4],
  [/^claude-3/u, { ...first4, thinking: [] }],
  [/^claude-(opus|sonnet)-4(-0|-2025|@)/u, first4],
  [/^claude-opus-4-5/u, { ...byBudget, efforts: ['low', 'medium', 'high'] }],
  [/^claude-\w+-4-[15]/u, byBudget],
  [
    /^claude-\w+-4-6/u,
    { ...newest, thinking: ['enabled', 'adaptive', 'disabled'], efforts: ['low', 'medium', 'high', 'max'], sampling: 'one' },
  ],
  [/^claude-opus-5-5/u, { ...always, hasForcedTools: false }],
  [/^claude-fable-5-1/u, { ...always, hasForcedTools: false }],
  [/^claude-(fable|mythos)-5/u, always],
  [/^claude-(opus|sonnet)-5/u, { ...newest, thinksByDefault: true }],
];

const modelOf = (body: Fields): Model => models.find(([pattern]) => pattern.test(String(body['model'])))?.[1] ?? newest;
const inner = (value: unknown, name: string): unknown => (isFields(value) ? value[name] : undefined);
const thinks = (body: Fields): boolean => {
  const kind = inner(body['thinking'], 'type');
  return kind === undefined ? modelOf(body).thinksByDefault : kind !== 'disabled';
};
const blocksOf = (message: Fields): Fields[] => (Array.isArray(message['content']) ? message['content'].filter(isFields) : []);
const turnsOf = (body: Fields): Fields[] => (Array.isArray(body['messages']) ? body['messages'].filter(isFields) : []);

const sampling: Together = (body) => {
  const { temperature, top_p: topP, top_k: topK } = body;
  const { sampling: taken } = modelOf(body);
  const names = ['temperature', 'top_p', 'top_k'].filter((name) => body[name] !== undefined);
  if (taken === 'none' && names.length > 0) return complain(`\`${names[0]}\` is deprecated for this model.`, names[0]);
  if (taken === 'one' && temperature !== undefined && topP !== undefined)
    return complain('`temperature` and `top_p` cannot both be specified for this model. Please use only one.', 'top_p');
  if (!thinks(body)) return null;
  if (temperature !== undefined && temperature !== 1)
    return complain('`temperature` may only be set to 1 when thinking is enabled.', 'temperature');
  if (topK !== undefined) return complain('`top_k` must be unset when thinking is enabled.', 'top_k');
  return typeof topP === 'number' && topP < 0.95
    ? complain('`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.', 'top_p')
    : null;
};

const thinking: Together = (body) => {
  const kind = inner(body['thinking'], 'type');
  if (kind === undefined) return null;
  const { thinking: kinds } = modelOf(body);
  if (!kinds.includes(String(kind))) return complain(`thinking.type.${String(kind)} is not supported for this model.`, 'thinking');
  const [budget, limit, effort] = [inner(body['thinking'], 'budget_tokens'), body['max_tokens'], inner(body['output_config'], 'effort')];
  if (typeof budget === 'number' && typeof limit === 'number' && budget >= limit)
    return complain('`max_tokens` must be greater than `thinking.budget_tokens`.', 'thinking');
  const isTooMuch = /^claude-opus-5(?!-5)/u.test(String(body['model'])) && kind === 'disabled' && (effort === 'xhigh' || effort === 'max');
  return isTooMuch ? complain(`thinking cannot be disabled with effort ${String(effort)}.`, 'thinking') : null;
};

/** With a budget, the calls that are being answered were thought about, and the thoughts come back. */
const thinkingOfLoop: Together = (body) => {
  if (inner(body['thinking'], 'type') !== 'enabled') return null;
  const turns = turnsOf(body);
  const answersTools = (turn: Fields | undefined) => turn !== undefined && blocksOf(turn).some(({ type }) => type === 'tool_result');
  if (!answersTools(turns.at(-1))) return null;
  const start = turns.findLastIndex((turn) => turn['role'] === 'user' && !answersTools(turn));
  const isThought = turns.slice(start + 1).some((turn) => blocksOf(turn).some(({ type }) => /thinking/u.test(String(type))));
  const message =
    'Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block.';
  return isThought ? null : complain(message, 'messages');
};

const forcedTools: Together = (body) => {
  const kind = inner(body['tool_choice'], 'type');
  if (kind !== 'any' && kind !== 'tool') return null;
  if (!modelOf(body).hasForcedTools) return complain(`tool_choice.type.${kind} is not supported for this model.`, 'tool_choice');
  return thinks(body) ? complain('Thinking may not be enabled when tool_choice forces tool use.', 'tool_choice') : null;
};

const output: Together = (body) => {
  const { efforts, hasFormats } = modelOf(body);
  const [effort, format] = [inner(body['output_config'], 'effort'), inner(body['output_config'], 'format')];
  if (effort !== undefined && !efforts.includes(String(effort)))
    return complain(`output_config.effort: ${String(effort)} is not supported by this model.`, 'output_config.effort');
  return format !== undefined && !hasFormats
    ? complain('output_config.format is not supported by this model.', 'output_config.format')
    : null;
};

const prefill: Together = (body) => {
  const last = turnsOf(body).at(-1);
  if (last?.['role'] !== 'assistant') return null;
  if (!modelOf(body).hasPrefill)
    return complain('This model does not support assistant message prefill. The conversation must end with a user message.', 'messages');
  if (thinks(body)) return complain('Prefill is not supported when thinking is enabled.', 'messages');
  const text = typeof last['content'] === 'string' ? last['content'] : blocksOf(last).at(-1)?.['text'];
  return typeof text === 'string' && /\s$/u.test(text)
    ? complain('messages: final assistant content cannot end with trailing whitespace', 'messages')
    : null;
};

/** Everything that depends on the model. */
export const modelLimits: Together = (body): Complaint | null =>
  first([sampling, thinking, thinkingOfLoop, forcedTools, output, prefill].map((rule) => () => rule(body)));
