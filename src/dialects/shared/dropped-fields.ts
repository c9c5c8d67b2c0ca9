/** Reports what of a conversation has no place in an upstream format: fields of messages, late system text, empty messages. */
import type { JsonObject } from '../../lib/json.ts';
import type { AdjustmentLog } from '../../unified/adjustment-log.ts';
import { mustReportDrop, isEmptyValue, type Message } from '../../unified/request/message.ts';

/** Tells of fields of messages that do not arrive, and of system text that is hoisted. @param taken fields that have a place on the wire. */
export function reportDroppedFields(messages: readonly Message[], taken: ReadonlySet<string>, log: AdjustmentLog): void {
  for (const message of messages) {
    for (const field of Object.keys(message)) {
      const isTaken = taken.has(field) || (field === 'cache_control' && message.role === 'tool');
      if (!isTaken && mustReportDrop(message, field))
        log.add({ param: `messages.${field}`, action: 'dropped', reason: 'this provider does not accept the field' });
    }
  }
  reportEmptyMessages(messages, log);
  const isSystem = ({ role }: Message) => role === 'system' || role === 'developer';
  const begin = messages.findIndex((message) => !isSystem(message));
  const late = begin < 0 ? 0 : messages.slice(begin).filter(isSystem).length;
  const reason = 'this provider accepts system text only before the conversation, so that of later messages is put there';
  if (late > 0) log.add({ param: 'messages.role', action: 'emulated', from: late, reason });
}

/** Fields in which a message can say something. */
const SAYING = ['content', 'tool_calls', 'reasoning', 'reasoning_content', 'reasoning_details', 'refusal', 'images'] as const;

/** Tells of messages that say nothing, for formats that have no place for them. */
export function reportEmptyMessages(messages: readonly JsonObject[], log: Pick<AdjustmentLog, 'add'>): void {
  const isEmpty = ({ role, ...said }: JsonObject) =>
    (role === 'user' || role === 'assistant') && SAYING.every((field) => isEmptyValue(said[field]));
  const empty = messages.filter(isEmpty).length;
  const reason = 'a message that says nothing is left out: this provider accepts none, and its neighbours may become one turn';
  if (empty > 0) log.add({ param: 'messages', action: 'dropped', from: empty, reason });
}
