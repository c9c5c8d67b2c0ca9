/**
 * Decodes the content blocks of an answer: text, reasoning with its signature, tool calls. A block starts, grows and stops; a complete block
 * does so at once. Blocks of other types (server tools and their results) are reported and dropped.
 */
import { ENTRY_BYTES, sizeOf } from '../../../unified/response/answer-budget.ts';
import type { StreamEvent } from '../../../unified/response/event.ts';
import { arrayOf, textOf, wordOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { DecoderOptions } from '../../dialect.ts';
import { argumentsText, labelOf, speechOf } from '../../openai-common/upstream/speech.ts';
import { reasoningEvents } from '../../openai-common/upstream/parts.ts';
import { CLAUDE_FORMAT } from '../format-name.ts';

type OpenBlock =
  | { kind: 'text' }
  | { kind: 'thinking'; index: number }
  /** `input` is the value at the start of the block; it is used when no delta follows. */
  | { kind: 'tool'; index: number; input: string; hasArguments: boolean };

/** Reads the blocks of one answer. */
export interface BlockReader {
  begin(index: number, block: WireObject): StreamEvent[];
  grow(index: number, delta: WireObject): StreamEvent[];
  stop(index: number): StreamEvent[];
  /** Ends open blocks, and returns the citations. */
  finish(): StreamEvent[];
  /** True after the first event. */
  hasBegun(): boolean;
}

/** @param options `budget`: memory budget for blocks and citations. */
export function createBlockReader({ budget, dropped }: Pick<DecoderOptions, 'budget' | 'dropped'> = {}): BlockReader {
  const open = new Map<number, OpenBlock>();
  const citations: WireObject[] = [];
  let [tools, thoughts] = [0, 0];
  let begun = false;

  function begin(index: number, block: WireObject): StreamEvent[] {
    const ended = stop(index); // a provider that numbers blocks twice
    begun = true;
    budget?.take(block.type === 'tool_use' ? ENTRY_BYTES + sizeOf(block.input) : ENTRY_BYTES);
    switch (block.type) {
      case 'text':
        open.set(index, { kind: 'text' });
        arrayOf(block.citations).forEach(cite);
        return [...ended, ...textDelta(block.text)];
      case 'thinking': {
        const path = thoughts++;
        open.set(index, { kind: 'thinking', index: path });
        return [...ended, ...thought(path, block.thinking, block.signature)];
      }
      case 'redacted_thinking': {
        const detail = { type: 'reasoning.encrypted', data: textOf(block.data) ?? '', format: CLAUDE_FORMAT, index: thoughts++ };
        return [...ended, ...reasoningEvents(0, '', [detail])];
      }
      case 'tool_use': {
        const path = tools++;
        open.set(index, { kind: 'tool', index: path, input: argumentsText(block.input) || '{}', hasArguments: false });
        const [id, name] = [labelOf(block.id), labelOf(block.name)];
        const opening = { ...(id === null ? {} : { id }), ...(name === null ? {} : { name }) };
        return [...ended, { type: 'tool-call-delta', choice: 0, index: path, ...opening, arguments: '' }];
      }
      default:
        dropped?.(
          `content.${wordOf(block.type)}`,
          'calls and results of the tools that the provider runs itself have no place in an answer',
        );
        return ended;
    }
  }

  function grow(index: number, delta: WireObject): StreamEvent[] {
    const block = open.get(index);
    switch (block?.kind) {
      case 'text':
        if (delta.type === 'citations_delta') cite(delta.citation);
        return delta.type === 'text_delta' ? textDelta(delta.text) : [];
      case 'thinking':
        if (delta.type === 'signature_delta') return thought(block.index, null, delta.signature);
        return delta.type === 'thinking_delta' ? thought(block.index, delta.thinking, null) : [];
      case 'tool': {
        const piece = delta.type === 'input_json_delta' ? argumentsText(delta.partial_json) : '';
        if (piece === '') return [];
        block.hasArguments = true;
        return [{ type: 'tool-call-delta', choice: 0, index: block.index, arguments: piece }];
      }
      default:
        return [];
    }
  }

  function stop(index: number): StreamEvent[] {
    const block = open.get(index);
    open.delete(index);
    if (block?.kind !== 'tool' || block.hasArguments) return [];
    return [{ type: 'tool-call-delta', choice: 0, index: block.index, arguments: block.input }];
  }

  /** Reads citations of web pages. OpenRouter has no field for citations of the client's own documents. */
  function cite(citation: unknown): void {
    const url = isObject(citation) ? textOf(citation.url) : null;
    if (!isObject(citation) || url === null) {
      if (isObject(citation)) dropped?.('content.citations', "places in the client's own documents have no place in an answer");
      return;
    }
    const [title, content] = [textOf(citation.title), textOf(citation.cited_text)];
    const cited = { url, ...(title === null ? {} : { title }), ...(content === null ? {} : { content }) };
    budget?.take(sizeOf(cited));
    citations.push({ type: 'url_citation', url_citation: cited });
  }

  function finish(): StreamEvent[] {
    const ended = [...open.keys()].flatMap(stop);
    return citations.length === 0 ? ended : [...ended, { type: 'citation', choice: 0, citations: citations.splice(0) }];
  }

  return { begin, grow, stop, finish, hasBegun: () => begun };
}

function textDelta(given: unknown): StreamEvent[] {
  const text = speechOf(given);
  return text === null ? [] : [{ type: 'text-delta', choice: 0, text }];
}

/** Reads a piece of reasoning and its signature. The text may be empty when the provider hides it. */
function thought(index: number, given: unknown, signed: unknown): StreamEvent[] {
  const [text, signature] = [speechOf(given) ?? '', textOf(signed)];
  if (text === '' && signature === null) return [];
  const detail = { type: 'reasoning.text', text, ...(signature === null ? {} : { signature }), format: CLAUDE_FORMAT, index };
  return reasoningEvents(0, text, [detail]);
}
