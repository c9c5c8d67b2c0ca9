/**
 * Names of tools and ids of calls as a provider accepts them, for all formats alike: rewritten in the tools, in the choice among them and in
 * the history before a format writes its body, and turned back in the answer (`stream/stages/rename-tools.ts`). An id is used once: providers that
 * count their calls anew in each answer (`call_0`) give the same one twice, which others refuse. Ids of the answer are the provider's own.
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import { arrayOf, isObject, type JsonObject } from '../../lib/json.ts';
import type { ToolUse } from '../../unified/request/conversation.ts';
import { createAdjustmentLog } from '../../unified/adjustment-log.ts';
import { createUniqueNames } from '../../lib/unique.ts';
import { fitWords, type WordForm } from './name-mapping.ts';
import type { FittedCall, RenderedRequest } from '../dialect.ts';

/** What a format, or a provider with certain habits, takes. */
export type ToolWords = { names: WordForm; /** Null: ids are decoration here. */ ids: WordForm | null };

/** Makes a format's `render` one that gets fitting words only. */
export function withToolWords(wordsOf: (quirks: readonly string[]) => ToolWords, render: (call: FittedCall) => RenderedRequest) {
  return (call: FittedCall): RenderedRequest => {
    const conversation = call.input.kind === 'messages' ? call.input.conversation : null;
    const uses = conversation?.toolUses() ?? [];
    if (!Array.isArray(call.parameters['tools']) && uses.length === 0) return render(call);
    const { names, ids } = wordsOf(call.quirks);
    const renamed = fitWords([...namesIn(call.parameters['tools'], uses)], names);
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
  const offered = arrayOf(tools).flatMap((tool) => (isObject(tool) && isObject(tool['function']) ? [tool['function']['name']] : []));
  const called = uses.flatMap(({ kind, name }) => (kind === 'call' ? [name] : []));
  return new Set([...offered, ...called].filter((name) => typeof name === 'string'));
}

/** The ids of these uses as they will be sent; null where all ids fit and are used once. */
function distinctIds(uses: readonly ToolUse[], form: WordForm): readonly string[] | null {
  const again = createUniqueNames(
    (id, count) => `${id}\n${count}`,
    uses.flatMap(({ kind, id }) => (kind === 'call' ? [id] : [])),
  );
  /** In which message an id was used last, and which of its uses there have no result yet. */
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

const named = (tool: unknown, rename: (name: unknown) => unknown): unknown =>
  isObject(tool) && isObject(tool['function'])
    ? { ...tool, function: { ...tool['function'], name: rename(tool['function']['name']) } }
    : tool;
