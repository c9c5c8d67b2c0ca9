/**
 * Walks JSON Schemas: finds subschemas, resolves references, and detects recursion. Changes nothing. Reads draft 2020-12, where keywords next
 * to a `$ref` apply as well.
 */
import { isObject, type SchemaObject } from './schema-object.ts';

/** Keywords whose value is one schema (`items` of older drafts may be a list). */
const ONE = new Set([
  'items',
  'additionalItems',
  'additionalProperties',
  'contains',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
/** Keywords whose value is a list of schemas. */
const LISTS = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
/** Keywords whose value is a map of names to schemas. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);

/** The value of a keyword, each schema in it mapped. `steps` lead from the keyword to the schema, as in a JSON pointer. */
export function mapSchemas(keyword: string, value: unknown, map: (schema: unknown, steps: string) => unknown): unknown {
  if (Array.isArray(value)) {
    return LISTS.has(keyword) || ONE.has(keyword) ? value.map((inner, index) => map(inner, `/${index}`)) : value;
  }
  if (ONE.has(keyword)) return map(value, '');
  if (!MAPS.has(keyword) || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, map(inner, `/${escapeStep(name)}`)]));
}

/** A name as a step of a JSON pointer (RFC 6901). */
export const escapeStep = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Resolves a local reference (`#`, `#/$defs/node`); undefined when it has no target in this schema. */
export function resolveRef(root: unknown, ref: unknown): unknown {
  if (ref === '#') return root;
  if (typeof ref !== 'string' || !ref.startsWith('#/')) return undefined;
  let path: unknown = root;
  for (const step of ref.slice(2).split('/')) {
    const name = unescapeStep(step);
    if (typeof path !== 'object' || path === null || !Object.hasOwn(path, name)) return undefined;
    path = (path as SchemaObject)[name];
  }
  return path;
}

function unescapeStep(step: string): string {
  const plain = step.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

/** References that follow one another more often than this are taken for endless: the stack is not. */
const MAX_STEPS = 300;

/**
 * A reference by which a schema contains itself, or null.
 *
 * @param isCut properties that need not be there do not count: a value may end at each of them.
 */
export function findRecursion(root: SchemaObject, isCut = false): string | null {
  const states = new Map<SchemaObject, 'open' | 'done'>();
  /** Schemas of properties that need not be there: each is a beginning of its own. */
  const later: unknown[] = [root];

  function visit(node: unknown, steps: number): string | null {
    if (!isObject(node) || states.get(node) === 'done') return null;
    states.set(node, 'open');
    const found = visitRef(node, steps) ?? visitChildren(node, steps);
    states.set(node, 'done');
    return found;
  }

  function visitRef({ $ref: ref }: SchemaObject, steps: number): string | null {
    const target = resolveRef(root, ref);
    if (!isObject(target)) return null;
    return states.get(target) === 'open' || steps > MAX_STEPS ? String(ref) : visit(target, steps + 1);
  }

  function visitChildren(node: SchemaObject, steps: number): string | null {
    let found: string | null = null;
    const required = Array.isArray(node.required) ? node.required : [];
    for (const [keyword, value] of Object.entries(node)) {
      if (keyword === '$defs' || keyword === 'definitions') continue; // reached by references
      if (isCut && keyword === 'properties' && isObject(value)) {
        for (const [name, inner] of Object.entries(value)) {
          if (required.includes(name)) found ??= visit(inner, steps);
          else later.push(inner);
        }
      } else mapSchemas(keyword, value, (inner) => (found ??= visit(inner, steps)));
    }
    return found;
  }

  while (later.length > 0) {
    const found = visit(later.pop(), 0);
    if (found !== null) return found;
  }
  return null;
}

/** True when every value that a schema accepts is an object, as far as its keywords show. */
export function acceptsOnlyObjects(schema: unknown, root: unknown, depth = 0): boolean {
  if (!isObject(schema) || depth > 32) return false;
  if (schema.type === 'object') return true;
  const isSo = (inner: unknown) => acceptsOnlyObjects(inner, root, depth + 1);
  if (schema.$ref !== undefined && isSo(resolveRef(root, schema.$ref))) return true;
  const { anyOf, oneOf, allOf } = schema;
  return (
    [anyOf, oneOf].some((list) => Array.isArray(list) && list.length > 0 && list.every(isSo)) || (Array.isArray(allOf) && allOf.some(isSo))
  );
}
