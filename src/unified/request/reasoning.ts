/**
 * Reads `reasoning_details`: reasoning as blocks that a client keeps and returns unchanged, so that signatures and encrypted reasoning
 * survive a turn (https://openrouter.ai/docs/use-cases/reasoning-tokens, read 2026-08-22).
 */
import { isObject, textOf, type JsonObject } from '../../lib/json.ts';

/**
 * One block. `type` is `reasoning.text` (with `text` and `signature`), `reasoning.summary` (`summary`) or `reasoning.encrypted`
 * (`data`); `format` names the family that made it, e.g. `anthropic-claude-v1`, and `index` its place in the answer.
 */
export type ReasoningDetail = JsonObject & { type: string };

/**
 * Data that must be returned with reasoning to the provider that made it, and to no other.
 */
export type ReasoningState = {
  /** A signature of the text, the encrypted reasoning itself, or nothing: `plain` states only who wrote the text. */
  kind: 'signature' | 'encrypted' | 'plain';
  /** The family that made it (see {@link ReasoningDetail}); `unknown` where the upstream does not say. */
  format: string;
  /** Verbatim. Empty for `plain`. */
  data: string;
  /** The tool call or image it belongs to, or what its maker calls the item (`rs_…`). */
  callId?: string;
  /** Slug of the provider that made it. Null = not known: the upstream's own value, or a client that cannot carry the maker. */
  provider: string | null;
  /** Id of the model at that provider. Null = not known. */
  model: string | null;
};

/** The endpoint that made reasoning: slug of the provider, and id of the model there. */
export type ReasoningMaker = { provider: string; model: string };

/** Format of reasoning whose family is not known (OpenRouter's name, https://openrouter.ai/docs/use-cases/reasoning-tokens). */
const UNKNOWN_FORMAT = 'unknown';

/**
 * The state of reasoning that ended without one: its text can go back to its maker. A mere summary has no family, since no format accepts one
 * without what it sums up. @param last the last piece of it, as a detail.
 */
export function plainState({ provider, model }: ReasoningMaker, last: unknown): ReasoningState {
  const detail: JsonObject = isDetail(last) && last.type !== 'reasoning.summary' ? last : {};
  const [format, callId] = [textOf(detail['format']) ?? UNKNOWN_FORMAT, textOf(detail['id'])];
  return { kind: 'plain', format, data: '', ...(callId === null ? {} : { callId }), provider, model };
}

/** Who is to read a history. `isNative`: it has the client's own format, and made the values whose maker is not known. */
export type ReasoningReader = { provider: string; isNative: boolean };

/** True when the reader made it. The maker of a value in an upstream's own format is not known, and only such an upstream gets it. */
export function isOwn(state: ReasoningState | null, { provider, isNative }: ReasoningReader): boolean {
  if (state === null) return false;
  return state.provider === null ? isNative : state.provider === provider;
}

/** Returns the state in a block, or null. A block without a format is from Claude, OpenRouter's default. */
export function stateIn(detail: unknown): ReasoningState | null {
  if (!isDetail(detail)) return null;
  const isEncrypted = detail.type === 'reasoning.encrypted';
  const data = textOf(isEncrypted ? detail['data'] : detail['signature']);
  if (data === null) return null;
  const callId = textOf(detail['id']);
  const kind = isEncrypted ? 'encrypted' : 'signature';
  const format = textOf(detail['format']) ?? 'anthropic-claude-v1';
  return { kind, format, data, ...(callId === null ? {} : { callId }), provider: null, model: null };
}

/** Fields that are streamed in pieces. */
const GROWING = ['text', 'summary', 'data'] as const;

/**
 * Joins streamed pieces into blocks: neighbours with the same type and index are one block. Complete blocks are unchanged, so a client may
 * keep either the pieces or the joined blocks.
 */
export function joinReasoningDetails(pieces: readonly unknown[]): ReasoningDetail[] {
  const blocks: ReasoningDetail[] = [];
  /** The last block, if it is a copy that may be changed: the pieces belong to the client. */
  let own: ReasoningDetail | null = null;
  for (const piece of pieces) {
    if (!isDetail(piece)) continue;
    const last = blocks.at(-1);
    if (last !== undefined && continues(last, piece)) {
      own ??= blocks[blocks.length - 1] = { ...last };
      addTo(own, piece);
    } else {
      blocks.push(piece);
      own = null;
    }
  }
  return blocks;
}

const isDetail = (value: unknown): value is ReasoningDetail => isObject(value) && typeof value['type'] === 'string';

/** True when a piece continues a block: same type, index and id. Without an index every piece is a block. */
function continues(block: ReasoningDetail, piece: ReasoningDetail): boolean {
  if (block.type !== piece.type || typeof block['index'] !== 'number' || block['index'] !== piece['index']) return false;
  return textOf(block['id']) === null || textOf(piece['id']) === null || block['id'] === piece['id'];
}

function addTo(joined: ReasoningDetail, piece: ReasoningDetail): void {
  for (const [key, value] of Object.entries(piece)) {
    const before = joined[key];
    const grows = (GROWING as readonly string[]).includes(key) && typeof before === 'string' && typeof value === 'string';
    if (grows) joined[key] = before + value;
    else if (value !== null && value !== undefined) joined[key] = value;
  }
}
