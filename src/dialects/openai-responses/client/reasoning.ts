/** Reads reasoning items: their summary or text, and the state that their maker requires back. */
import { arrayOf, isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import type { Block } from '../../../unified/request/conversation.ts';
import { isEnvelope, readReasoning } from '../../shared/envelope.ts';
import type { Located } from '../../shared/read-fields.ts';

/** Family of reasoning that OpenAI's Responses API encrypts. */
const OPENAI_FAMILY = 'openai-responses-v1';

/**
 * True for an item that an upstream of this format accepts: it has what that format encrypted. Without it the upstream looks for a stored
 * item ("Item with id ... not found"), and an envelope of the router is not its own.
 */
function isOwnReasoning({ encrypted_content: encrypted }: JsonObject): boolean {
  const text = textOf(encrypted);
  return text !== null && !isEnvelope(text);
}

/** Returns an item as blocks; none for an item without text and state. */
export function readReasoningItem({ value, path }: Located): Block[] {
  const texts = [value['summary'], value['content']].map(textsOf).find((some) => some.length > 0) ?? [];
  const id = textOf(value['id']);
  const maker = { format: OPENAI_FAMILY, ...(id === null ? {} : { callId: id }), provider: null, model: null };
  const blocks = readReasoning({
    text: texts.join('\n\n'),
    opaque: textOf(value['encrypted_content']),
    path,
    bare: (data) => ({ kind: 'encrypted', data, ...maker }),
    // An upstream of this format finds what it has stored by the id.
    ...(id === null ? {} : { none: { kind: 'plain', data: '', ...maker } }),
  });
  // The whole item is the original of its last block, so that it is written once.
  return isOwnReasoning(value)
    ? blocks.map((block, index) => (index === blocks.length - 1 ? { ...block, original: value } : block))
    : blocks;
}

const textsOf = (parts: unknown): string[] => arrayOf(parts).flatMap((part) => (isObject(part) ? (textOf(part['text']) ?? []) : []));
