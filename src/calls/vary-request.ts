/** Makes requests that differ from one by a parameter, to compare what becomes of both. */
import { isObject, type JsonObject } from '../lib/json.ts';
import { valueAt } from '../lib/json-pointer.ts';
import { clientPath } from '../unified/request/client-path.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';

/** The value of a parameter, or of a member of one. */
export const valueOf = (param: string, { parameters }: UnifiedRequest): unknown =>
  Object.hasOwn(parameters, param) ? parameters[param] : valueAt(parameters, `/${param.replaceAll('.', '/')}`);

/** The request without a parameter, or without a part of one; null where it does not have it. */
export function requestWithout(param: string, request: UnifiedRequest): UnifiedRequest | null {
  const { parameters, native, names } = request;
  const fewerParameters = withoutPath(parameters, param);
  const body = native === null ? null : withoutPath(native.body, clientPath(names, param));
  if (fewerParameters === null && body === null) return null;
  return {
    ...request,
    parameters: fewerParameters ?? parameters,
    native: native === null || body === null ? native : { ...native, body },
  };
}

/** An object without the value at a path such as `reasoning.effort`; null where it has none there. */
export function withoutPath(object: Readonly<JsonObject>, path: string): JsonObject | null {
  if (Object.hasOwn(object, path)) {
    const { [path]: _left, ...others } = object;
    return others;
  }
  const dot = path.indexOf('.');
  const [name, rest] = [path.slice(0, dot), path.slice(dot + 1)];
  const inner = dot > 0 && Object.hasOwn(object, name) ? object[name] : undefined;
  const less = isObject(inner) ? withoutPath(inner, rest) : null;
  return less === null ? null : { ...object, [name]: less };
}

/** The request with one parameter, or a member of one, and the tools that some have no meaning without. Null where it does not have it. */
export function requestWithOnly(param: string, request: UnifiedRequest): UnifiedRequest | null {
  const value = valueOf(param, request);
  if (value === undefined) return null;
  const { tools } = request.parameters;
  const [name = '', member] = Object.hasOwn(request.parameters, param) ? [param] : param.split('.');
  const own = { [name]: member === undefined ? value : { [member]: value } };
  return { ...request, parameters: tools === undefined ? own : { tools, ...own } };
}
