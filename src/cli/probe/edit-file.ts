/**
 * Edits a provider file: the rules that were measured, for the one model that was measured, each with a comment that has the date. Comments of
 * the file stay. Pure: text in, text out.
 */
import { applyEdits, findNodeAtLocation, modify, parseTree, type JSONPath } from 'jsonc-parser';
import type { Operation } from '../../unified/request/parameters.ts';
import type { ParameterDifference } from './compare.ts';

/** Where measured rules are written, and what the comments state. */
export type EditContext = {
  readonly operation: Operation;
  /** The dialect, which tells alternatives of an operation apart. */
  readonly dialect: string;
  readonly model: string;
  /** True = for all models of the operation, at `parameters`. False = at `byModel`, for this one. */
  readonly forAllModels: boolean;
  /** `YYYY-MM-DD`. */
  readonly date: string;
};

const FORMATTING = { insertSpaces: true, tabSize: 2, eol: '\n' };

/** Returns the text of the file with the measured rules. */
export function editProviderFile(text: string, differences: readonly ParameterDifference[], context: EditContext): string {
  return differences.reduce((edited, difference) => writeRule(edited, difference, context), text);
}

function writeRule(text: string, { param, differences, rule }: ParameterDifference, context: EditContext): string {
  const base = operationPath(text, context);
  const rules = context.forAllModels ? [...base, 'parameters'] : [...base, 'byModel', context.model, 'parameters'];
  const words = differences.map(({ aspect, file, measured }) => `${aspect}: ${measured} (was: ${file})`).join('; ');
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

/** Sets a value in one line, with a comment in the line above. A comment that an earlier probe wrote there is replaced. */
function setWithComment(text: string, { path, value, comment }: { path: JSONPath; value: unknown; comment: string }): string {
  const set = applyEdits(text, modify(text, path, value, { formattingOptions: FORMATTING }));
  const tree = parseTree(set);
  const node = tree === undefined ? undefined : findNodeAtLocation(tree, path);
  const property = node?.parent;
  if (node === undefined || property === undefined) throw new Error(`the file has no place for ${path.join('.')}`);
  const compact = set.slice(0, node.offset) + oneLine(value) + set.slice(node.offset + node.length);
  const lineStart = compact.lastIndexOf('\n', property.offset) + 1;
  const before = compact.slice(lineStart, property.offset);
  const line = `// ${oneLineText(comment)}\n`;
  // A property that shares its line with others gets a line of its own.
  if (before.trim() !== '') return `${compact.slice(0, property.offset).trimEnd()}\n${line}${compact.slice(property.offset)}`;
  return `${withoutOldComment(compact.slice(0, lineStart))}${before}${line}${compact.slice(lineStart)}`;
}

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
