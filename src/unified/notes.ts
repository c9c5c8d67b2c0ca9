/** The report of what rendering changed: each kind of change once, however often it was made. Decides nothing. */
import type { Adjustment } from './adjustment.ts';
import type { JsonObject } from './json.ts';
import { isMissed, isNothing, type Message } from './message.ts';

/** Takes notes. */
export type Notes = {
  readonly adjustments: Adjustment[];
  add(param: string, action: Adjustment['action'], reason: string, more?: Pick<Adjustment, 'from' | 'to'>): void;
};

/** Most changes of one rendering that are remembered one by one; names that a client makes up may be hundreds of thousands. */
const MAX_NOTES = 1000;

/**
 * @param adjustments where the changes go.
 * @param isByValue changes of different values are different ones.
 */
export function createNotes(adjustments: Adjustment[] = [], isByValue = false): Notes {
  const known = new Set<string>();
  return {
    adjustments,
    add(param, action, reason, more = {}) {
      const key = [param, action, reason, isByValue ? String(more.from) : ''].join('\n');
      if (known.has(key) || known.size > MAX_NOTES) return;
      known.add(key);
      const rest = { param: param.split('.')[0] ?? param, action, reason: `there are more changes like it: ${reason}` };
      adjustments.push(known.size > MAX_NOTES ? rest : { param, action, ...more, reason });
    },
  };
}

/** Tells of fields of messages that do not arrive, and of system text that is hoisted. @param taken fields that have a place on the wire. */
export function noteMessages(messages: readonly Message[], taken: ReadonlySet<string>, notes: Notes): void {
  for (const message of messages) {
    for (const field of Object.keys(message)) {
      const isTaken = taken.has(field) || (field === 'cache_control' && message.role === 'tool');
      if (!isTaken && isMissed(message, field)) notes.add(`messages.${field}`, 'dropped', 'this host does not take the field');
    }
  }
  noteEmpty(messages, notes);
  const isSystem = ({ role }: Message) => role === 'system' || role === 'developer';
  const begin = messages.findIndex((message) => !isSystem(message));
  const late = begin < 0 ? 0 : messages.slice(begin).filter(isSystem).length;
  const reason = 'this host takes system text only before the conversation, so that of later messages is put there';
  if (late > 0) notes.add('messages.role', 'emulated', reason, { from: late });
}

/** Fields in which a message can say something. */
const SAYING = ['content', 'tool_calls', 'reasoning', 'reasoning_content', 'reasoning_details', 'refusal', 'images'] as const;

/** Tells of messages that say nothing, for formats that have no place for them. */
export function noteEmpty(messages: readonly JsonObject[], notes: Pick<Notes, 'add'>): void {
  const isEmpty = ({ role, ...said }: JsonObject) =>
    (role === 'user' || role === 'assistant') && SAYING.every((field) => isNothing(said[field]));
  const empty = messages.filter(isEmpty).length;
  const reason = 'a message that says nothing is left out: this host takes none, and its neighbours may become one turn';
  if (empty > 0) notes.add('messages', 'dropped', reason, { from: empty });
}
