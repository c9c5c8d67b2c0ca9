/**
 * Writes answers of OpenAI legacy completions: the fields of a choice, in a chunk and in a body. Log probabilities have the legacy form,
 * whatever the upstream sent. Does no I/O.
 */
import type { JsonObject } from '../../../lib/json.ts';
import type { CollectedChoice, Result } from '../../../unified/response/result.ts';
import type { ResponseMeta, Encoder } from '../../client-dialect.ts';
import { NO_OPTIONS } from '../../openai-common/client/answer-options.ts';
import { createBody } from '../../openai-common/client/frame.ts';
import { FrameEncoder, type WrittenDelta } from '../../openai-common/client/frame-encoder.ts';
import { groupBlocks } from '../../openai-common/client/group-blocks.ts';
import { toLegacyLogprobs } from '../../openai-common/client/logprobs.ts';

const NOTHING = { text: '', logprobs: null };

/** Writes a stream. */
export function createEncoder(meta: ResponseMeta, options = NO_OPTIONS): Encoder {
  /** UTF-16 units written per choice: where the next token without an offset begins. */
  const written = new Map<number, number>();

  function delta(event: WrittenDelta): JsonObject | null {
    switch (event.type) {
      case 'text-delta': {
        const offset = written.get(event.choice) ?? 0;
        written.set(event.choice, offset + event.text.length);
        return { text: event.text, logprobs: event.logprobs === undefined ? null : toLegacyLogprobs(event.logprobs, offset) };
      }
      case 'refusal-delta':
        return { ...NOTHING, text: event.text };
      case 'reasoning-delta':
        return { ...NOTHING, reasoning: event.text };
      case 'reasoning-state':
        return event.details === undefined ? null : { ...NOTHING, reasoning: '' };
      case 'native':
        return { ...NOTHING, ...event.fields };
      case 'tool-call-delta':
        return null; // no tools can be asked for on this operation
    }
  }

  return new FrameEncoder(
    { object: 'text_completion', meta, options },
    { delta, end: () => NOTHING, broken: () => NOTHING, empty: NOTHING },
  );
}

/** Writes a whole answer. */
export function encodeBody(result: Result, meta: ResponseMeta): JsonObject {
  return createBody(result, meta, { object: 'text_completion', renderChoice });
}

function renderChoice({ blocks }: CollectedChoice): JsonObject {
  const { reasoning, extra, logprobs } = groupBlocks(blocks);
  return {
    // A refusal is text here, in its place: as in a stream.
    text: blocks.map((block) => (block.type === 'text' || block.type === 'refusal' ? block.text : '')).join(''),
    ...(reasoning === '' ? {} : { reasoning }),
    ...extra,
    logprobs: logprobs === null ? null : toLegacyLogprobs(logprobs, 0),
  };
}
