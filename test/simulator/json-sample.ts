// A small generator: one JSON value that fits a JSON Schema, the same one for the same random.
// Knows type, enum, const, anyOf/oneOf, properties, items and simple bounds; anything else is free text.

import { isFields } from './checks.ts';
import type { Fields } from './checks.ts';
import { pick } from './prose.ts';
import type { Random } from './prose.ts';

const words = ['river', 'delta', 'spring', 'bend', 'ford', 'weir'] as const;
/** Deeper than this a schema is taken to be a loop. */
const maxDepth = 12;

/** A JSON value that fits the schema. */
export function sampleJson(schema: unknown, random: Random, depth = 0): unknown {
  if (!isFields(schema) || depth > maxDepth) return pick(words, random);
  if ('const' in schema) return schema['const'];
  const options = schema['enum'] ?? schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(options) && options.length > 0) {
    const option: unknown = options[Math.floor(random() * options.length)];
    return Array.isArray(schema['enum']) ? option : sampleJson(option, random, depth + 1);
  }
  return sampleType(typeOf(schema), schema, random, depth);
}

function typeOf(schema: Fields): unknown {
  const { type } = schema;
  if (Array.isArray(type)) return type[0];
  return type ?? (isFields(schema['properties']) ? 'object' : 'string');
}

function sampleType(type: unknown, schema: Fields, random: Random, depth: number): unknown {
  switch (type) {
    case 'object':
      return sampleObject(schema, random, depth);
    case 'array':
      return Array.from({ length: bound(schema, 'minItems', 1) }, () => sampleJson(schema['items'], random, depth + 1));
    case 'integer':
      return Math.ceil(sampleNumber(schema, random));
    case 'number':
      return sampleNumber(schema, random);
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    default:
      return pick(words, random)
        .padEnd(bound(schema, 'minLength', 0), '.')
        .slice(0, bound(schema, 'maxLength', Infinity));
  }
}

function sampleObject(schema: Fields, random: Random, depth: number): Fields {
  const properties = isFields(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, sampleJson(inner, random, depth + 1)]));
}

/** Lands on a whole number wherever the bounds leave room for one. */
function sampleNumber(schema: Fields, random: Random): number {
  const low = Math.max(bound(schema, 'minimum', -Infinity), bound(schema, 'exclusiveMinimum', -Infinity) + 1);
  const high = Math.min(bound(schema, 'maximum', Infinity), bound(schema, 'exclusiveMaximum', Infinity) - 1);
  const start = Number.isFinite(low) ? low : Math.min(1, high);
  return Math.min(high, start + Math.floor(random() * 20));
}

function bound(schema: Fields, name: string, otherwise: number): number {
  const value = schema[name];
  return typeof value === 'number' ? value : otherwise;
}
