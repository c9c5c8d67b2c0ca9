// Cohere, chat v2. Source: Cohere's API reference (cohere-openapi.yaml of cohere-developer-experience e814c8a, 2026-08-20), the pages on
// errors and tool use, and error bodies seen in public. An unknown field anywhere is a 422.
// Written by hand; must not look at the router's own data.

import { anyObject, boolean, complain, either, first, integer, isFields, listOf, number, object, oneOf, text } from '../checks.ts';
import type { Check, Complaint, Fields, Shape } from '../checks.ts';
import { allOf } from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import { texts } from '../embeddings.ts';
import type { EmbeddingForm } from '../embeddings.ts';
import { cohereFormat } from '../wire-formats/cohere.ts';
import { openAiHabits } from '../system.ts';
import type { System } from '../system.ts';

const proper = 'For proper usage, please refer to https://docs.cohere.com/reference/chat';

function unknownField(fields: Shape['fields'], value: unknown): Complaint | null {
  const name = isFields(value) ? Object.keys(value).find((key) => !Object.hasOwn(fields, key)) : undefined;
  return name === undefined
    ? null
    : complain(`unknown field: parameter '${name}' is not a valid field. ${proper}`, name, 'unknown_field', 422);
}

/** An object with these fields and no others. */
function strict(fields: Shape['fields'], ...required: readonly string[]): Check {
  const known = object({ fields, required, unknown: 'ignore' });
  return (value, path) => unknownField(fields, value) ?? known(value, path);
}

/** Objects distinguished by a field, each kind with its own shape. */
function kinds(field: string, shapes: Readonly<Record<string, Check>>): Check {
  const typed = object({ fields: { [field]: oneOf(...Object.keys(shapes)) }, required: [field], unknown: 'ignore' });
  return (value, path) => typed(value, path) ?? shapes[String((value as Fields)[field])]?.(value, path) ?? null;
}

const toolName = text(/^[A-Za-z_][A-Za-z0-9_]*$/u);

const textPart = strict({ type: oneOf('text'), text: text() }, 'type', 'text');
const imagePart = strict(
  {
    type: oneOf('image_url'),
    image_url: strict({ url: text(/^(https?:|data:image\/)/u), detail: oneOf('auto', 'low', 'high') }, 'url'),
  },
  'type',
  'image_url',
);
const thinkingPart = strict({ type: oneOf('thinking'), thinking: text() }, 'type', 'thinking');
const documentPart = strict({ type: oneOf('document'), document: strict({ data: anyObject, id: text() }, 'data') }, 'type', 'document');

function content(shapes: Readonly<Record<string, Check>>): Check {
  const parts = listOf(kinds('type', shapes), { min: 1 });
  // Distinguished first, so that an error inside a part is named and not "neither a string nor parts".
  return (value, path) => (typeof value === 'string' ? null : parts(value, path));
}

const toolCall = strict(
  { id: text(/./su), type: oneOf('function'), function: strict({ name: toolName, arguments: text(/^\{/u) }, 'name', 'arguments') },
  'id',
  'type',
  'function',
);

const message = kinds('role', {
  system: strict({ role: text(), content: content({ text: textPart }) }, 'content'),
  user: strict({ role: text(), content: content({ text: textPart, image_url: imagePart }) }, 'content'),
  assistant: strict({
    role: text(),
    content: content({ text: textPart, thinking: thinkingPart }),
    tool_plan: text(),
    tool_calls: listOf(toolCall, { min: 1 }),
    citations: listOf(anyObject),
  }),
  tool: strict(
    { role: text(), tool_call_id: text(), content: content({ text: textPart, document: documentPart }) },
    'tool_call_id',
    'content',
  ),
});

const fields: Readonly<Record<string, Check>> = {
  model: text(/./su),
  messages: listOf(message, { min: 1 }),
  stream: boolean,
  tools: listOf(
    strict(
      {
        type: oneOf('function'),
        function: strict({ name: toolName, description: text(), parameters: anyObject }, 'name', 'parameters'),
      },
      'type',
      'function',
    ),
    { min: 1 },
  ),
  strict_tools: boolean,
  tool_choice: oneOf('REQUIRED', 'NONE'),
  documents: listOf(either('a string or a document', text(), strict({ data: anyObject, id: text() }, 'data'))),
  citation_options: strict({ mode: oneOf('ENABLED', 'DISABLED', 'FAST', 'ACCURATE', 'OFF') }),
  response_format: kinds('type', {
    text: strict({ type: text() }),
    json_object: strict({ type: text(), json_schema: anyObject }),
  }),
  safety_mode: oneOf('CONTEXTUAL', 'STRICT', 'OFF'),
  max_tokens: integer({ min: 1 }),
  stop_sequences: listOf(text(/./su), { max: 5 }),
  temperature: number({ min: 0, max: 1 }),
  seed: integer({ min: 0, max: 2 ** 64 }),
  frequency_penalty: number({ min: 0, max: 1 }),
  presence_penalty: number({ min: 0, max: 1 }),
  k: integer({ min: 0, max: 500 }),
  p: number({ min: 0.01, max: 0.99 }),
  logprobs: boolean,
  thinking: strict({ type: oneOf('enabled', 'disabled'), token_budget: integer({ min: 1 }) }, 'type'),
  priority: integer({ min: 0, max: 999 }),
};

function exclude(field: string, ...others: readonly string[]): Together {
  return (body) => {
    const other = others.find((name) => body[name] !== undefined);
    return body[field] === undefined || other === undefined
      ? null
      : complain(`invalid request: ${field} cannot be used together with ${other}.`, field);
  };
}

const jsonWithoutTools: Together = (body) =>
  isFields(body['response_format']) && body['response_format']['type'] === 'json_object'
    ? exclude('response_format', 'tools', 'documents')(body)
    : null;

const choiceNeedsTools: Together = ({ tool_choice: choice, tools }) =>
  choice === 'REQUIRED' && tools === undefined ? complain('invalid request: tool_choice REQUIRED needs tools.', 'tool_choice') : null;

const modelLimits: Together = (body) => {
  const model = String(body['model']);
  return first([
    () =>
      body['tool_choice'] !== undefined && /^command-r($|-)/u.test(model)
        ? complain('invalid request: tool_choice is not supported by this model.', 'tool_choice')
        : null,
    () =>
      body['thinking'] !== undefined && !/reasoning/u.test(model)
        ? complain('invalid request: thinking is not supported by this model.', 'thinking')
        : null,
    () =>
      body['safety_mode'] === 'OFF' && /^command-(r7b|a)/u.test(model)
        ? complain('invalid request: safety_mode OFF is not supported by this model.', 'safety_mode')
        : null,
  ]);
};

const writeError = ({ message: said }: Complaint): Fields => ({ id: '5d0f3c1e-0000-4000-8000-000000000000', message: said });

const embedFields: Readonly<Record<string, Check>> = {
  model: text(/./su),
  texts: texts(96),
  input_type: oneOf('search_document', 'search_query', 'classification', 'clustering', 'image'),
  embedding_types: listOf(oneOf('float', 'int8', 'uint8', 'binary', 'ubinary', 'base64')),
  output_dimension: integer({ min: 256, max: 1536 }),
  max_tokens: integer({ min: 1 }),
  truncate: oneOf('NONE', 'START', 'END'),
};

const embedForm: EmbeddingForm = {
  readTexts: ({ texts: given }) => (Array.isArray(given) ? given.map(String) : []),
  toBody: (vectors, tokens) => ({
    id: 'e-1',
    embeddings: { float: vectors },
    meta: { api_version: { version: '2' }, billed_units: { input_tokens: tokens } },
  }),
};

/** Cohere, with its own wire format. */
export const cohere: System = {
  slug: 'cohere',
  needsKey: true,
  writeError,
  wireFormat: cohereFormat,
  embeddings: embedForm,
  habits: { ...openAiHabits, writeStreamError: writeError },
  operations: {
    chat: {
      fields,
      required: ['model', 'messages'],
      unknown: 'ignore', // refused below, with a status of its own
      together: allOf(
        (body) => unknownField(fields, body),
        exclude('presence_penalty', 'frequency_penalty'),
        exclude('safety_mode', 'tools', 'documents'),
        jsonWithoutTools,
        choiceNeedsTools,
        modelLimits,
      ),
    },
    embeddings: {
      fields: embedFields,
      required: ['model', 'input_type', 'texts'],
      unknown: 'ignore',
      together: (body) => unknownField(embedFields, body),
    },
  },
};
