// OpenAI's Responses format, as far as a router needs it. Source: OpenAI API reference and SDK (6.49.0), and error bodies seen in public.
// Written by hand; must not look at the router's own data.

import { anyObject, boolean, complain, either, first, integer, isFields, listOf, mapOf, number, object, oneOf, text } from '../checks.ts';
import type { Check, Complaint, Fields } from '../checks.ts';
import { allOf, streamOptionsNeedStream } from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import { openaiResponsesFormat } from '../wire-formats/openai-responses.ts';
import { effortFits, reasoningModel } from './openai.ts';
import { openAiError, openAiHabits } from '../system.ts';
import type { Rules, System } from '../system.ts';

const name = text(/^[A-Za-z0-9_-]{1,64}$/u);
const callId = text(/^.{1,64}$/su);

/** An object with a `type`, of which the other fields follow from it. */
function typed(shapes: Readonly<Record<string, Omit<Rules, 'unknown'>>>): Check {
  return (value, path) => {
    const type = isFields(value) ? String(value['type']) : '';
    const shape = Object.hasOwn(shapes, type) ? shapes[type] : undefined;
    if (shape === undefined)
      return complain(`Invalid value: '${type}'. Supported values are: ${Object.keys(shapes).join(', ')}.`, path, 'invalid_value');
    return object({ fields: { type: text(), ...shape.fields }, required: shape.required ?? [], unknown: 'refuse' })(value, path);
  };
}

const breakpoint = { prompt_cache_breakpoint: anyObject };
const inputParts = listOf(
  typed({
    input_text: { fields: { text: text(), ...breakpoint }, required: ['text'] },
    input_image: { fields: { image_url: text(/./su), file_id: text(), detail: oneOf('low', 'high', 'auto', 'original'), ...breakpoint } },
    input_file: { fields: { file_data: text(), file_id: text(), file_url: text(), filename: text(), detail: text(), ...breakpoint } },
  }),
);
const outputParts = listOf(
  typed({
    output_text: { fields: { text: text(), annotations: listOf(anyObject), logprobs: listOf(anyObject) }, required: ['text'] },
    refusal: { fields: { refusal: text() }, required: ['refusal'] },
  }),
);

const status = oneOf('in_progress', 'completed', 'incomplete');
const output = either('a string or input parts', text(), inputParts);

const items = typed({
  function_call: {
    fields: { call_id: callId, name: text(/^[A-Za-z0-9_.-]+$/u), arguments: text(), id: text(/^fc/u), status },
    required: ['call_id', 'name', 'arguments'],
  },
  function_call_output: { fields: { call_id: callId, output, id: text(), status }, required: ['call_id', 'output'] },
  custom_tool_call: { fields: { call_id: callId, name, input: text(), id: text() }, required: ['call_id', 'name', 'input'] },
  custom_tool_call_output: { fields: { call_id: callId, output, id: text() }, required: ['call_id', 'output'] },
  reasoning: {
    fields: {
      id: text(/^rs/u),
      summary: listOf(typed({ summary_text: { fields: { text: text() }, required: ['text'] } })),
      content: listOf(typed({ reasoning_text: { fields: { text: text() }, required: ['text'] } })),
      encrypted_content: text(/./su),
      status,
    },
    required: ['summary'],
  },
});

/** A message may leave its type out. Its role says which parts it may hold. */
const message: Check = (value, path) => {
  const role = isFields(value) ? value['role'] : null;
  const parts = role === 'assistant' ? outputParts : inputParts;
  const content: Check = (said, place) => (typeof said === 'string' ? null : parts(said, place));
  const fields = { type: oneOf('message'), role: oneOf('user', 'assistant', 'system', 'developer'), content };
  const ofAssistant = role === 'assistant' ? { id: text(/^msg/u), status, phase: oneOf('commentary', 'final_answer') } : {};
  return object({ fields: { ...fields, ...ofAssistant }, required: ['role', 'content'], unknown: 'refuse' })(value, path);
};

const item: Check = (value, path) => (isFields(value) && (value['type'] ?? 'message') === 'message' ? message : items)(value, path);

/** Function tools and custom tools; tools of the provider's own are judged by their type alone. */
const tool: Check = (value, path) => {
  const type = isFields(value) ? value['type'] : null;
  if (type === 'function') {
    const fields = { type: text(), name, description: text(), parameters: anyObject, strict: boolean };
    // The description requires "strict", the API does not: the cases of Open Responses leave it out.
    return object({ fields, required: ['name', 'parameters'], unknown: 'refuse' })(value, path);
  }
  if (type === 'custom')
    return object({ fields: { type: text(), name, description: text(), format: anyObject }, required: ['name'], unknown: 'refuse' })(
      value,
      path,
    );
  return object({ fields: { type: oneOf(...hostedTools) }, required: ['type'], unknown: 'ignore' })(value, path);
};

const hostedTools = [
  'web_search',
  'web_search_preview',
  'file_search',
  'code_interpreter',
  'image_generation',
  'mcp',
  'computer_use_preview',
];

const named = { fields: { name }, required: ['name'] };
const toolChoice = either(
  'none, auto, required, or {type: function, name}',
  oneOf('none', 'auto', 'required'),
  typed({ function: named, custom: named, allowed_tools: { fields: { mode: oneOf('auto', 'required'), tools: listOf(anyObject) } } }),
);

const textConfig = object({
  fields: {
    verbosity: oneOf('low', 'medium', 'high'),
    format: typed({
      text: { fields: {} },
      json_object: { fields: {} },
      json_schema: { fields: { name, description: text(), schema: anyObject, strict: boolean }, required: ['name', 'schema'] },
    }),
  },
  unknown: 'refuse',
});

function unsupported(param: string): Complaint {
  return complain(`Unsupported parameter: '${param}' is not supported with this model.`, param);
}

const effortFitsModel: Together = (body) => {
  const model = String(body['model']);
  if (body['reasoning'] === undefined) return null;
  if (!reasoningModel.test(model)) return unsupported('reasoning.effort');
  return effortFits(model, isFields(body['reasoning']) ? body['reasoning']['effort'] : undefined, 'reasoning.effort');
};

const includes = (body: Fields, what: string) => Array.isArray(body['include']) && body['include'].includes(what);

/** A thinking model accepts sampling parameters only while it does not think, and only the thoughts of one can be encrypted. */
const thinkingModelLimits: Together = (body) => {
  const model = String(body['model']);
  if (!reasoningModel.test(model))
    return includes(body, 'reasoning.encrypted_content')
      ? complain('Encrypted content is not supported with this model.', 'include')
      : null;
  const isMute = /^gpt-5\.[1-9]/u.test(model) && isFields(body['reasoning']) && body['reasoning']['effort'] === 'none';
  if (isMute) return null;
  const refused = ['temperature', 'top_p', 'top_logprobs'].find((field) => body[field] !== undefined);
  if (refused !== undefined) return unsupported(refused);
  return includes(body, 'message.output_text.logprobs') ? complain('logprobs are not supported with reasoning models.', 'include') : null;
};

const choiceNeedsTools: Together = ({ tool_choice: choice, tools }) => {
  if (choice === undefined || choice === 'none' || choice === 'auto') return null;
  if (tools === undefined) return complain("Tool choice must be specified with 'tools' parameter.", 'tool_choice');
  const wanted = isFields(choice) && choice['type'] !== 'allowed_tools' ? choice['name'] : undefined;
  const isThere = wanted === undefined || (Array.isArray(tools) && tools.some((tool) => isFields(tool) && tool['name'] === wanted));
  return isThere ? null : complain(`Tool choice '${String(wanted)}' not found in 'tools' parameter.`, 'tool_choice');
};

/** Thoughts lead to something, and the provider has only those that it keeps or is given. */
const thoughtsAreWhole: Together = ({ input }) => {
  if (!Array.isArray(input)) return null;
  return first(
    input.map((entry: unknown, place) => () => {
      if (!isFields(entry) || entry['type'] !== 'reasoning') return null;
      if (entry['encrypted_content'] === undefined && entry['content'] === undefined)
        return complain(
          `Item with id '${String(entry['id'])}' not found. Items are not persisted when \`store\` is set to false.`,
          'input',
          null,
          404,
        );
      const rest = input.slice(place + 1).find((next: unknown) => !isFields(next) || next['type'] !== 'reasoning') as unknown;
      const leads = isFields(rest) && (rest['role'] === 'assistant' || String(rest['type']).endsWith('_call'));
      return leads
        ? null
        : complain(`Item '${String(entry['id'])}' of type 'reasoning' was provided without its required following item.`, 'input');
    }),
  );
};

/** The fields of a request, without those that only OpenAI is known to have. */
export const responsesFields: Readonly<Record<string, Check>> = {
  model: text(/./su),
  input: either('a string or an array of items', text(), (value, path) => listOf(item, { min: 1 })(value, path)),
  instructions: text(),
  max_output_tokens: integer({ min: 16 }),
  temperature: number({ min: 0, max: 2 }),
  top_p: number({ min: 0, max: 1 }),
  text: textConfig,
  tools: listOf(tool, { min: 1 }),
  tool_choice: toolChoice,
  store: boolean,
  stream: boolean,
};

/** What the tools, their choice and the reasoning of earlier turns must be together. */
export const responsesTogether: Together = allOf(choiceNeedsTools, thoughtsAreWhole, streamOptionsNeedStream);

const chat: Rules = {
  fields: {
    ...responsesFields,
    top_logprobs: integer({ min: 0, max: 20 }),
    reasoning: object({
      fields: {
        effort: oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
        summary: oneOf('auto', 'concise', 'detailed'),
        context: oneOf('auto', 'current_turn', 'all_turns'),
      },
      unknown: 'refuse',
    }),
    parallel_tool_calls: boolean,
    max_tool_calls: integer({ min: 1 }),
    include: listOf(oneOf('reasoning.encrypted_content', 'message.output_text.logprobs', 'web_search_call.action.sources')),
    stream_options: object({ fields: { include_obfuscation: boolean }, unknown: 'refuse' }),
    metadata: mapOf(text(/^.{0,512}$/su), /^.{0,64}$/su, { max: 16 }),
    service_tier: oneOf('auto', 'default', 'flex', 'scale', 'priority'),
    user: text(),
    safety_identifier: text(/^.{0,64}$/su),
    moderation: anyObject,
    prompt_cache_key: text(),
    prompt_cache_options: anyObject,
    truncation: oneOf('auto', 'disabled'),
  },
  required: ['model', 'input'],
  unknown: 'refuse',
  together: allOf(effortFitsModel, thinkingModelLimits, responsesTogether),
};

/** OpenAI at the path `responses`. */
export const openaiResponses: System = {
  slug: 'openai/responses',
  needsKey: true,
  writeError: openAiError,
  habits: openAiHabits,
  wireFormat: openaiResponsesFormat,
  operations: { chat },
};

/** The same at Azure, which takes the model's name for that of a deployment. */
export const azureResponses: System = { ...openaiResponses, slug: 'azure-openai/responses' };
