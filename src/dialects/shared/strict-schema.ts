/**
 * The part of JSON Schema that Claude's structured output and strict tools accept, at Anthropic and in Bedrock's Converse, and the limits per
 * request. Anything else returns a 400. Sources: Anthropic's page on structured outputs, section "JSON Schema limitations"
 * (platform.claude.com/docs/en/build-with-claude/structured-outputs, as quoted by hexdocs.pm/lang_schema 0.7.1 and vercel/ai pull request
 * 17268); Vercel AI SDK, packages/anthropic, sanitize-json-schema.ts (all read 2026-11-30).
 */
import { isObject, type SchemaObject } from './schema-object.ts';
import { inSentence, toSubset, type Subset } from './schema-subset.ts';

/** The accepted formats of texts. */
const TEXT_FORMATS = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid']);

const isPrimitive = (value: unknown) => typeof value !== 'object' || value === null;

/** No look-around, no back-reference, no `\b`, no Unicode classes, no long counted repetition. */
const isSimplePattern = (pattern: unknown) =>
  typeof pattern === 'string' && !/\(\?[^:]|\\[1-9bBkpP]/.test(pattern) && (pattern.match(/\d{3,}(?=[,}])/g) ?? []).length === 0;

const hasRef = (schema: unknown) => JSON.stringify(schema).includes('"$ref"');

const STRICT: Subset = {
  keywords: {
    type: true,
    enum: (values) => Array.isArray(values) && values.every(isPrimitive),
    const: isPrimitive,
    properties: true,
    required: true,
    additionalProperties: (value) => value === false,
    items: isObject,
    minItems: (value) => value === 0 || value === 1,
    anyOf: true,
    allOf: (branches) => !hasRef(branches),
    $ref: true,
    $defs: true,
    definitions: true,
    format: (name) => TEXT_FORMATS.has(String(name)),
    pattern: isSimplePattern,
  },
  keepsNotes: true,
  isClosed: true,
  isTyped: true,
};

/** Limits of one request, over its response format and all strict tools. */
const MOST = { tools: 20, optional: 24, unions: 16 };

/** Counts the strict schemas of one request. */
export type StrictSchemas = {
  /** Returns the schema for strict output, or why it is not accepted; in that case nothing is counted. */
  take(given: SchemaObject, isTool: boolean): { schema: SchemaObject } | { why: string };
};

/** Creates the counter of one request. */
export function createStrictSchemas(): StrictSchemas {
  const used = { tools: 0, optional: 0, unions: 0 };
  return {
    take(given, isTool) {
      const { schema, outside } = toSubset(given, STRICT);
      if (outside.length > 0) return { why: inSentence(outside) };
      const counted = { ...countProperties(schema), tools: isTool ? 1 : 0 };
      for (const [what, word] of Object.entries(WORDS) as [keyof typeof MOST, string][])
        if (used[what] + counted[what] > MOST[what]) return { why: `more than ${MOST[what]} ${word} in one request` };
      for (const what of Object.keys(WORDS) as (keyof typeof MOST)[]) used[what] += counted[what];
      return { schema };
    },
  };
}

const WORDS = { tools: 'strict tools', optional: 'optional properties', unions: 'properties of several types' };

/** Counts optional properties, and properties of several types. */
function countProperties(schema: unknown): { optional: number; unions: number } {
  const sum = { optional: 0, unions: 0 };
  if (Array.isArray(schema)) for (const inner of schema) add(sum, countProperties(inner));
  if (!isObject(schema)) return sum;
  for (const [keyword, value] of Object.entries(schema)) {
    if (['enum', 'const', 'default', 'examples'].includes(keyword)) continue;
    if (keyword !== 'properties' || !isObject(value)) add(sum, countProperties(value));
    else {
      const required = new Set(Array.isArray(schema.required) ? schema.required : []);
      for (const [name, inner] of Object.entries(value)) {
        if (!required.has(name)) sum.optional++;
        if (isObject(inner) && (Array.isArray(inner.type) || inner.anyOf !== undefined)) sum.unions++;
        add(sum, countProperties(inner));
      }
    }
  }
  return sum;
}

function add(sum: { optional: number; unions: number }, more: { optional: number; unions: number }): void {
  sum.optional += more.optional;
  sum.unions += more.unions;
}
