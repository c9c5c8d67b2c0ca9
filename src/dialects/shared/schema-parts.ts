/** The parts of a value that a JSON Schema describes: the items of a list, the properties of an object. */
import { isObject, type JsonObject } from '../../lib/json.ts';
import { escapeStep } from './json-schema.ts';
import { areEqual, at, LONG_PATTERN, type Site } from './schema-site.ts';
import { canTry, textViolation } from './schema-texts.ts';

const below = (site: Site, step: string | number): Site => ({ ...site, path: `${site.path}/${step}` });

/** What a list violates, in words; null = nothing. */
export function itemsViolation(given: readonly unknown[], node: JsonObject, site: Site): string | null {
  const { items, prefixItems, additionalItems, minItems, maxItems, uniqueItems } = node;
  if (typeof minItems === 'number' && given.length < minItems) return at(site, `has fewer than ${minItems} items`);
  if (typeof maxItems === 'number' && given.length > maxItems) return at(site, `has more than ${maxItems} items`);
  const first = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : [];
  const rest = Array.isArray(items) ? additionalItems : items;
  for (const [index, item] of given.entries()) {
    const found = site.check(item, index < first.length ? first[index] : rest, below(site, index));
    if (found !== null) return found;
  }
  const hasTwins = () => given.some((item, index) => given.slice(0, index).some((other) => areEqual(item, other, site)));
  if (uniqueItems === true && hasTwins()) return at(site, 'has an item twice');
  return containsViolation(given, node, site);
}

function containsViolation(given: readonly unknown[], { contains, minContains = 1, maxContains }: JsonObject, site: Site): string | null {
  if (contains === undefined) return null;
  const fitting = given.filter((item, index) => site.check(item, contains, below(site, index)) === null).length;
  const isTooMany = typeof maxContains === 'number' && fitting > maxContains;
  return fitting < Number(minContains) || isTooMany ? at(site, `has ${fitting} items that "contains" speaks of`) : null;
}

/** What an object violates, in words; null = nothing. */
export function propertiesViolation(given: JsonObject, node: JsonObject, site: Site): string | null {
  const names = Object.keys(given);
  const missing = missingIn(given, node);
  if (missing !== null) return at(site, `has no "${missing}"`);
  const { minProperties, maxProperties, propertyNames, dependentSchemas } = node;
  if (typeof minProperties === 'number' && names.length < minProperties) return at(site, `has fewer than ${minProperties} properties`);
  if (typeof maxProperties === 'number' && names.length > maxProperties) return at(site, `has more than ${maxProperties} properties`);
  for (const name of names) {
    const inner = below(site, escapeStep(name));
    const checks = [
      ...(propertyNames === undefined ? [] : [[name, propertyNames]]),
      ...schemasOf(name, node, site).map((one) => [given[name], one]),
    ];
    for (const [value, schema] of checks) {
      const found = site.check(value, schema, inner);
      if (found !== null) return found;
    }
  }
  for (const [name, more] of Object.entries(isObject(dependentSchemas) ? dependentSchemas : {})) {
    const found = Object.hasOwn(given, name) ? site.check(given, more, site) : null;
    if (found !== null) return found;
  }
  return null;
}

/** The schemas that a property must satisfy. */
function schemasOf(name: string, { properties, patternProperties, additionalProperties }: JsonObject, { work }: Site): unknown[] {
  const schemas = isObject(properties) && Object.hasOwn(properties, name) ? [properties[name]] : [];
  for (const [pattern, schema] of Object.entries(isObject(patternProperties) ? patternProperties : {})) {
    if (!canTry(pattern, name)) work.untried = LONG_PATTERN;
    else if (textViolation(name, { pattern }) === null) schemas.push(schema);
  }
  return schemas.length === 0 && additionalProperties !== undefined ? [additionalProperties] : schemas;
}

/** A property that must be there and is not, or null. */
function missingIn(given: JsonObject, { required, dependentRequired }: JsonObject): string | null {
  const needed = Array.isArray(required) ? [...required] : [];
  for (const [name, more] of Object.entries(isObject(dependentRequired) ? dependentRequired : {}))
    if (Object.hasOwn(given, name) && Array.isArray(more)) needed.push(...more);
  const missing = needed.find((name) => typeof name === 'string' && !Object.hasOwn(given, name));
  return missing === undefined ? null : String(missing);
}
