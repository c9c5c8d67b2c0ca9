/** Copies of items that an upstream of the same format has begun, for an answer that breaks off or that another endpoint continues. */
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import type { AnswerBudget } from '../../../unified/response/answer-budget.ts';
import { CallItem } from './call-item.ts';
import { NO_EVENTS, type EventWriter } from './encode-frames.ts';
import { MessageItem } from './message-item.ts';
import { writeDone, type ItemPlace, type OpenItem } from './output-item.ts';
import { ReasoningItem } from './reasoning-item.ts';

/** An item as the router would have written it. It writes no events, since those of the upstream are passed on, except after `goOn`. */
export type Copy = { item: OpenItem; goOn: () => void; pause: () => void };

/** Copies an item that has begun. */
export function createCopy(
  item: JsonObject,
  { index, budget, frames }: { index: number; budget: AnswerBudget; frames: EventWriter },
): Copy {
  const place = { id: textOf(item['id']) ?? '', index, events: NO_EVENTS, budget };
  return {
    item: copyOf(item, place),
    goOn: () => void (place.events = frames),
    pause: () => void (place.events = NO_EVENTS),
  };
}

function copyOf(item: JsonObject, place: ItemPlace): OpenItem {
  const name = textOf(item['name']) ?? '';
  const callId = textOf(item['call_id']) ?? '';
  const tool = { name, namespace: textOf(item['namespace']) };
  switch (item['type']) {
    case 'message':
      return new MessageItem(place);
    case 'reasoning':
      return new ReasoningItem(place);
    case 'function_call':
      return new CallItem(place, callId, { ...tool, kind: 'function' });
    case 'custom_tool_call':
      return new CallItem(place, callId, { ...tool, kind: 'custom' });
    default:
      return {
        index: place.index,
        close: () => writeDone(place, item),
        unfinished: () => item,
      };
  }
}

/** Does to a copy what a payload does to the item. @param type of the payload, without its prefix. */
export function followPayload(item: OpenItem | undefined, type: string, fields: JsonObject): void {
  const delta = textOf(fields['delta']);
  if (item instanceof MessageItem) followMessage(item, type, fields);
  else if (item instanceof ReasoningItem) followReasoning(item, type, delta);
  else if (item instanceof CallItem && delta !== null) item.addText(delta);
}

function followMessage(item: MessageItem, type: string, fields: JsonObject): void {
  const delta = textOf(fields['delta']);
  const part = isObject(fields['part']) ? fields['part']['type'] : null;
  if (type === 'content_part.added' && (part === 'output_text' || part === 'refusal')) item.beginPart(part);
  else if (type === 'content_part.done') item.endPart();
  else if (type === 'output_text.delta' && delta !== null) item.addText(delta);
  else if (type === 'refusal.delta' && delta !== null) item.addRefusal(delta);
  else if (type === 'output_text.annotation.added') item.addCitation(fields['annotation']);
}

function followReasoning(item: ReasoningItem, type: string, delta: string | null): void {
  if (type === 'reasoning_summary_part.added') item.beginPart();
  else if (type === 'reasoning_summary_part.done') item.endPart();
  else if (type === 'reasoning_summary_text.delta' && delta !== null) item.addText(delta);
}
