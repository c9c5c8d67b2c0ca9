/**
 * Converts JSON Schemas for `parametersJsonSchema` and `responseJsonSchema`. Of the two forms of a schema this is the safe one: the other one
 * (`parameters` and `responseSchema`) has neither `$ref` nor numbers in an `enum`, and rejects the request for one unknown keyword. Keywords
 * that are not on Google's list for these fields may be ignored without an error.
 * List: @google/genai 2.32.0, GenerateContentConfig.responseJsonSchema (read 2026-11-20; the same on 2026-11-30 at
 * pub.dev/documentation/googleapis, GoogleCloudAiplatformV1GenerationConfig), taken to hold for tools too.
 */
import type { JsonObject } from '../../lib/json.ts';
import { areDisjoint } from '../shared/schema-kinds.ts';
import { inSentence, schemaFor, toSubset, type SchemaFor, type Subset } from '../shared/schema-subset.ts';

/** Formats known to be accepted. `responseSchema` rejects others, so they are not sent (not certain for this form). */
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

/** Returns the schema of a response format as the provider accepts it. */
export const toGeminiSchema = (schema: JsonObject): SchemaFor => schemaFor(schema, GEMINI);

/** Returns the schema of a tool without unsupported keywords, which allows more values; `why` names them, null = none. */
export function toToolSchema(given: JsonObject): { schema: JsonObject; notes: string[]; why: string | null } {
  const { schema, outside, notes } = toSubset(given, { ...GEMINI, recursion: 'anywhere' });
  return { schema, notes, why: outside.length === 0 ? null : inSentence(outside) };
}
