/**
 * The API descriptions that OpenAI and OpenRouter publish, as validators of what the router answers. The files are not part of the
 * project; where they are absent, `schemasOf` returns null and the tests that need them are skipped.
 */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../shared/specs');

/** Whose description. */
export type Publisher = 'openai' | 'openrouter';

/** Something in an answer that is not as published: `place` is a path with `*` for each index. */
export type Finding = { place: string; says: string };

/** Validators, by the name of a schema in `components`, or by a JSON pointer into the description. */
export type Schemas = (name: string) => (value: unknown) => Finding[];

/** The description of a publisher; null where its file is absent. */
export function schemasOf(publisher: Publisher): Schemas | null {
  const path = join(FOLDER, `${publisher}.json`);
  if (!existsSync(path)) return null;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true, logger: false });
  ajv.addSchema({ $id: publisher, ...(withNulls(JSON.parse(readFileSync(path, 'utf8'))) as object) });
  return (name) => {
    const pointer = name.startsWith('/') ? name : `/components/schemas/${name}`;
    const validate: ValidateFunction = ajv.compile({ $ref: `${publisher}#${pointer}` });
    return (value) => {
      validate(value);
      return (validate.errors ?? []).map(toFinding);
    };
  };
}

/** `nullable: true` of OpenAPI 3.0, which the descriptions still use, as JSON Schema says it. */
function withNulls(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withNulls);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, ...rest } = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withNulls(value)]));
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}

function toFinding({ instancePath, keyword, message, params }: ErrorObject): Finding {
  const place = instancePath.replace(/\/\d+(?=\/|$)/g, '/*');
  return { place, says: `${keyword}: ${message} ${JSON.stringify(params)}` };
}
