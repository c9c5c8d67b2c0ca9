/**
 * Edits a provider file: the rules that were measured, for the one model that was measured, each with a comment that has the date. Comments of
 * the file stay. Pure: text in, text out.
 */
import { findNodeAtLocation, parseTree, type JSONPath, type Node } from 'jsonc-parser';
import type { Operation } from '../../unified/request/parameters.ts';
import type { ParameterDifference } from './compare.ts';

/** Where measured rules are written, and what the comments state. */
export type EditContext = {
  readonly operation: Operation;
  /** The dialect, which distinguishes alternatives of an operation. */
  readonly dialect: string;
  readonly model: string;
  /** True = for all models of the operation, at `parameters`. False = at `byModel`, for this one. */
  readonly forAllModels: boolean;
  /** `YYYY-MM-DD`. */
  readonly date: string;
};

/** Returns the text of the file with the measured rules. */
export function editProviderFile(text: string, differences: readonly ParameterDifference[], context: EditContext): string {
  return differences.reduce((edited, difference) => writeRule(edited, difference, context), text);
}

function writeRule(text: string, { param, differences, rule }: ParameterDifference, context: EditContext): string {
  const base = operationPath(text, context);
  const rules = context.forAllModels ? [...base, 'parameters'] : [...base, 'byModel', context.model, 'parameters'];
  const words = differences
    .map(({ aspect, file, measured }) => `${aspect === 'accepted' ? '' : `${aspect}: `}${measured} (was: ${file})`)
    .join('; ');
  const comment = `measured ${context.date} at ${context.model} with "tributary provider probe": ${words}`;
  // Ignored parameters are a list of the whole operation, so for one model the parameter is refused by a rule.
  return setWithComment(text, { path: [...rules, param], value: rule === 'ignored' ? false : rule, comment });
}

/** The path of the alternative that has the dialect. */
function operationPath(text: string, { operation, dialect }: EditContext): JSONPath {
  const tree = parseTree(text);
  const node = tree === undefined ? undefined : findNodeAtLocation(tree, ['operations', operation]);
  if (node?.type !== 'array') return ['operations', operation];
  const at = (node.children ?? []).findIndex((_, index) => findNodeAtLocation(node, [index, 'dialect'])?.value === dialect);
  return ['operations', operation, Math.max(at, 0)];
}

type Entry = { path: JSONPath; value: unknown; comment: string };

/** Sets a value in one line, with a comment in the line above. A comment that an earlier probe wrote there is replaced. */
function setWithComment(text: string, entry: Entry): string {
  const tree = parseTree(text);
  if (tree === undefined) throw new Error('the provider file is empty');
  const found = findNodeAtLocation(tree, entry.path);
  return found === undefined ? insertEntry(text, tree, entry) : replaceEntry(text, found, entry);
}

function replaceEntry(text: string, node: Node, { value, comment }: Entry): string {
  const start = node.parent?.offset ?? node.offset; // of the property
  const changed = text.slice(0, node.offset) + oneLine(value) + text.slice(node.offset + node.length);
  const lineStart = changed.lastIndexOf('\n', start) + 1;
  const before = changed.slice(lineStart, start);
  const indent = indentOf(before);
  const line = `// ${oneLineText(comment)}\n`;
  // A property that shares its line with others gets a line of its own.
  if (before.trim() !== '') return `${changed.slice(0, start).trimEnd()}\n${indent}${STEP}${line}${indent}${STEP}${changed.slice(start)}`;
  return `${withoutOldComment(changed.slice(0, lineStart))}${before}${line}${changed.slice(lineStart)}`;
}

/** Adds the value at the end of the innermost object that exists, with the objects around it that do not. */
function insertEntry(text: string, tree: Node, { path, value, comment }: Entry): string {
  let depth = path.length - 1;
  while (depth > 0 && findNodeAtLocation(tree, path.slice(0, depth)) === undefined) depth--;
  const parent = findNodeAtLocation(tree, path.slice(0, depth));
  if (parent?.type !== 'object') throw new Error(`the file has no place for ${path.join('.')}`);
  const outer = indentOf(text.slice(text.lastIndexOf('\n', parent.offset) + 1));
  const lines = linesOf(path.slice(depth).map(String), { value, comment }).map((line) => outer + STEP + line);
  const close = parent.offset + parent.length - 1;
  const last = parent.children?.at(-1);
  const end = last === undefined ? parent.offset + 1 : last.offset + last.length;
  // What stands behind the last property, comments and a comma, stays in its line.
  const rest = text.slice(end, close);
  const comma = last === undefined || withoutComments(rest).includes(',') ? '' : ',';
  return `${text.slice(0, end)}${comma}${rest.trimEnd()}\n${lines.join('\n')}\n${outer}${text.slice(close)}`;
}

const STEP = '  ';

/** A property in lines, in the objects around it. */
function linesOf([name = '', ...inner]: readonly string[], entry: Pick<Entry, 'value' | 'comment'>): string[] {
  const key = JSON.stringify(name);
  if (inner.length === 0) return [`// ${oneLineText(entry.comment)}`, `${key}: ${oneLine(entry.value)}`];
  return [`${key}: {`, ...linesOf(inner, entry).map((line) => STEP + line), '}'];
}

const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? '';

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');

/** Removes the comment of an earlier probe from the end of a text. */
const withoutOldComment = (text: string): string => text.replace(/[ \t]*\/\/ measured \d{4}-\d\d-\d\d [^\n]*\n$/, '');

/** A comment is one line: what an upstream sent must not end it. */
const oneLineText = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 400);

/** JSON in one line, with blanks as the formatter writes them. */
function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${oneLine(inner)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
