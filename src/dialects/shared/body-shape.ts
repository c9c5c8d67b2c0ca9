/** Describes bodies of which a unified request keeps everything, so that requests of several formats can be compared. */
import { isObject } from '../../lib/json.ts';

/**
 * What a value may be. `any`: everything; `scalar`: a text, a number, a boolean; `is`: one of these texts; `list`: a list of such entries;
 * `fields`: an object with these fields and no others; `oneOf`: one of several shapes. A field that is null counts as absent.
 */
export type Shape =
  | 'any'
  | 'scalar'
  | { readonly is: readonly string[] }
  | { readonly list: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> }
  | { readonly oneOf: readonly Shape[] };

/** True when a value has a shape. */
export function hasShape(value: unknown, shape: Shape): boolean {
  if (shape === 'any') return true;
  if (shape === 'scalar') return typeof value !== 'object' && value !== undefined;
  if ('is' in shape) return typeof value === 'string' && shape.is.includes(value);
  if ('list' in shape) return Array.isArray(value) && value.every((entry) => hasShape(entry, shape.list));
  if ('oneOf' in shape) return shape.oneOf.some((one) => hasShape(value, one));
  if (!isObject(value)) return false;
  const { fields } = shape;
  return Object.entries(value).every(([name, entry]) => {
    const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return entry === null || entry === undefined || (known !== undefined && hasShape(entry, known));
  });
}

/** Shape of an object. */
export const withFields = (fields: Readonly<Record<string, Shape>>): Shape => ({ fields });

/** Shape of an object with the field `type` of one value. */
export const ofType = (type: string, fields: Readonly<Record<string, Shape>>): Shape => ({ fields: { type: { is: [type] }, ...fields } });
