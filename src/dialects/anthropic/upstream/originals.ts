/** How the payloads of the Messages API are carried to a client of the format. */
import { arrayOf, numberOf } from '../../../lib/json.ts';
import type { Carrying } from '../../shared/originals.ts';
import { FORMAT } from '../format-name.ts';
import { isObject, type WireObject } from './wire.ts';

/** Types of blocks whose content comes in events of its own. */
const KNOWN_BLOCKS: ReadonlySet<unknown> = new Set(['text', 'thinking', 'redacted_thinking', 'tool_use']);

/** Deltas that may be empty. */
const KNOWN_DELTAS: ReadonlySet<unknown> = new Set(['text_delta', 'thinking_delta', 'signature_delta', 'input_json_delta']);

/** True for a block that has no event in other formats: of a server tool, a compaction, or a type that is not known. */
const isUnknownBlock = ({ type }: WireObject): boolean => !KNOWN_BLOCKS.has(type);

/** The error of a body or an event in this format. Anthropic's clients read the words of it. */
export const errorBody: Carrying['errorBody'] = (body: WireObject) => (body.type === 'error' && isObject(body.error) ? body : null);

/** Carries the payloads of one answer. */
export function createCarrying(): Carrying {
  /** Index of the last block that began: a client appends text to it. */
  let openIndex: number | null = null;

  function kindOf({ type, content_block: block, delta }: WireObject): ReturnType<Carrying['kindOf']> {
    switch (type) {
      case 'message_start': // a second one, of a gateway that tried again
      case 'message_stop':
        return 'nothing';
      case 'content_block_start':
        return isObject(block) && isUnknownBlock(block) ? 'content' : 'structure';
      case 'content_block_delta':
        return isObject(delta) && !KNOWN_DELTAS.has(delta.type) ? 'content' : 'structure';
      default:
        return 'structure';
    }
  }

  return {
    format: FORMAT,
    kindOf,
    isPlain(payload: WireObject) {
      const { type, index, delta } = payload;
      if (type === 'content_block_start') openIndex = numberOf(index);
      if (type !== 'content_block_delta' || !isObject(delta) || index !== openIndex) return false;
      return delta.type === 'text_delta' && Object.keys(delta).length === 2 && Object.keys(payload).length === 3;
    },
    unknownParts: ({ content }: WireObject) => arrayOf(content).filter(isObject).filter(isUnknownBlock),
    errorBody,
  };
}
