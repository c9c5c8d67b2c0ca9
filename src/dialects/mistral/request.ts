/**
 * Builds requests of Mistral chat completions and fill-in-the-middle. Ranges are checked in `fitting/`. The provider rejects unknown keys
 * (`messages.ts`, `content.ts`).
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import { refuseBlock } from '../../unified/request/conversation.ts';
import { RouterError } from '../../unified/error.ts';
import { arrayOf, textOf, wordOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { FittedCall, RenderedRequest } from '../dialect.ts';
import { messagesOf, promptAsMessage } from '../openai-common/upstream/messages.ts';
import { renderMessages } from './messages.ts';
import { withToolWords } from '../shared/tool-names.ts';
import { exactly, wordForm } from '../shared/name-mapping.ts';

/** "Tool call id was ... but must be a-z, A-Z, 0-9, with a length of 9." (the provider's answer, error 3280, as last known). */
const WORDS = { names: wordForm('A-Za-z0-9_-', 64), ids: exactly(9) };

/** Writes the body of a chat. @throws RouterError naming the field of unsupported content. */
export const render = withToolWords(() => WORDS, renderFitted);

function renderFitted(call: FittedCall): RenderedRequest {
  const adjustments: Adjustment[] = [];
  const messages =
    call.input.kind === 'messages'
      ? renderMessages(messagesOf(call.input, adjustments), call, adjustments)
      : promptAsMessage(call.input.prompt, adjustments);
  return finish(call, { model: call.model, messages }, adjustments);
}

/** Writes the body of a completion. @throws RouterError for messages, and for a prompt that is not a single text. */
export function renderFim(call: FittedCall): RenderedRequest {
  if (call.input.kind === 'messages') {
    throw new RouterError('invalid_request', 'messages: this model only completes text here; send a prompt.', { param: 'messages' });
  }
  const { prompt } = call.input;
  if (prompt.kind !== 'text') throw new RouterError('invalid_request', 'prompt: this provider accepts one text.', { param: 'prompt' });
  return finish(call, { model: call.model, prompt: prompt.value }, []);
}

function finish(call: FittedCall, opening: WireObject, adjustments: Adjustment[]): RenderedRequest {
  const body = { ...opening };
  for (const [name, value] of Object.entries(call.parameters)) {
    const written = Object.hasOwn(SHAPES, name) ? SHAPES[name]?.(value, adjustments) : { [name]: value };
    Object.assign(body, written);
  }
  if (call.stream) body.stream = true;
  return { body, adjustments };
}

/** Writers for parameters with a structure, or with a constraint that rules cannot express. */
const SHAPES: Readonly<Record<string, (value: unknown, adjustments: Adjustment[]) => WireObject>> = {
  tools: (tools) => ({ tools: arrayOf(tools).map(renderTool) }),
  tool_choice: (choice) => ({ tool_choice: isObject(choice) ? renderChoice(choice) : choice }),
  response_format: (format) => ({ response_format: renderFormat(isObject(format) ? format : {}) }),
  prediction: renderPrediction,
  // The older switch, for models that always reason: it only adds the provider's instructions.
  'reasoning.enabled': (enabled) => (enabled === true ? { prompt_mode: 'reasoning' } : {}),
  random_seed(seed, adjustments) {
    if (typeof seed !== 'number' || seed >= 0) return { random_seed: seed };
    adjustments.push({ param: 'seed', action: 'dropped', from: seed, reason: 'this provider accepts no negative seed' });
    return {};
  },
};

/** Server tools of the provider; it checks their fields itself. */
const SERVER_TOOLS = new Set(['web_search', 'web_search_premium', 'code_interpreter', 'image_generation', 'document_library', 'connector']);

function renderTool(tool: unknown, position: number): WireObject {
  const path = `tools[${position}]`;
  if (isObject(tool) && SERVER_TOOLS.has(wordOf(tool.type))) return tool;
  if (!isObject(tool) || !isObject(tool.function)) throw refuseBlock({ path }, 'this provider does not know this type of tool');
  const { name, description, parameters, strict } = tool.function;
  const about = {
    ...(textOf(description) === null ? {} : { description }),
    ...(typeof strict === 'boolean' ? { strict } : {}),
    parameters: isObject(parameters) ? parameters : { type: 'object', properties: {} }, // required here
  };
  return { type: 'function', function: { name, ...about } };
}

const renderChoice = ({ function: fn }: WireObject): WireObject => ({
  type: 'function',
  function: { name: isObject(fn) ? fn.name : undefined },
});

function renderFormat({ type, json_schema: given }: WireObject): WireObject {
  if (type !== 'json_schema' || !isObject(given)) return { type };
  const { name, description, schema, strict } = given;
  const written = {
    name,
    ...(textOf(description) === null ? {} : { description }),
    schema: isObject(schema) ? schema : {},
    ...(typeof strict === 'boolean' ? { strict } : {}),
  };
  return { type, json_schema: written };
}

/** A prediction is one text here; OpenAI's may be a list of them. */
function renderPrediction(prediction: unknown, adjustments: Adjustment[]): WireObject {
  const content = isObject(prediction) ? prediction.content : null;
  const parts = typeof content === 'string' ? [content] : arrayOf(content).map((part) => (isObject(part) ? textOf(part.text) : null));
  if (parts.length > 0 && parts.every((part) => part !== null)) return { prediction: { type: 'content', content: parts.join('') } };
  adjustments.push({ param: 'prediction', action: 'dropped', reason: 'this provider accepts {type: "content", content: a text}' });
  return {};
}
