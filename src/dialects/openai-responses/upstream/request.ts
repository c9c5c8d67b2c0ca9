/**
 * Builds requests of OpenAI Responses: a fitted chat as the body of `POST /responses`. Ranges are checked in `fitting/`. Maps parameters of
 * chat completions to their paths in this format, and prevents storage at the provider. `messages.ts` writes messages.
 */
import type { Adjustment } from '../../../unified/adjustment.ts';
import { refuseBlock, type Turn } from '../../../unified/request/conversation.ts';
import { arrayOf, textOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { FittedCall, RenderedRequest } from '../../dialect.ts';
import { promptAsMessage } from '../../openai-common/upstream/messages.ts';
import { arrangeMarks } from '../../shared/cache-marks.ts';
import { renderInput, takesBreakpoints } from './messages.ts';
import { withToolWords } from '../../shared/tool-names.ts';
import { wordForm } from '../../shared/name-mapping.ts';

/** "string too long. Expected a string with maximum length 64" (input[].call_id; github.com/openai/codex/issues/14355, read 2026-11-30). */
const WORDS = { names: wordForm('A-Za-z0-9_-', 64), ids: wordForm('!-~', 64) };

/** The model reasons by default: its reasoning must always be returned encrypted. */
export const THINKS_UNASKED = 'thinks-unasked';

/** The provider or account returns no reasoning summaries, and rejects a request for one. */
export const NO_SUMMARY = 'no-reasoning-summary';

/** Writes the body. A parameter of a provider file only is a top-level field. @throws RouterError naming what has no place here. */
export const render = withToolWords(() => WORDS, renderFitted);

function renderFitted(call: FittedCall): RenderedRequest {
  const adjustments: Adjustment[] = [];
  const { reasoning_effort: effort, verbosity, response_format: format, logprobs, tools, tool_choice: choice, ...flat } = call.parameters;
  const thinks = effort === undefined ? call.quirks.includes(THINKS_UNASKED) : effort !== 'none';
  const include = [
    // Only with it do the thoughts of one turn reach the next, since the provider keeps nothing. Other models refuse it.
    ...(thinks ? ['reasoning.encrypted_content'] : []),
    ...(logprobs === true ? ['message.output_text.logprobs'] : []),
  ];
  const text = {
    ...(isObject(format) ? { format: renderFormat(format) } : {}),
    ...(verbosity === undefined ? {} : { verbosity }),
  };
  const body: WireObject = {
    model: call.model,
    input:
      call.input.kind === 'messages'
        ? renderInput(markedTurns(call.input.conversation.turns, call), call, adjustments)
        : promptAsMessage(call.input.prompt, adjustments),
    // Otherwise the provider keeps every answer. A client that wants this sends `store`, which is written later and has priority.
    store: false,
    ...(include.length > 0 ? { include } : {}),
    ...(effort === undefined ? {} : { reasoning: renderReasoning(effort, call.quirks) }),
    ...(Object.keys(text).length > 0 ? { text } : {}),
    ...(tools === undefined ? {} : { tools: arrayOf(tools).map(renderTool) }),
    ...(choice === undefined ? {} : { tool_choice: isObject(choice) ? renderChoice(choice) : choice }),
    ...flat,
    ...(call.stream ? { stream: true } : {}),
  };
  return { body, adjustments };
}

const markedTurns = (turns: readonly Turn[], call: FittedCall): readonly Turn[] =>
  takesBreakpoints(call) ? arrangeMarks(turns, call).turns : turns;

function renderReasoning(effort: unknown, quirks: readonly string[]): WireObject {
  return effort === 'none' || quirks.includes(NO_SUMMARY) ? { effort } : { effort, summary: 'auto' };
}

function renderFormat({ type, json_schema: given }: WireObject): WireObject {
  if (type !== 'json_schema' || !isObject(given)) return { type };
  const { name, description, schema, strict } = given;
  return {
    type,
    name,
    ...(textOf(description) === null ? {} : { description }),
    schema: isObject(schema) ? schema : {},
    ...(typeof strict === 'boolean' ? { strict } : {}),
  };
}

/** Functions and custom tools lie flat here; tools of the provider's own are its own business. */
function renderTool(tool: unknown, position: number): WireObject {
  if (!isObject(tool)) throw refuseBlock({ path: `tools[${position}]` }, 'a tool is an object');
  if (tool.type === 'custom' && isObject(tool.custom)) return { type: 'custom', ...renderCustom(tool.custom) };
  if (tool.type !== 'function' || !isObject(tool.function)) return tool;
  const { name, description, parameters, strict } = tool.function;
  return {
    type: 'function',
    name,
    ...(textOf(description) === null ? {} : { description }),
    parameters: isObject(parameters) ? parameters : { type: 'object', properties: {} },
    // Chat completions: not strict by default. Here strict is the default, and a strict tool is another tool: optional
    // arguments become required ones.
    strict: strict === true,
  };
}

/** A grammar lies flat as well. */
function renderCustom({ format, ...custom }: WireObject): WireObject {
  if (!isObject(format)) return custom;
  return { ...custom, format: isObject(format.grammar) ? { type: format.type, ...format.grammar } : format };
}

function renderChoice(choice: WireObject): WireObject {
  const { type } = choice;
  const named = type === 'function' || type === 'custom' || type === 'allowed_tools' ? choice[type] : undefined;
  if (!isObject(named)) return choice;
  if (type !== 'allowed_tools') return { type, name: named.name };
  return { type, mode: named.mode, tools: arrayOf(named.tools).map((tool) => (isObject(tool) ? renderChoice(tool) : tool)) };
}
