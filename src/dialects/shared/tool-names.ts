/**
 * Names of tools and ids of calls as a provider accepts them, for all formats alike: rewritten in the tools, in the choice among them and in
 * the history before a format writes its body, and turned back in the answer (`stream/stages/rename-tools.ts`). An id is used once: providers that
 * count their calls anew in each answer (`call_0`) give the same one twice, which others refuse. Ids of the answer are the provider's own.
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import { arrayOf, isObject, type JsonObject } from '../../lib/json.ts';
import type { Message } from '../../unified/request/message.ts';
import { createAdjustmentLog } from '../../unified/adjustment-log.ts';
import { hasToolMessages } from '../../unified/request/normal-messages.ts';
import { createUniqueNames } from '../../lib/unique.ts';
import { fitWords, type WordForm } from './name-mapping.ts';
import type { FittedCall, Rendered } from '../dialect.ts';

/** What a format, or a provider with certain habits, takes. */
export type ToolWords = { names: WordForm; /** Null: ids are decoration here. */ ids: WordForm | null };

/** Makes a format's `render` one that gets fitting words only. */
export function withToolWords(wordsOf: (quirks: readonly string[]) => ToolWords, render: (call: FittedCall) => Rendered) {
  return (call: FittedCall): Rendered => {
    const messages = call.input.kind === 'messages' ? call.input.messages : [];
    if (!Array.isArray(call.parameters['tools']) && !hasToolMessages(messages)) return render(call);
    const { names, ids } = wordsOf(call.quirks);
    const renamed = fitWords([...namesIn(call.parameters['tools'], messages)], names);
    const distinct = ids === null ? null : distinctIds(messages, ids);
    if (renamed.size === 0 && distinct === null) return render(call);
    const rename = (name: unknown) => (typeof name === 'string' ? (renamed.get(name) ?? name) : name);
    const rendered = render({
      ...call,
      input: call.input.kind === 'messages' ? { kind: 'messages', messages: rewrite(messages, rename, distinct) } : call.input,
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

function namesIn(tools: unknown, messages: readonly Message[]): Set<string> {
  const calls = messages.flatMap((message) => arrayOf(message.tool_calls));
  const named = [...arrayOf(tools), ...calls].flatMap((one) =>
    isObject(one) && isObject(one['function']) ? [one['function']['name']] : [],
  );
  return new Set(named.filter((name) => typeof name === 'string'));
}

/** Ids as they will be sent, for the calls and the results in the order in which they stand. */
type DistinctIds = { calls: readonly string[]; results: readonly string[] };

/** Null where all ids fit and are used once. */
function distinctIds(messages: readonly Message[], form: WordForm): DistinctIds | null {
  const given = messages.flatMap((message) => arrayOf(message.tool_calls).map(idOf));
  const again = createUniqueNames((id, count) => `${id}\n${count}`, given);
  /** In which message an id was used last, and which of its uses there have no result yet. */
  const uses = new Map<string, { index: number; waiting: string[]; last: string }>();
  const [calls, results]: [string[], string[]] = [[], []];
  for (const [index, message] of messages.entries()) {
    for (const call of arrayOf(message.tool_calls)) {
      const id = idOf(call);
      const before = uses.get(id);
      const last = before === undefined ? id : again.take(id);
      const waiting = before?.index === index ? before.waiting : [];
      waiting.push(last);
      uses.set(id, { index, waiting, last });
      calls.push(last);
    }
    if (message.role !== 'tool') continue;
    const use = uses.get(message.tool_call_id);
    results.push(use?.waiting.shift() ?? use?.last ?? message.tool_call_id);
  }
  const fitted = fitWords([...new Set([...calls, ...results])], form);
  if (fitted.size === 0) return null;
  const sent = (id: string) => fitted.get(id) ?? id;
  return { calls: calls.map(sent), results: results.map(sent) };
}

const idOf = (call: unknown): string => (isObject(call) ? String(call['id']) : '');

function rewrite(messages: readonly Message[], rename: (name: unknown) => unknown, ids: DistinctIds | null): Message[] {
  let [call, result] = [0, 0];
  const writeCall = (given: unknown): unknown => {
    const id = ids?.calls[call++];
    if (!isObject(given)) return given;
    const named = isObject(given['function']) ? { function: { ...given['function'], name: rename(given['function']['name']) } } : {};
    return { ...given, ...(id === undefined ? {} : { id }), ...named };
  };
  return messages.map((message): Message => {
    if (message.role === 'tool') {
      const id = ids?.results[result++];
      const named = message['name'] == null ? {} : { name: rename(message['name']) };
      return { ...message, ...(id === undefined ? {} : { tool_call_id: id }), ...named };
    }
    if (!Array.isArray(message.tool_calls)) return message;
    const calls = message.tool_calls.map(writeCall);
    return { ...message, tool_calls: calls, ...detailsOf(message, calls) } as Message;
  });
}

/** Thinking that belongs to a call names it by its id. */
function detailsOf(message: JsonObject, calls: readonly unknown[]): JsonObject {
  if (!Array.isArray(message['reasoning_details'])) return {};
  const ids = new Map(arrayOf(message['tool_calls']).map((call, index) => [idOf(call), idOf(calls[index])]));
  const rename = (detail: unknown) =>
    isObject(detail) && typeof detail['id'] === 'string' ? { ...detail, id: ids.get(detail['id']) ?? detail['id'] } : detail;
  return { reasoning_details: message['reasoning_details'].map(rename) };
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
