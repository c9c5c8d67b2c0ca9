/** Describes a body in OpenAI's format as JSON Schema. */
import type { JsonObject } from '../../../lib/json.ts';
import { fieldSchemas, jsonSchemaOf } from '../../../unified/request/json-schema.ts';
import { MESSAGES, PROMPT } from '../../../unified/request/message.ts';
import { INPUT_FIELDS, type Operation } from '../../../unified/request/parameters.ts';

/** The schema. Unknown fields are passed on. */
export function describeOpenAiRequest(operation: Operation): JsonObject {
  const input = INPUT_FIELDS[operation];
  const check = operation === 'chat' ? MESSAGES : PROMPT;
  return {
    type: 'object',
    properties: { ...fieldSchemas(operation), [input]: jsonSchemaOf(check()) },
    required: [input],
    anyOf: [{ required: ['model'] }, { required: ['models'] }],
  };
}
