/**
 * Converts tool names and call ids to the form that a provider accepts, in the tools, the tool choice and the history, before a format writes
 * its body. They are restored in the answer (`stream/stages/rename-tools.ts`). Ids are made unique, because providers that number calls per
 * answer (`call_0`) repeat ids, which others reject. Ids in the answer are the provider's.
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import { arrayOf, isObject, type JsonObject } from '../../lib/json.ts';
import type { ToolUse } from '../../unified/request/conversation.ts';
import { createAdjustmentLog } from '../../unified/adjustment-log.ts';
import { createUniqueNames } from '../../lib/unique.ts';
import { fitWords, type WordForm } from './name-mapping.ts';
import type { FittedCall, RenderedRequest } from '../dialect.ts';

/** The accepted forms of a format or a provider. */
export type ToolWords = {
  /** Null: names go out as they are. */
  names: WordForm | null;
  /** Null: ids are decoration here. */
  ids: WordForm | null;
};

const NO_WORDS: ReadonlyMap<string, string> = new Map();

/** Makes a format's `render` one that gets fitting words only. */
export function withToolWords(wordsOf: (quirks: readonly string[]) => ToolWords, render: (call: FittedCall) => RenderedRequest) {
  return (call: FittedCall): RenderedRequest => {
    const conversation = call.input.kind === 'messages' ? call.input.conversation : null;
    const uses = conversation?.toolUses() ?? [];
    if (!Array.isArray(call.parameters['tools']) && uses.length === 0) return render(call);
    const { names, ids } = wordsOf(call.quirks);
    const renamed = names === null ? NO_WORDS : fitWords([...namesIn(call.parameters['tools'], uses)], names);
    const distinct = ids === null ? null : distinctIds(uses, ids);
    if (renamed.size === 0 && distinct === null) return render(call);
    const rename = <Name>(name: Name) => (typeof name === 'string' ? (renamed.get(name) ?? name) : name);
    const rewritten = uses.map((use, index) => ({ ...use, id: distinct?.[index] ?? use.id, name: rename(use.name) }));
    const rendered = render({
      ...call,
      input: conversation === null ? call.input : { kind: 'messages', conversation: conversation.withToolUses(rewritten) },
      parameters: renamed.size === 0 ? call.parameters : renameIn(call.parameters, rename),
    });
    if (renamed.size === 0) return rendered;
    const toolNames = Object.fromEntries([...renamed].map(([own, sent]) => [sent, own]));
    return { ...rendered, adjustments: [...rendered.adjustments, ...describe(renamed)], mapping: { ...rendered.mapping, toolNames } };
  };
}

function describe(renamed: ReadonlyMap<string, string>): Adjustment[] {
  const log = createAdjustmentLog([], true);
  const reason = 'this provider does not accept it as the name of a tool; in the answer it bears your name again';
  for (const [from, to] of renamed) log.add({ param: 'tools.function.name', action: 'renamed', from, to, reason });
  return log.adjustments;
}

function namesIn(tools: unknown, uses: readonly ToolUse[]): Set<string> {
  const offered = arrayOf(tools).flatMap((tool) => {
    const kind = kindOf(tool);
    return kind === null ? [] : [kind.made['name']];
  });
  const called = uses.flatMap(({ kind, name }) => (kind === 'call' ? [name] : []));
  return new Set([...offered, ...called].filter((name) => typeof name === 'string'));
}

/** Returns the ids to send; null when all ids are valid and unique. */
function distinctIds(uses: readonly ToolUse[], form: WordForm): readonly string[] | null {
  const again = createUniqueNames(
    (id, count) => `${id}\n${count}`,
    uses.flatMap(({ kind, id }) => (kind === 'call' ? [id] : [])),
  );
  /** For each id: the message of its last use, and its uses there without a result. */
  const known = new Map<string, { message: number; waiting: string[]; last: string }>();
  const ids = uses.map(({ kind, message, id }): string => {
    const before = known.get(id);
    if (kind === 'result') return before?.waiting.shift() ?? before?.last ?? id;
    const last = before === undefined ? id : again.take(id);
    const waiting = before?.message === message ? before.waiting : [];
    waiting.push(last);
    known.set(id, { message, waiting, last });
    return last;
  });
  const fitted = fitWords([...new Set(ids)], form);
  return fitted.size === 0 ? null : ids.map((id) => fitted.get(id) ?? id);
}

function renameIn(parameters: Readonly<JsonObject>, rename: (name: unknown) => unknown): JsonObject {
  const renamed: JsonObject = { ...parameters };
  if (Array.isArray(parameters['tools'])) renamed['tools'] = parameters['tools'].map((tool) => named(tool, rename));
  const { tool_choice: choice } = parameters;
  if (!isObject(choice)) return renamed;
  const { allowed_tools: allowed } = choice;
  renamed['tool_choice'] = isObject(allowed)
    ? { ...choice, allowed_tools: { ...allowed, tools: arrayOf(allowed['tools']).map((tool) => named(tool, rename)) } }
    : named(choice, rename);
  return renamed;
}

function named(tool: unknown, rename: (name: unknown) => unknown): unknown {
  const kind = kindOf(tool);
  return kind === null ? tool : { ...kind.tool, [kind.field]: { ...kind.made, name: rename(kind.made['name']) } };
}

/** The function or the custom tool in a tool; null for a tool of the provider. */
function kindOf(tool: unknown): { tool: JsonObject; field: string; made: JsonObject } | null {
  if (!isObject(tool)) return null;
  for (const field of ['function', 'custom']) {
    const made = tool[field];
    if (isObject(made)) return { tool, field, made };
  }
  return null;
}
