// Amazon Bedrock: Converse, and InvokeModel for embeddings. Source: botocore 1.43.107, bedrock-runtime/2023-09-30/service-2.json, and error
// bodies seen in public. Whether unknown members at the top are refused is not certain: here they are.
// Written by hand; must not look at the router's own data.

import { anyObject, boolean, complain, first, integer, isFields, listOf, mapOf, number, object, oneOf, text } from '../checks.ts';
import type { Check, Fields, Shape } from '../checks.ts';
import { allOf } from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import { texts } from '../embeddings.ts';
import type { EmbeddingForm } from '../embeddings.ts';
import { bedrockFormat, writeBedrockError } from '../wire-formats/bedrock.ts';
import { openAiHabits } from '../system.ts';
import type { Rules, System } from '../system.ts';
import { modelLimits } from './bedrock-models.ts';

/** An object with these fields and no others. */
const strict = (fields: Shape['fields'], ...required: readonly string[]): Check => object({ fields, required, unknown: 'refuse' });

/** A union: an object with exactly one of these members. */
function union(members: Readonly<Record<string, Check>>): Check {
  const known = strict(members);
  return (value, path) =>
    known(value, path) ??
    (isFields(value) && Object.keys(value).length === 1 ? null : complain(`${path}: exactly one of the members must be set.`, path));
}

const base64 = text(/^[A-Za-z0-9+/]+={0,2}$/u);
const cachePoint = strict({ type: oneOf('default'), ttl: oneOf('5m', '1h') }, 'type');
const source = union({ bytes: base64, s3Location: strict({ uri: text(/^s3:\/\//u), bucketOwner: text() }, 'uri') });
/** "text content blocks must be non-empty" */
const said = text(/\S/u);
const files = {
  image: strict({ format: oneOf('png', 'jpeg', 'gif', 'webp'), source }, 'format', 'source'),
  document: strict(
    {
      format: oneOf('pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'),
      name: text(/^(?!.*\s\s)[A-Za-z0-9 ()[\]-]{1,200}$/u),
      source,
    },
    'format',
    'name',
    'source',
  ),
  video: strict({ format: oneOf('mkv', 'mov', 'mp4', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', 'three_gp'), source }, 'format', 'source'),
};

const toolUseId = text(/^[a-zA-Z0-9_.:-]{1,64}$/u);
const name = text(/^[a-zA-Z0-9_-]{1,64}$/u);

const userBlock = union({
  text: said,
  ...files,
  cachePoint,
  toolResult: strict(
    { toolUseId, content: listOf(union({ text: said, json: anyObject, ...files })), status: oneOf('success', 'error') },
    'toolUseId',
    'content',
  ),
});
const assistantBlock = union({
  text: said,
  cachePoint,
  toolUse: strict({ toolUseId, name, input: anyObject }, 'toolUseId', 'name', 'input'),
  reasoningContent: union({ reasoningText: strict({ text: text(), signature: text() }, 'text'), redactedContent: base64 }),
});

const message: Check = (value, path) => {
  const block = isFields(value) && value['role'] === 'assistant' ? assistantBlock : userBlock;
  return strict({ role: oneOf('user', 'assistant'), content: listOf(block, { min: 1 }) }, 'role', 'content')(value, path);
};

/** The schema of structured output comes as text. */
const schemaText: Check = (value, path) => {
  try {
    return anyObject(JSON.parse(String(value)), path);
  } catch {
    return complain(`${path}: not a JSON document.`, path);
  }
};

const empty = strict({});
const toolSpec = strict(
  { name, description: said, inputSchema: strict({ json: anyObject }, 'json'), strict: boolean },
  'name',
  'inputSchema',
);
const metadataWord = /^[a-zA-Z0-9\s:_@$#=/+,.-]{1,256}$/u;

const fields: Readonly<Record<string, Check>> = {
  messages: listOf(message, { min: 1 }),
  system: listOf(union({ text: said, cachePoint }), { min: 1 }),
  inferenceConfig: strict({
    maxTokens: integer({ min: 1 }),
    temperature: number({ min: 0, max: 1 }),
    topP: number({ min: 0, max: 1 }),
    stopSequences: listOf(text(/./su), { max: 2500 }),
  }),
  toolConfig: strict(
    {
      tools: listOf(union({ toolSpec, cachePoint, systemTool: strict({ name }, 'name') }), { min: 1 }),
      toolChoice: union({ auto: empty, any: empty, tool: strict({ name }, 'name') }),
    },
    'tools',
  ),
  additionalModelRequestFields: anyObject,
  additionalModelResponseFieldPaths: listOf(text(/./u), { max: 10 }),
  outputConfig: strict({
    effort: oneOf('low', 'medium', 'high', 'xhigh', 'max'),
    textFormat: strict(
      {
        type: oneOf('json_schema'),
        structure: union({ jsonSchema: strict({ schema: schemaText, name: text(), description: text() }, 'schema') }),
      },
      'type',
      'structure',
    ),
  }),
  guardrailConfig: anyObject,
  promptVariables: anyObject,
  performanceConfig: strict({ latency: oneOf('standard', 'optimized') }),
  requestMetadata: mapOf(text(/^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/u), metadataWord, { min: 1, max: 16 }),
  serviceTier: strict({ type: oneOf('priority', 'default', 'flex', 'reserved') }, 'type'),
};

const listed = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** What stands in a field of the blocks of one kind. */
const inBlocks = (turn: Fields | undefined, kind: string, field: string): unknown[] =>
  listed(turn?.['content']).flatMap((block) => (isFields(block[kind]) ? [block[kind][field]] : []));

const turns: Together = ({ messages }) => {
  const roles = listed(messages).map(({ role }) => role);
  if (roles[0] !== 'user') return complain('A conversation must start with a user message. Try again.', 'messages');
  return roles.some((role, place) => role === roles[place + 1])
    ? complain('A conversation must alternate between user and assistant roles.', 'messages')
    : null;
};

/** Every call is answered in the next message, and every answer has its call in the one before. */
const pairs: Together = ({ messages }) => {
  const all = listed(messages);
  return first(
    all.map((turn, place) => () => {
      const [results, calls] = [inBlocks(all[place + 1], 'toolResult', 'toolUseId'), inBlocks(all[place - 1], 'toolUse', 'toolUseId')];
      const open = inBlocks(turn, 'toolUse', 'toolUseId').find((id) => !results.includes(id));
      if (open !== undefined)
        return complain(`Expected toolResult blocks at messages.${place + 1}.content for the following Ids: ${String(open)}`, 'messages');
      const lone = inBlocks(turn, 'toolResult', 'toolUseId').find((id) => !calls.includes(id));
      return lone === undefined ? null : complain(`messages.${place}: toolResult ${String(lone)} has no toolUse before it.`, 'messages');
    }),
  );
};

const documents: Together = ({ messages }) => {
  const contents = listed(messages).map((turn) => listed(turn['content']));
  const names = contents.flatMap((blocks) => blocks.flatMap(({ document }) => (isFields(document) ? [document['name']] : [])));
  if (new Set(names).size < names.length) return complain('Document names must be unique.', 'messages');
  const isBare = contents.some((blocks) => blocks.some((one) => 'document' in one) && !blocks.some((one) => 'text' in one));
  return isBare ? complain('A message with a document must include a text block.', 'messages') : null;
};

const toolConfig: Together = ({ messages, toolConfig: config }) => {
  const hasBlocks = listed(messages).some((turn) => listed(turn['content']).some((block) => 'toolUse' in block || 'toolResult' in block));
  if (!isFields(config)) {
    const missing = 'The toolConfig field must be defined when using toolUse and toolResult content blocks.';
    return hasBlocks ? complain(missing, 'toolConfig') : null;
  }
  const names = listed(config['tools']).flatMap(({ toolSpec: spec }) => (isFields(spec) ? [spec['name']] : []));
  if (new Set(names).size < names.length) return complain('toolConfig: tool names must be unique.', 'toolConfig');
  const choice = isFields(config['toolChoice']) && isFields(config['toolChoice']['tool']) ? config['toolChoice']['tool']['name'] : names[0];
  return names.includes(choice) ? null : complain(`toolConfig: the tool ${String(choice)} is not there.`, 'toolConfig');
};

const prefill: Together = ({ messages }) => {
  const last = listed(messages).at(-1);
  const block = last?.['role'] === 'assistant' ? listed(last['content']).findLast((one) => 'text' in one) : undefined;
  return block !== undefined && /\s$/u.test(String(block['text']))
    ? complain('messages: final assistant content cannot end with trailing whitespace', 'messages')
    : null;
};

const titan: Check = strict(
  {
    inputText: text(/./su),
    dimensions: (value, path) => ([256, 512, 1024].includes(Number(value)) ? null : complain(`${path} is not 256, 512 or 1024.`, path)),
    normalize: boolean,
  },
  'inputText',
);
const cohere: Check = strict(
  {
    texts: texts(96),
    input_type: oneOf('search_document', 'search_query', 'classification', 'clustering'),
    truncate: oneOf('NONE', 'START', 'END', 'LEFT', 'RIGHT'),
    embedding_types: listOf(text()),
    output_dimension: integer({ min: 256, max: 1536 }),
  },
  'texts',
  'input_type',
);

/** The body of each maker, chosen by the model in the path. */
const embeddings: Rules = {
  fields: {},
  unknown: 'ignore',
  together: (body, model = null) => {
    const isTitan = model === null ? body['inputText'] !== undefined : /titan-embed/u.test(model);
    return (isTitan ? titan : cohere)(body, '');
  },
};

const embedForm: EmbeddingForm = {
  readTexts: ({ inputText, texts: given }) => (Array.isArray(given) ? given.map(String) : [String(inputText)]),
  toBody: (vectors, tokens) => ({
    ...(vectors.length === 1 ? { embedding: vectors[0], inputTextTokenCount: tokens } : {}),
    id: 'e-1',
    response_type: 'embeddings_floats',
    embeddings: vectors,
  }),
};

/** Amazon Bedrock, with its own wire format. */
export const amazonBedrock: System = {
  slug: 'amazon-bedrock',
  needsKey: true,
  writeError: writeBedrockError,
  wireFormat: bedrockFormat,
  embeddings: embedForm,
  habits: { ...openAiHabits, writeStreamError: writeBedrockError },
  operations: {
    chat: {
      fields,
      required: ['messages'],
      unknown: 'refuse',
      together: allOf(turns, pairs, documents, toolConfig, prefill, modelLimits),
    },
    embeddings,
  },
};
