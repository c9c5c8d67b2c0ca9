/** How the events of OpenAI Responses are carried to a client of the format. */
import { arrayOf, textOf } from '../../../lib/json.ts';
import type { Carrying } from '../../shared/originals.ts';
import { FORMAT } from '../format-name.ts';
import { isObject, type WireObject } from './wire.ts';

/** Items whose content comes in events of its own. */
const KNOWN_ITEMS: ReadonlySet<unknown> = new Set(['message', 'reasoning', 'function_call', 'custom_tool_call']);

/** True for an item that has no event in other formats: of a tool of the provider, a compaction, or a type that is not known. */
const isUnknownItem = ({ type }: WireObject): boolean => !KNOWN_ITEMS.has(type);

/** Events of known content, which bring no more of it: openings, ends, and repetitions of what came in pieces. */
const STRUCTURE =
  /^response\.(?:created|queued|in_progress|content_part\.\w+|reasoning_summary_part\.\w+|(?:output_text|refusal|reasoning_summary_text|reasoning_text|function_call_arguments|custom_tool_call_input)\.(?:delta|done))$/;

function kindOf({ type, item }: WireObject): ReturnType<Carrying['kindOf']> {
  if (isObject(item)) return isUnknownItem(item) ? 'content' : 'structure';
  return STRUCTURE.test(textOf(type) ?? '') ? 'structure' : 'content';
}

/** The error as OpenAI's body of an HTTP error has it; inside a stream it stands in the event, or in the response. */
export function errorBody(payload: WireObject): WireObject | null {
  const { type, response, error } = payload;
  if (isObject(response)) return isObject(response.error) ? { error: response.error } : null;
  if (type === undefined) return isObject(error) ? payload : null;
  if (isObject(error)) return { error };
  const { message, code = null, param = null } = payload;
  return type === 'error' && typeof message === 'string' ? { error: { message, type: null, param, code } } : null;
}

/** Carries every event, since each has numbers and ids of its own. */
export const CARRYING: Carrying = {
  format: FORMAT,
  kindOf,
  isPlain: () => false,
  unknownParts: ({ output }: WireObject) => arrayOf(output).filter(isObject).filter(isUnknownItem),
  errorBody,
};
