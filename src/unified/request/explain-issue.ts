/**
 * Converts a zod issue into an error for the client: field, value, and what is expected.
 */
import type * as z from 'zod/mini';
import { RouterError } from '../error.ts';
import { isObject, type JsonObject } from '../../lib/json.ts';
import { clientPath, type ParameterNames } from './client-path.ts';
import type { Parameter } from './parameters.ts';

type Issue = z.core.$ZodIssue;

/** Longest value shown in a message, in characters. */
const MAX_SHOWN = 80;

/** The check of one field of a request. */
export type FieldCheck = {
  check: () => z.ZodMiniType;
  /** The parameter whose `expected` goes into the message; undefined = the failed check describes what is expected. */
  known: Parameter | undefined;
  /** Names of the fields in the client's body. */
  names: ParameterNames;
};

/** Checks a field. @param field unified name. @throws RouterError `invalid_request` naming the field as the client did. */
export function checkField(field: string, value: unknown, { check, known, names }: FieldCheck): void {
  const issue = check().safeParse(value).error?.issues[0];
  if (issue !== undefined) throw explainIssue({ ...issue, path: [field, ...issue.path] }, { [field]: value }, { known, names });
}

function explainIssue(issue: Issue, body: JsonObject, { known, names }: Pick<FieldCheck, 'known' | 'names'>): RouterError {
  const deepest = mostSpecific(issue);
  const path = deepest.code === 'unrecognized_keys' ? [...deepest.path, deepest.keys[0] ?? ''] : deepest.path;
  const param = clientPath(names, pathText(path));
  const value = valueAt(body, path);
  const described = path.length === 1 ? known : undefined;
  // The description of a parameter may not include the length limit of a text in it.
  const isLongText = deepest.code === 'too_big' && typeof value === 'string';
  const isDescribed = described !== undefined && !(isLongText && !described.expected.includes(String(deepest.maximum)));
  const expected = isDescribed ? `expected ${described.expected}` : expectation(deepest);
  const isTooLong = deepest.code === 'too_big' && Array.isArray(value);
  const found = value === undefined ? 'is missing' : isTooLong ? `has ${value.length} entries` : `is ${show(value)}`;
  return new RouterError('invalid_request', `${param} ${found}; ${expected}.`, { param });
}

/** Returns the most specific issue of a union: that of the branch that matched deepest. */
function mostSpecific(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  let best: Issue | null = null;
  for (const branch of issue.errors) {
    for (const inner of branch.map(mostSpecific)) {
      const isTooBig = inner.path.length === best?.path.length && inner.code === 'too_big';
      if (best === null || isTooBig || inner.path.length > best.path.length) best = inner;
    }
  }
  // One branch accepted the type but not the size.
  if (best?.path.length === 0 && best.code === 'too_big') return { ...best, path: issue.path };
  // No branch accepted the type, so the issue concerns the field of the union.
  if (best === null || best.path.length === 0) return issue;
  return { ...best, path: [...issue.path, ...best.path] };
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${article(issue.expected)}`;
    case 'too_small':
      return `expected at least ${String(issue.minimum)}${unit(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `expected at most ${String(issue.maximum)}${unit(issue.origin, issue.maximum)}`;
    case 'invalid_value':
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'invalid_format':
      return `expected text of the form ${issue.pattern ?? issue.format}`;
    case 'unrecognized_keys':
      return 'this field does not exist here';
    case 'invalid_union':
      return `expected ${issue.errors.length === 0 ? discriminators(issue) : unionTypes(issue.errors)}`;
    case 'custom':
      return issue.message;
    default:
      return 'the value is not valid here';
  }
}

/** Returns the accepted values of the field that distinguishes the branches. */
function discriminators(issue: Issue): string {
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
  return options.map((option) => JSON.stringify(option)).join(' or ') || 'another kind';
}

/** Returns what the branches of a union accept. */
function unionTypes(branches: readonly (readonly Issue[])[]): string {
  const texts = branches.flatMap((branch) => branch.map(expectation)).filter((text) => text.startsWith('expected '));
  return [...new Set(texts.map((text) => text.slice('expected '.length)))].join(' or ') || 'another value';
}

const article = (type: string) => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

/** Returns the unit of a limit: entries of a list, characters of a text, none for a number. */
function unit(origin: string, count: number | bigint): string {
  if (origin === 'array') return Number(count) === 1 ? ' entry' : ' entries';
  if (origin === 'string') return Number(count) === 1 ? ' character' : ' characters';
  return '';
}

/** Formats a path: `messages[0].content` for ['messages', 0, 'content']. */
function pathText(path: readonly PropertyKey[]): string {
  return path.map((key, position) => (typeof key === 'number' ? `[${key}]` : position === 0 ? String(key) : `.${String(key)}`)).join('');
}

function valueAt(body: JsonObject, path: readonly PropertyKey[]): unknown {
  let value: unknown = body;
  for (const key of path) {
    if (Array.isArray(value) && typeof key === 'number') value = value[key];
    else if (isObject(value) && typeof key === 'string' && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

/** Formats the beginning of a value as JSON. Does not format the rest, which may be megabytes. */
export function show(value: unknown): string {
  const text = preview(value, MAX_SHOWN + 1);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}

/** Formats a value as JSON that is correct in its first `length` characters. */
function preview(value: unknown, length: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, length));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? String(value);
  const isList = Array.isArray(value);
  let text = '';
  for (const key of isList ? value.keys() : Object.keys(value)) {
    if (text.length > length) break;
    const entry = preview((value as JsonObject)[key], length - text.length);
    text += `${text === '' ? '' : ','}${isList ? '' : `${JSON.stringify(String(key).slice(0, length))}:`}${entry}`;
  }
  return isList ? `[${text}]` : `{${text}}`;
}
