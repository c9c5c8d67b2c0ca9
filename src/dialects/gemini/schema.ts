/**
 * JSON Schemas for `parametersJsonSchema` and `responseJsonSchema`. Of the two ways to say a schema these are the safe one: the other,
 * `parameters` and `responseSchema`, knows neither `$ref` nor numbers in an `enum` and refuses the whole request for one keyword too many.
 * What is not on Google's list for them the provider might ignore without a word.
 * List: @google/genai 2.32.0, GenerateContentConfig.responseJsonSchema (read 2026-11-20; the same on 2026-11-30 at
 * pub.dev/documentation/googleapis, GoogleCloudAiplatformV1GenerationConfig), taken to hold for tools too.
 */
import type { JsonObject } from '../../lib/json.ts';
import { areDisjoint } from '../shared/schema-kinds.ts';
import { inSentence, schemaFor, toSubset, type SchemaFor, type Subset } from '../shared/schema-subset.ts';

/** Formats that are known to be taken; `responseSchema` refuses a request for others, so they are not tried here (not certain). */
const FORMATS = new Set(['date-time', 'date', 'time', 'int32', 'int64', 'float', 'double']);

const isTextOrNumber = (value: unknown) => typeof value === 'string' || typeof value === 'number';

const GEMINI: Subset = {
  keywords: {
    $id: true,
    $defs: true,
    $ref: true,
    $anchor: true,
    type: true,
    format: (name) => FORMATS.has(String(name)),
    title: true,
    description: true,
    enum: (values) => Array.isArray(values) && values.every(isTextOrNumber), // "for strings and numbers"
    items: (items) => !Array.isArray(items),
    prefixItems: true,
    minItems: true,
    maxItems: true,
    minimum: true,
    maximum: true,
    anyOf: true,
    // "interpreted the same as anyOf"
    oneOf: (branches, _, root) => Array.isArray(branches) && areDisjoint(branches, root),
    properties: true,
    additionalProperties: true,
    required: true,
    propertyOrdering: true,
  },
  keepsNotes: false,
  // "Cyclic references are unrolled to a limited degree and, as such, may only be used within non-required properties."
  recursion: 'optional',
  // "If $ref is set on a sub-schema, no other properties, except for than those starting as a $, may be set."
  isRefAlone: true,
};

/** The schema of a response format as the provider accepts it. */
export const toGeminiSchema = (schema: JsonObject): SchemaFor => schemaFor(schema, GEMINI);

/** The schema of a tool: what the provider does not accept is left out of it, which allows more; `why` names it, null = nothing. */
export function toToolSchema(given: JsonObject): { schema: JsonObject; notes: string[]; why: string | null } {
  const { schema, outside, notes } = toSubset(given, { ...GEMINI, recursion: 'anywhere' });
  return { schema, notes, why: outside.length === 0 ? null : inSentence(outside) };
}
