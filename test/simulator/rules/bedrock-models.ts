// What each family of models behind Converse takes. Source: the Bedrock user guide (supported features of Converse, model parameters), as
// known in 2025-11, the Nova 2 user guide, and error bodies seen in public. Claude's own limits are those of Anthropic.
// Written by hand; must not look at the router's own data.

import { complain, first, integer, isFields, object, oneOf } from '../checks.ts';
import type { Check, Complaint, Fields } from '../checks.ts';
import type { Together } from '../common-checks.ts';
import { modelLimits as claudeLimits } from './anthropic-models.ts';

interface Family {
  /** What `additionalModelRequestFields` may hold. */
  readonly own: Readonly<Record<string, Check>>;
  /** Members of the body, with dots, that are refused. */
  readonly lacks: readonly string[];
}

const tools = ['toolConfig'];
const forced = ['toolConfig.toolChoice.any', 'toolConfig.toolChoice.tool'];
const format = ['outputConfig'];
const strict = (fields: Readonly<Record<string, Check>>): Check => object({ fields, unknown: 'refuse' });
const topK = { inferenceConfig: strict({ topK: integer({ min: 1, max: 128 }) }) };
const effort = oneOf('low', 'medium', 'high');
const thinking = strict({
  type: oneOf('enabled', 'adaptive', 'disabled'),
  budget_tokens: integer({ min: 1024 }),
  display: oneOf('summarized'),
});

/** The first that fits counts. An unknown model has the rules of Converse alone. */
const families: readonly (readonly [RegExp, Family])[] = [
  [
    /anthropic\.claude-3-[57]|anthropic\.claude-\w+-4-(1|2025)/u,
    { own: { thinking, top_k: integer({ min: 0, max: 500 }) }, lacks: format },
  ],
  [/anthropic\.claude-3/u, { own: { top_k: integer({ min: 0, max: 500 }) }, lacks: format }],
  [/anthropic\.claude/u, { own: { thinking, top_k: integer({ min: 0, max: 500 }) }, lacks: [] }],
  [
    /amazon\.nova-2/u,
    { own: { ...topK, reasoningConfig: strict({ type: oneOf('enabled', 'disabled'), maxReasoningEffort: effort }) }, lacks: format },
  ],
  [/amazon\.nova/u, { own: topK, lacks: format }],
  [/meta\.llama3-(8|70)b/u, { own: {}, lacks: [...tools, ...format, 'inferenceConfig.stopSequences'] }],
  [/meta\.llama/u, { own: {}, lacks: [...forced, ...format, 'inferenceConfig.stopSequences'] }],
  [/mistral\.(mistral-7b|mixtral)/u, { own: {}, lacks: [...tools, ...format] }],
  [/mistral\./u, { own: {}, lacks: format }],
  [/openai\.gpt-oss/u, { own: { reasoning_effort: effort }, lacks: [...forced, ...format, 'inferenceConfig.stopSequences'] }],
  // Efforts and temperature of models.dev's list of Amazon Bedrock (snapshot of 2026-09-30).
  [
    /openai\.gpt-[56]/u,
    {
      own: { reasoning_effort: oneOf('none', 'low', 'medium', 'high', 'xhigh', 'max') },
      lacks: [...format, 'inferenceConfig.temperature', 'inferenceConfig.topP'],
    },
  ],
  [/xai\.grok/u, { own: { reasoning_effort: oneOf('low', 'medium', 'high', 'xhigh') }, lacks: format }],
  [/google\.gemma-4/u, { own: { reasoning_effort: oneOf('none', 'high') }, lacks: format }],
  [/deepseek\.r1/u, { own: {}, lacks: [...tools, ...format] }],
  [/deepseek\.|qwen\.|cohere\.command/u, { own: {}, lacks: [...forced, ...format] }],
];
const unknown: Family = { own: {}, lacks: format };

const familyOf = (model: string): Family => families.find(([pattern]) => pattern.test(model))?.[1] ?? unknown;

const inner = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((part, name) => (isFields(part) ? part[name] : undefined), value);

const listed = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** The wire's blocks in Anthropic's words, as far as Anthropic's limits look at them. */
function toAnthropicBlock(block: Fields): Fields {
  if (block['toolUse'] !== undefined) return { type: 'tool_use' };
  if (block['toolResult'] !== undefined) return { type: 'tool_result' };
  return block['reasoningContent'] === undefined ? { type: 'text', text: block['text'] } : { type: 'thinking' };
}

function judgeClaude(body: Fields, model: string): Complaint | null {
  const own = isFields(body['additionalModelRequestFields']) ? body['additionalModelRequestFields'] : {};
  const picked = ['any', 'tool'].find((kind) => inner(body, `toolConfig.toolChoice.${kind}`) !== undefined);
  const [asked, limit] = [inner(body, 'outputConfig.effort'), inner(body, 'inferenceConfig.maxTokens')];
  const sampling = { temperature: inner(body, 'inferenceConfig.temperature'), top_p: inner(body, 'inferenceConfig.topP') };
  const said: Fields = {
    ...own,
    ...sampling,
    model: model.replace(/^.*anthropic\./u, ''),
    max_tokens: limit,
    messages: listed(body['messages']).map(({ role, content }) => ({ role, content: listed(content).map(toAnthropicBlock) })),
    output_config: asked === undefined ? undefined : { effort: asked },
    tool_choice: picked === undefined ? undefined : { type: picked },
  };
  return claudeLimits(said);
}

/** The highest effort is without limits of its own (Nova 2 user guide, extended thinking). */
function judgeNova(body: Fields): Complaint | null {
  if (inner(body, 'additionalModelRequestFields.reasoningConfig.maxReasoningEffort') !== 'high') return null;
  const places = ['inferenceConfig.maxTokens', 'inferenceConfig.temperature', 'inferenceConfig.topP'];
  const place = places.find((one) => inner(body, one) !== undefined);
  return place === undefined ? null : complain(`${place} must be unset where maxReasoningEffort is high.`, place);
}

/** Everything that depends on the model, which the path names. */
export const modelLimits: Together = (body, model = null): Complaint | null => {
  if (model === null) return null;
  const { own, lacks } = familyOf(model);
  return first([
    () => {
      const place = lacks.find((path) => inner(body, path) !== undefined);
      return place === undefined ? null : complain(`This model doesn't support the ${place} field. Remove ${place} and try again.`, place);
    },
    () => strict(own)(body['additionalModelRequestFields'] ?? {}, 'additionalModelRequestFields'),
    () => (/anthropic\.claude/u.test(model) ? judgeClaude(body, model) : null),
    () => (/amazon\.nova-2/u.test(model) ? judgeNova(body) : null),
  ]);
};
