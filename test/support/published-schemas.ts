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

/** The description of a publisher as JSON Schema; null where its file is absent. */
export function descriptionOf(publisher: Publisher): Description | null {
  const path = join(FOLDER, `${publisher}.json`);
  return existsSync(path) ? (withNulls(JSON.parse(readFileSync(path, 'utf8'))) as Description) : null;
}

/** Validators of a publisher's schemas; null where its description is absent. */
export function schemasOf(publisher: Publisher): Schemas | null {
  const description = descriptionOf(publisher);
  if (description === null) return null;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true, logger: false });
  ajv.addSchema({ $id: publisher, ...(withBranches(description, description.components.schemas) as object) });
  return (name) => {
    const pointer = name.startsWith('/') ? name : `/components/schemas/${name}`;
    const validate: ValidateFunction = ajv.compile({ $ref: `${publisher}#${pointer}` });
    return (value) => {
      validate(value);
      return (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(toFinding);
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

type Fields = Readonly<Record<string, unknown>>;
type Description = { components: { schemas: Readonly<Record<string, Fields>> } };

/** Unions with a discriminator as one branch for each of its values, so that what is found is of that branch. */
function withBranches(schema: unknown, named: Description['components']['schemas']): unknown {
  if (Array.isArray(schema)) return schema.map((entry) => withBranches(entry, named));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { discriminator, ...rest } = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withBranches(value, named)]));
  const { propertyName, mapping = {} } = (discriminator ?? {}) as { propertyName?: string; mapping?: Readonly<Record<string, string>> };
  const kind = Array.isArray(rest['oneOf']) ? 'oneOf' : 'anyOf';
  const branches = (rest[kind] ?? []) as readonly { $ref?: string }[];
  if (propertyName === undefined || branches.length === 0) return rest;
  const valuesOf = ({ $ref = '' }: { $ref?: string }) => {
    const mapped = Object.keys(mapping).filter((value) => mapping[value] === $ref);
    if (mapped.length > 0) return mapped;
    const { properties = {} } = (named[$ref.replace(/^.*\//, '')] ?? {}) as { properties?: Readonly<Record<string, Fields>> };
    const { enum: values, const: value } = properties[propertyName] ?? {};
    return Array.isArray(values) ? (values as unknown[]) : value === undefined ? [] : [value];
  };
  if (branches.some((branch) => valuesOf(branch).length === 0)) return rest;
  const has = (values: readonly unknown[]) => ({ properties: { [propertyName]: { enum: values } } });
  const { [kind]: _, ...others } = rest;
  return {
    ...others,
    type: 'object',
    properties: { [propertyName]: { enum: branches.flatMap(valuesOf) } },
    required: [propertyName],
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    allOf: branches.map((branch) => ({ if: has(valuesOf(branch)), then: branch })),
  };
}

function toFinding({ instancePath, keyword, message, params }: ErrorObject): Finding {
  const place = instancePath.replace(/\/\d+(?=\/|$)/g, '/*');
  return { place, says: `${keyword}: ${message} ${JSON.stringify(params)}` };
}
