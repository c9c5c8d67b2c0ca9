/**
 * Workers AI, requests: the inputs of `/ai/run/<model>`, the same over REST and over the binding. Ranges are not checked here.
 * Sources: https://developers.cloudflare.com/workers-ai/features/ (JSON mode, function calling), @cloudflare/workers-types
 * 5.20261117.1 and Cloudflare's workers-ai-provider 4.0.0, read 2026-11-20.
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import { refuseBlock } from '../../unified/request/conversation.ts';
import { arrayOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { FittedCall, RenderedRequest } from '../dialect.ts';
import { messagesOf, promptAsMessage } from '../openai-common/upstream/messages.ts';
import { renderConversation } from './messages.ts';
import { ANSWERS_AT_ONCE, NINE_CHARACTER_IDS, OPENAI_BODY } from './quirks.ts';
import { withToolWords } from '../shared/tool-names.ts';
import { exactly, wordForm } from '../shared/name-mapping.ts';

/** The names of OpenAI, whose body most models accept; ids are not described. */
const WORDS = { names: wordForm('A-Za-z0-9_-', 64), ids: wordForm('!-~', 40) };
const NINE = { ...WORDS, ids: exactly(9) };

/** Writes the inputs. @throws RouterError naming the field, for content that this provider has no place for. */
export const render = withToolWords((quirks) => (quirks.includes(NINE_CHARACTER_IDS) ? NINE : WORDS), renderFitted);

function renderFitted(call: FittedCall): RenderedRequest {
  const adjustments: Adjustment[] = [];
  const { 'reasoning.enabled': enabled, ...parameters } = call.parameters;
  const body: WireObject = { ...renderInput(call, adjustments), ...parameters };
  if (enabled !== undefined) {
    const given = isObject(parameters['chat_template_kwargs']) ? parameters['chat_template_kwargs'] : {};
    body.chat_template_kwargs = { ...given, enable_thinking: enabled };
  }
  if (Array.isArray(body.tools) && !call.quirks.includes(OPENAI_BODY)) renderTools(body, adjustments);
  if (isObject(body.response_format)) body.response_format = renderFormat(body.response_format, adjustments);
  if (call.stream && streams(call, body, adjustments)) {
    body.stream = true;
    if (call.streamOptions) body.stream_options = { include_usage: true };
  }
  return { body, adjustments };
}

function renderInput(call: FittedCall, adjustments: Adjustment[]): WireObject {
  if (call.input.kind === 'messages') return { messages: renderConversation(messagesOf(call.input, adjustments), call, adjustments) };
  const { prompt } = call.input;
  if (call.quirks.includes(OPENAI_BODY) || prompt.kind !== 'text') return { messages: promptAsMessage(prompt, adjustments) };
  if (call.parameters['raw'] !== true) {
    const reason = 'this provider puts a prompt into the chat template of the model, unless "raw": true is sent';
    adjustments.push({ param: 'prompt', action: 'emulated', reason });
  }
  return { prompt: prompt.value };
}

/**
 * Whether a stream is asked for. "JSON Mode currently doesn't support streaming" (features/json-mode); whether the newer models could
 * is not certain. The answer then comes as one document, and reaches the client as a stream of one piece.
 */
function streams({ quirks }: FittedCall, { response_format: format }: WireObject, adjustments: Adjustment[]): boolean {
  const obstacle = quirks.includes(ANSWERS_AT_ONCE)
    ? 'this model does not stream'
    : isObject(format) && format.type !== 'text'
      ? 'this provider does not stream JSON'
      : null;
  if (obstacle === null) return true;
  adjustments.push({ param: 'stream', action: 'emulated', from: true, reason: `${obstacle}: the answer comes in one piece` });
  return false;
}

/** The provider requires the schema itself, without OpenAI's wrapping; name and description are kept as words of the schema. */
function renderFormat({ type, json_schema: given }: WireObject, adjustments: Adjustment[]): WireObject {
  if (type !== 'json_schema' || !isObject(given)) return { type };
  if (given.strict === true) adjustments.push(notStrict('response_format.json_schema.strict'));
  const about = textOf(given.description) === null ? {} : { description: given.description };
  return { type, json_schema: { title: given.name, ...about, ...(isObject(given.schema) ? given.schema : {}) } };
}

const notStrict = (param: string): Adjustment => ({ param, action: 'dropped', from: true, reason: 'this provider does not know the word' });

/** Tools for the older models. They are not known to obey `none`, so the tools are not shown to them. */
function renderTools(body: WireObject, adjustments: Adjustment[]): void {
  const tools = arrayOf(body.tools);
  if (body.tool_choice === 'none') {
    delete body.tools;
    delete body.tool_choice;
    adjustments.push({ param: 'tool_choice', action: 'emulated', from: 'none', reason: 'the tools are not sent, so that none is called' });
    return;
  }
  if (tools.some((tool) => isObject(tool) && isObject(tool.function) && tool.function.strict === true)) {
    adjustments.push(notStrict('tools.function.strict'));
  }
  body.tools = tools.map(renderTool);
}

/** The older schemas demand a description of every tool and every parameter. */
function renderTool(tool: unknown, position: number): WireObject {
  if (!isObject(tool) || !isObject(tool.function)) {
    throw refuseBlock({ path: `tools[${position}]` }, 'this provider accepts functions only');
  }
  const { name, description, parameters } = tool.function;
  const schema = isObject(parameters) ? parameters : {};
  const properties = Object.entries(isObject(schema.properties) ? schema.properties : {}).map(([key, property]) => [
    key,
    isObject(property) ? { description: '', ...property } : property,
  ]);
  const described = { ...schema, type: schema.type ?? 'object', properties: Object.fromEntries(properties) as WireObject };
  return { type: 'function', function: { name, description: description ?? '', parameters: described } };
}
