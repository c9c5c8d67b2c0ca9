/** JSON Schema for the compiler: the keywords that the router reads or writes are known by name. */
import { isObject as isJsonObject, type JsonObject } from '../../lib/json.ts';

type Keyword =
  | '$defs'
  | '$ref'
  | 'additionalProperties'
  | 'allOf'
  | 'anyOf'
  | 'const'
  | 'definitions'
  | 'else'
  | 'enum'
  | 'nullable'
  | 'oneOf'
  | 'pattern'
  | 'properties'
  | 'required'
  | 'then'
  | 'type'
  | 'unevaluatedProperties';

/** A schema that is an object. Other keywords, and names of properties, are read with an index. */
export type SchemaObject = JsonObject & { [keyword in Keyword]?: unknown };

/** True for a plain JSON object (not null, not an array). */
export const isObject: (value: unknown) => value is SchemaObject = isJsonObject;
