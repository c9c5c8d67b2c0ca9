/**
 * Fields of an OpenAI-shaped answer to typed events, and pieces of reasoning to text and state. The events of one call come in one piece
 * for a client of the same shape.
 */
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import { stateIn } from '../../../unified/request/reasoning.ts';
import type { PartEvent, StreamEvent } from '../../../unified/response/event.ts';

/** Events for the fields of a message beside its text. @param format whose fields those are that no other event has a place for. */
export function partEvents(choice: number, fields: JsonObject, format: string): PartEvent[] {
  const native: JsonObject = {};
  const events: PartEvent[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'images' && Array.isArray(value)) events.push({ type: 'image', choice, images: value });
    else if (name === 'annotations' && Array.isArray(value)) events.push({ type: 'citation', choice, citations: value });
    else if (name === 'audio' && isObject(value)) events.push({ type: 'audio', choice, audio: value });
    else native[name] = value;
  }
  if (Object.keys(native).length > 0) events.push({ type: 'native', choice, format, fields: native });
  for (const event of events.slice(1)) event.isJoined = true;
  return events;
}

/** A piece of reasoning. @param details the same as OpenRouter's `reasoning_details`; the states in them become events of their own. */
export function reasoningEvents(choice: number, text: string, details: readonly unknown[]): StreamEvent[] {
  const states = details.map(stateIn).filter((state) => state !== null);
  const [first, ...more] = states;
  const fields = details.length === 0 ? {} : { details: [...details] };
  if (first === undefined || text !== '' || details.some(hasText)) {
    return [
      { type: 'reasoning-delta', choice, text, ...fields },
      ...states.map((state) => ({ type: 'reasoning-state', choice, state }) as const),
    ];
  }
  return [
    { type: 'reasoning-state', choice, state: first, ...fields },
    ...more.map((state) => ({ type: 'reasoning-state', choice, state }) as const),
  ];
}

/** Text that the plain text of the reasoning leaves out. */
const hasText = (detail: unknown): boolean => isObject(detail) && (textOf(detail['text']) ?? textOf(detail['summary'])) !== null;
