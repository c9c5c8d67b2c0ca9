/**
 * Builds the body of the Messages API from conversation, reasoning, tools and parameters. Ranges are checked in `fitting/`. Unknown parameters
 * become fields of the body.
 */
import { numberOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { Turn } from '../../../unified/request/conversation.ts';
import { RouterError } from '../../../unified/error.ts';
import type { FittedCall, RenderedRequest } from '../../dialect.ts';
import { arrangeMarks } from '../../shared/cache-marks.ts';
import { turnsOf } from '../../shared/input-turns.ts';
import { renderMessages, type WireConversation, type WireMessage } from './messages.ts';
import { createAdjustmentLog, type AdjustmentLog } from '../../../unified/adjustment-log.ts';
import { createStrictSchemas } from '../../shared/strict-schema.ts';
import { BODY_VERSION, CAUTIOUS_MAX_TOKENS, NO_FORCED_TOOLS, NO_PREFILL, VERSION_IN_BODY } from './rules.ts';
import { fitSampling, isThinkingAsked, renderThinking } from './thinking.ts';
import { isToolForced, readFormat, renderTools } from './tools.ts';
import { withToolWords } from '../../shared/tool-names.ts';
import { wordForm } from '../../shared/name-mapping.ts';

/** Ids of calls: "String should match pattern '^[a-zA-Z0-9_-]+$'" (the provider's own error, as last known). */
export const CALL_IDS = wordForm('\\w-', 128);

/** Names have up to 128 letters (the provider's own error, as last known). */
const WORDS = { names: wordForm('\\w-', 128), ids: CALL_IDS };

/** Parameters that are written in another form. */
const SHAPED = new Set([
  'max_tokens',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'reasoning.max_tokens',
  'reasoning.enabled',
  'verbosity',
  'user',
  'stop_sequences',
]);

/** Writes the body. @throws RouterError `invalid_request` naming the path of unsupported content. */
export const render = withToolWords(() => WORDS, renderFitted);

function renderFitted(call: FittedCall): RenderedRequest {
  const log = createAdjustmentLog();
  const { quirks } = call;
  const { turns, tools: marked } = arrangeMarks(turnsOf(call.input, log), call);
  const parameters = marked === call.parameters['tools'] ? call.parameters : { ...call.parameters, tools: marked };
  const { system, messages } = renderMessages(turns, log);
  if (quirks.includes(NO_PREFILL)) refusePrefill(messages, turns);
  trimPrefill(messages, log);
  const maxTokens = maxTokensOf(parameters, log);
  const strict = createStrictSchemas();
  const format = readFormat(parameters, quirks, strict);
  const isForced = isToolForced(parameters);
  // Any object is valid for json_object: an instruction is enough, and the model may still reason. The same holds where reasoning was
  // requested and structured output does not accept the schema: the model gets an instruction, and the router checks the answer.
  const isTold = format?.as === 'tool' && (format.schema === null || (format.why !== null && isThinkingAsked(parameters)));
  const isFormatForced = format?.as === 'tool' && !isTold && !isForced;
  const thought = renderThinking({ parameters, messages, quirks, maxTokens, isToolForced: isForced, isFormatForced, log });
  const canForce = !thought.isOn && !quirks.includes(NO_FORCED_TOOLS);
  const rendered = renderTools({ parameters, quirks, format, canForce, strict, log });
  const { tools, toolChoice, outputFormat, answerTool, instruction, schema } = rendered;
  const systemText = withInstruction(system, instruction);
  const others = Object.fromEntries(Object.entries(parameters).filter(([name]) => !SHAPED.has(name)));
  const stops = stopsOf(parameters, log);
  const config = { ...(thought.effort === null ? {} : { effort: thought.effort }), ...(outputFormat && { format: outputFormat }) };
  const body: WireObject = {
    ...(quirks.includes(VERSION_IN_BODY) ? { anthropic_version: BODY_VERSION } : { model: call.model }),
    max_tokens: maxTokens,
    ...(systemText === null ? {} : { system: systemText }),
    messages,
    ...(tools.length === 0 ? {} : { tools }),
    ...(toolChoice === null ? {} : { tool_choice: toolChoice }),
    ...(thought.thinking === null ? {} : { thinking: thought.thinking }),
    ...(stops.length === 0 ? {} : { stop_sequences: stops }),
    ...(parameters['user'] === undefined ? {} : { metadata: { user_id: parameters['user'] } }),
    ...(thought.isOn ? fitSampling(others, log) : others),
  };
  if (Object.keys(config).length > 0) body.output_config = { ...(isObject(body.output_config) ? body.output_config : {}), ...config };
  if (call.stream) body.stream = true;
  const mapping = { ...(answerTool === null ? {} : { answerTool }), ...(schema === null ? {} : { schema }) };
  return { body, adjustments: log.adjustments, ...(Object.keys(mapping).length === 0 ? {} : { mapping }) };
}

/** @throws RouterError naming a final assistant message, for a model without prefill. */
function refusePrefill(messages: readonly WireMessage[], turns: readonly Turn[]): void {
  if (messages.at(-1)?.role !== 'assistant') return;
  const path = turns.findLast(({ role }) => role === 'assistant')?.path ?? 'messages';
  const message = `${path}: this model does not go on with an answer that was begun for it. Let the conversation end with a user message, or use another model.`;
  throw new RouterError('invalid_request', message, { param: path });
}

/** Removes white space at the end of a prefill, which the provider rejects. */
function trimPrefill(messages: WireMessage[], log: AdjustmentLog): void {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return;
  const block = last.content.at(-1);
  if (typeof block?.['text'] !== 'string' || block['text'] === block['text'].trimEnd()) return;
  block['text'] = block['text'].trimEnd();
  log.add({
    param: 'messages.content',
    action: 'clamped',
    reason: 'this provider refuses the beginning of an answer that ends in white space: it was cut off',
  });
}

/** Returns the limit. Fitting supplies one; it is missing only when the provider rejected the limit that was sent. */
function maxTokensOf(parameters: Readonly<WireObject>, log: AdjustmentLog): number {
  const limit = numberOf(parameters.max_tokens);
  if (limit === null) log.add({ param: 'max_tokens', action: 'defaulted', to: CAUTIOUS_MAX_TOKENS, reason: 'this provider requires it' });
  return limit ?? CAUTIOUS_MAX_TOKENS;
}

/** "each stop sequence must contain non-whitespace" (github.com/BerriAI/litellm/issues/3286, read 2026-11-20). */
function stopsOf({ stop_sequences: stops }: Readonly<WireObject>, log: AdjustmentLog): string[] {
  const all = Array.isArray(stops) ? stops.map(String) : [];
  const taken = all.filter((stop) => stop.trim() !== '');
  const reason = 'this provider accepts no stop sequences of nothing but white space; the router itself ends the answer at them';
  if (taken.length < all.length) log.add({ param: 'stop', action: 'emulated', from: all.length, to: taken.length, reason });
  return taken;
}

function withInstruction(system: WireConversation['system'], instruction: string | null): WireConversation['system'] {
  if (instruction === null) return system;
  if (Array.isArray(system)) return [...system, { type: 'text', text: instruction }];
  return system === null ? instruction : `${system}\n\n${instruction}`;
}
