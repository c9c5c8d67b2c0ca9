/** Describes a Responses body as JSON Schema. Fields with a unified meaning have the checks of the unified request. */
import type { JsonObject } from '../../../lib/json.ts';
import { fieldSchemas } from '../../../unified/request/json-schema.ts';
import type { Asks } from '../../client-dialect.ts';
import { SAME_FIELDS } from './fields.ts';

const string: JsonObject = { type: ['string', 'null'] };
const object = (properties: JsonObject): JsonObject => ({ type: ['object', 'null'], properties });
const typed: JsonObject = { type: 'object', properties: { type: { type: 'string' } } };

/** Fields that only this format has. What items and tools of each type hold is documented by OpenAI. */
const FIELDS: JsonObject = {
  input: { anyOf: [{ type: 'string' }, { type: 'array', items: typed, minItems: 1 }] },
  prompt: { type: ['object', 'null'] },
  instructions: string,
  tools: { type: ['array', 'null'], items: { ...typed, required: ['type'] } },
  tool_choice: { anyOf: [{ enum: ['none', 'auto', 'required', null] }, { ...typed, required: ['type'] }] },
  text: object({
    format: {
      anyOf: [
        { type: 'object', properties: { type: { enum: ['text', 'json_object', 'json_schema'] } }, required: ['type'] },
        { type: 'null' },
      ],
    },
  }),
  include: { type: ['array', 'null'], items: { type: 'string' } },
  truncation: { enum: ['auto', 'disabled', null] },
  store: { type: ['boolean', 'null'] },
  metadata: { type: ['object', 'null'] },
  max_tool_calls: { type: ['integer', 'null'] },
};

/** A prompt that OpenAI stores needs no input beside it. */
const INPUT_OR_PROMPT: JsonObject = {
  anyOf: [{ required: ['input'] }, { required: ['prompt'], properties: { prompt: { type: 'object' } } }],
};

/** The schema. Unknown fields go to a provider that knows them. */
export function describeRequest(asks: Asks): JsonObject {
  const unified = fieldSchemas('chat');
  const sameAs = (name: string, own = name): [string, JsonObject][] => (unified[name] === undefined ? [] : [[own, unified[name]]]);
  return {
    type: 'object',
    properties: {
      ...Object.fromEntries(SAME_FIELDS.flatMap((name) => sameAs(name))),
      ...Object.fromEntries([...sameAs('max_tokens', 'max_output_tokens'), ...sameAs('parallel_tool_calls')]),
      reasoning: object({ effort: unified['reasoning_effort'] ?? {} }),
      ...FIELDS,
    },
    anyOf: [{ required: ['model'] }, { required: ['models'] }],
    ...(asks === 'count-tokens' ? {} : { allOf: [INPUT_OR_PROMPT] }),
  };
}
