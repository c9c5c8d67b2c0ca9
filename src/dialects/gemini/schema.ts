/**
 * JSON Schemas for `parametersJsonSchema` and `responseJsonSchema`. Of the two ways to say a schema these are the safe one: the other,
 * `parameters` and `responseSchema`, knows neither `$ref` nor numbers in an `enum` and refuses the whole request for one keyword too many.
 * What is not on Google's list for them goes out here, and is reported; the host might ignore it without a word.
 * List: @google/genai 2.32.0, GenerateContentConfig.responseJsonSchema (read 2026-11-20), taken to hold for tools too.
 */
import type { JsonObject } from '../../unified/json.ts';
import { pruneSchema, type KeywordVerdict } from '../../unified/json-schema.ts';

const UNDERSTOOD = new Set([
  '$id',
  '$defs',
  '$ref',
  '$anchor',
  'type',
  'format',
  'title',
  'description',
  'enum',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'anyOf',
  'oneOf',
  'properties',
  'additionalProperties',
  'required',
  'propertyOrdering',
]);

/** Formats that are known to be taken; `responseSchema` refuses a request for others, so they are not tried here (not certain). */
const FORMATS = new Set(['date-time', 'date', 'time', 'int32', 'int64', 'float', 'double']);

/** Say nothing about a value. */
const MEANINGLESS = new Set(['$schema', '$comment']);

/** The schema as the host takes it, and the keywords that went, each once. */
export function toGeminiSchema(schema: JsonObject): { schema: JsonObject; removed: string[] } {
  const { schema: pruned, removed } = pruneSchema(schema, judge);
  return { schema: pruned, removed: removed.filter((keyword) => !MEANINGLESS.has(keyword)) };
}

function judge(keyword: string, value: unknown, schema: JsonObject): KeywordVerdict {
  if (keyword === '$ref') return { replace: String(value).replace(/^#\/definitions\//, '#/$defs/') };
  if (keyword === 'definitions') return { rename: '$defs' };
  // "If $ref is set on a sub-schema, no other properties, except for than those starting as a $, may be set."
  if (schema.$ref !== undefined && !keyword.startsWith('$')) return 'remove';
  if (keyword === 'const' && schema.enum === undefined && (typeof value === 'string' || typeof value === 'number')) {
    return { rename: 'enum', value: [value] };
  }
  if (keyword === 'format') return FORMATS.has(String(value)) ? 'keep' : 'remove';
  return UNDERSTOOD.has(keyword) ? 'keep' : 'remove';
}
