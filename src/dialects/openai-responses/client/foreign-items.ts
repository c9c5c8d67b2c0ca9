/** Describes items of OpenAI's own tools, which no other format has, as text or as left out. */
import { textOf } from '../../../lib/json.ts';
import { callAsText, resultHeading } from '../../../unified/request/tool-text.ts';
import type { Located } from '../../shared/read-fields.ts';

/** A call of one of these was run by the client: its arguments and its result belong to the conversation, so both are written as text. */
const CLIENT_CALLS: Readonly<Record<string, string>> = {
  local_shell_call: 'action',
  shell_call: 'action',
  apply_patch_call: 'operation',
};

/** Calls that OpenAI ran. They hold their result, or its code, as text. */
const HOSTED_CALLS: Readonly<Record<string, string>> = { code_interpreter_call: 'code', mcp_call: 'arguments' };

/** The text for an item, and whose turn it is in; null = it is left out. */
export type ForeignText = { role: 'user' | 'assistant'; text: string } | null;

/** Returns an item of a type that has no block. @param type its `type`. */
export function describeForeign({ value }: Located, type: string): ForeignText {
  const call = Object.hasOwn(CLIENT_CALLS, type) ? CLIENT_CALLS[type] : undefined;
  if (call !== undefined) return { role: 'assistant', text: callAsText(type.replace(/_call$/, ''), asText(value[call])) };
  const called = /^(.+)_call_output$/.exec(type)?.[1];
  if (called !== undefined && Object.hasOwn(CLIENT_CALLS, `${called}_call`))
    return { role: 'user', text: resultText(called, value['output']) };
  const hosted = Object.hasOwn(HOSTED_CALLS, type) ? HOSTED_CALLS[type] : undefined;
  if (hosted === undefined) return null;
  const result = value['output'] ?? value['outputs'];
  const name = textOf(value['name']) ?? type.replace(/_call$/, '');
  const lines = [callAsText(name, asText(value[hosted])), ...(result == null ? [] : [resultText(name, result)])];
  return { role: 'assistant', text: lines.join('\n') };
}

const resultText = (name: string, result: unknown): string => `${resultHeading(name)}\n${asText(result)}`;

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
