/** Describes a Messages body as JSON Schema. Fields with a unified meaning have the checks of the unified request. */
import type { JsonObject } from '../../../lib/json.ts';
import { fieldSchemas } from '../../../unified/request/json-schema.ts';
import { MAX_MESSAGES, MAX_PARTS } from '../../../unified/request/message.ts';
import { MAX_TOOLS } from '../../../unified/request/parameters.ts';
import type { Asks } from '../../client-dialect.ts';
import { OWN_FIELDS, SAME_FIELDS } from './parse.ts';

const object = (properties: JsonObject = {}, required: readonly string[] = []): JsonObject => ({
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : { required }),
});
const string: JsonObject = { type: 'string' };
const blocks: JsonObject = { type: 'array', items: object({ type: string }, ['type']), maxItems: MAX_PARTS };
const content: JsonObject = { anyOf: [string, blocks] };

const format = object({ type: { const: 'json_schema' }, schema: object() }, ['type', 'schema']);

/** Fields that only this format has. Others that it names are described by nothing but their name: only Anthropic reads them. */
const FIELDS: JsonObject = {
  messages: {
    type: 'array',
    items: object({ role: { enum: ['user', 'assistant', 'system'] }, content }, ['role']),
    minItems: 1,
    maxItems: MAX_MESSAGES,
  },
  system: content,
  max_tokens: { type: 'integer', minimum: 0 },
  tools: { type: 'array', items: object({ name: string, type: string, input_schema: object() }), maxItems: MAX_TOOLS },
  tool_choice: object({ type: { enum: ['auto', 'any', 'tool', 'none'] }, name: string }, ['type']),
  thinking: object({ type: string, budget_tokens: { type: 'integer', minimum: 0 } }, ['type']),
  output_config: object({ effort: string, format }),
  output_format: { anyOf: [format, { type: 'null' }] },
  thread: { anyOf: [object({ type: { enum: ['create', 'continue'] } }, ['type']), { type: 'null' }] },
  metadata: object({ user_id: string }),
};

/** The schema. Unknown fields go to a provider that knows them. */
export function describeRequest(asks: Asks): JsonObject {
  const unified = fieldSchemas('chat');
  const same = SAME_FIELDS.flatMap((name) => (unified[name] === undefined ? [] : [[name, unified[name]]]));
  return {
    type: 'object',
    properties: {
      ...Object.fromEntries([...OWN_FIELDS].map((name) => [name, {}])),
      ...Object.fromEntries(same),
      ...(unified['stop'] === undefined ? {} : { stop_sequences: unified['stop'] }),
      ...FIELDS,
    },
    required: asks === 'answer' ? ['messages', 'max_tokens'] : ['messages'],
    anyOf: [{ required: ['model'] }, { required: ['models'] }],
  };
}
