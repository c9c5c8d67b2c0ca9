/** What all parts of writing a request share: the report, each change once, and names of tools in letters that the format takes. */
import type { Adjustment } from '../../unified/adjustment.ts';
import { createNotes } from '../../unified/notes.ts';

/** The work on one request. */
export type Writing = {
  readonly quirks: readonly string[];
  readonly adjustments: Adjustment[];
  /** Name at the host to the client's own, where they differ. */
  readonly toolNames: Record<string, string>;
  /** Reports a change, unless it is reported already. */
  note(adjustment: Adjustment): void;
  /** The host's name of a tool. */
  toolName(clients: string): string;
};

/** A letter or _ first, at most 64 of these (generativelanguage protos, FunctionDeclaration.name, read 2026-11-20; the SDK says 128). */
const TOOL_NAME = /^[A-Za-z_][\w.:-]{0,63}$/;

/** Digits of the number that keeps two names apart which differ only in what was replaced. */
const DIGEST_CHARACTERS = 7;

export function createWriting(quirks: readonly string[]): Writing {
  const adjustments: Adjustment[] = [];
  const toolNames: Record<string, string> = {};

  const report = createNotes(adjustments, true);

  function note({ param, action, reason, ...values }: Adjustment): void {
    report.add(param, action, reason, values);
  }

  function toolName(clients: string): string {
    if (TOOL_NAME.test(clients)) return clients;
    const plain = `_${clients.replace(/[^\w.:-]/g, '_')}`;
    const name = `${plain.slice(0, 63 - DIGEST_CHARACTERS)}_${digest(clients)}`;
    toolNames[name] = clients;
    const reason = 'this host takes names of 1 to 64 letters, digits and _.:- that begin with a letter or _';
    note({ param: 'tools.function.name', action: 'renamed', from: clients, to: name, reason });
    return name;
  }

  return { quirks, adjustments, toolNames, note, toolName };
}

/** A text as a number of 32 bits (FNV-1a), in letters and digits: the same in each turn, so that cached prompts stay the same. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(36).padStart(DIGEST_CHARACTERS, '0');
}
