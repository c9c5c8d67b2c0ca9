/**
 * Ids and names of tools in the letters that Converse takes (botocore 1.43.107, ToolUseBlock, read 2026-11-20). What does not fit is
 * rewritten in the same way each time, so that a call and its result still meet and a cached prompt stays the same.
 */
import type { Notes } from '../../unified/notes.ts';
import { NINE_CHARACTER_IDS } from './rules.ts';

/** Turns the client's words into the host's. */
export type ToolWords = {
  id(clients: string): string;
  name(clients: string): string;
  /** Name at the host to the client's own, where they differ. */
  readonly renamed: Record<string, string>;
};

const NINE = 9;

export function createToolWords(quirks: readonly string[], notes: Notes): ToolWords {
  const isNine = quirks.includes(NINE_CHARACTER_IDS);
  const renamed: Record<string, string> = {};
  return {
    renamed,
    id(clients) {
      if ((isNine ? /^[A-Za-z0-9]{9}$/ : /^[\w.:-]{1,64}$/).test(clients)) return clients;
      notes.add('messages.tool_calls.id', 'renamed', 'ids of tool calls in the history do not fit this host: rewritten in call and result');
      return isNine ? digest(clients) : withDigest(clients, /[^\w.:-]/g);
    },
    name(clients) {
      if (/^[\w-]{1,64}$/.test(clients)) return clients;
      notes.add('messages.tool_calls.function.name', 'renamed', 'this host takes names of 1 to 64 letters, digits, _ and -');
      const name = withDigest(clients, /[^\w-]/g);
      renamed[name] = clients;
      return name;
    },
  };
}

/** Two texts that differ only in what is replaced must stay two. */
const withDigest = (text: string, strange: RegExp) => `${text.replace(strange, '_').slice(0, 64 - NINE - 1)}_${digest(text)}`;

/** Nine letters and digits that stand for a text: 46 bits of two FNV-like hashes. */
function digest(text: string): string {
  let [one, other] = [0x811c9dc5, 0x1b873593];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x85ebca6b) ^ (other >>> 15);
  }
  const number = (one >>> 0) * 2 ** 14 + ((other ^ (other >>> 16)) & 0x3fff);
  return number.toString(36).padStart(NINE, '0').slice(-NINE);
}
