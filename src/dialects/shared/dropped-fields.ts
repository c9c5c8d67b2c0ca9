/** Reports parts of a conversation that an upstream format does not support: fields of messages, late system text, empty messages. */
import type { AdjustmentLog } from '../../unified/adjustment-log.ts';
import type { Turn } from '../../unified/request/conversation.ts';
import { mustReportDrop, isEmptyValue } from '../../unified/request/message.ts';
import { count, type Tally } from '../openai-common/upstream/messages.ts';
import { resultOf } from './input-turns.ts';

/** Why system text of a later message is moved. */
export const LATE_SYSTEM =
  'this provider accepts system text only before the conversation, so that of later messages is sent as text of the user';

/** Reports fields of messages that do not arrive, and system text that becomes text of the user. @param taken fields that have a place on the wire. */
export function reportDroppedFields(turns: readonly Turn[], taken: ReadonlySet<string>, log: AdjustmentLog): void {
  for (const { fields, role } of turns) {
    for (const field of Object.keys(fields)) {
      if (!taken.has(field) && mustReportDrop(fields, field, role))
        log.add({ param: `messages.${field}`, action: 'dropped', reason: 'this provider does not accept the field' });
    }
  }
  reportEmptyTurns(turns, log);
  const begin = turns.findIndex(({ role }) => role !== 'system');
  const late = begin < 0 ? 0 : turns.slice(begin).filter(({ role }) => role === 'system').length;
  if (late > 0) log.add({ param: 'messages.role', action: 'emulated', from: late, reason: LATE_SYSTEM });
}

/** Fields in which a message may have content outside its blocks. */
const SAYING = ['reasoning', 'reasoning_content', 'refusal', 'images'] as const;

/** Reports empty messages, for formats that reject them. */
export function reportEmptyTurns(turns: readonly Turn[], log: Pick<AdjustmentLog, 'add'>): void {
  const isEmpty = ({ role, blocks, fields }: Turn) =>
    role !== 'system' && blocks.length === 0 && SAYING.every((field) => isEmptyValue(fields[field]));
  const empty = turns.filter(isEmpty).length;
  const reason = 'a message that says nothing is left out: this provider accepts none, and its neighbours may become one turn';
  if (empty > 0) log.add({ param: 'messages', action: 'dropped', from: empty, reason });
}

/** Fields of a message that a format has a place for beside its blocks, by role; absent = none. */
export type FieldsOfTurn = Readonly<Partial<Record<'system' | 'user' | 'assistant' | 'tool', readonly string[]>>>;

/** Counts the fields of a turn that do not arrive, and those of its blocks that are not read. */
export function countDroppedFields(turn: Turn, known: FieldsOfTurn, dropped: Tally): void {
  const { fields, role } = turn;
  const own = known[resultOf(turn) === null ? role : 'tool'] ?? [];
  for (const field of Object.keys(fields)) if (!own.includes(field) && mustReportDrop(fields, field, role)) count(dropped, field);
}
