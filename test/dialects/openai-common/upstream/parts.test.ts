import { describe, expect, it } from 'vitest';
import { createEncoder } from '../../../../src/dialects/openai-chat/client/encode.ts';
import { partEvents, reasoningEvents } from '../../../../src/dialects/openai-common/upstream/parts.ts';
import { choicesIn } from '../../../support/read-stream.ts';
import { headOf } from '../../answer-head.ts';

const deltas = (events: Parameters<ReturnType<typeof createEncoder>['push']>[0]) =>
  choicesIn(createEncoder(headOf()).push([{ type: 'text-delta', choice: 0, text: 'a' }, ...events]))
    .flat()
    .slice(1)
    .map((choice) => (choice as { delta: unknown }).delta);

describe('partEvents', () => {
  const fields = { annotations: [{ type: 'url_citation' }], images: [{ type: 'image_url' }], search_results: [1], executed_tools: 'x' };

  it('makes a typed event of each known field and one native event of the others', () => {
    expect(partEvents(0, fields, 'openai-chat')).toEqual([
      { type: 'citation', choice: 0, citations: fields.annotations },
      { type: 'image', choice: 0, images: fields.images, isJoined: true },
      { type: 'native', choice: 0, format: 'openai-chat', fields: { search_results: [1], executed_tools: 'x' }, isJoined: true },
    ]);
  });

  it('is written in one chunk by an OpenAI encoder, every field once', () => {
    expect(deltas(partEvents(0, fields, 'openai-chat'))).toEqual([fields]);
  });

  it('is written in two chunks where it came in two pieces', () => {
    const events = [...partEvents(0, { images: [1] }, 'openai-chat'), ...partEvents(0, { images: [2] }, 'openai-chat')];
    expect(deltas(events)).toEqual([{ images: [1] }, { images: [2] }]);
  });

  it('takes a field of another shape as native', () => {
    expect(partEvents(0, { images: 'none', audio: null }, 'openai-chat')).toEqual([
      { type: 'native', choice: 0, format: 'openai-chat', fields: { images: 'none', audio: null } },
    ]);
  });
});

/** A decoder knows no provider. */
const MAKER_UNKNOWN = { provider: null, model: null };

describe('reasoningEvents', () => {
  const signed = { type: 'reasoning.text', text: 'a', signature: 's', format: 'anthropic-claude-v1', index: 0 };
  const sealed = { type: 'reasoning.encrypted', data: 'd', id: 'call_1', format: 'google-gemini-v1', index: 1 };

  it('tells text first and each state after it', () => {
    expect(reasoningEvents(0, 'a', [signed, sealed])).toEqual([
      { type: 'reasoning-delta', choice: 0, text: 'a', details: [signed, sealed] },
      { type: 'reasoning-state', choice: 0, state: { kind: 'signature', format: 'anthropic-claude-v1', data: 's', ...MAKER_UNKNOWN } },
      {
        type: 'reasoning-state',
        choice: 0,
        state: { kind: 'encrypted', format: 'google-gemini-v1', data: 'd', callId: 'call_1', ...MAKER_UNKNOWN },
      },
    ]);
  });

  it('is one state event where there is no text', () => {
    const bare = { ...signed, text: '' };
    expect(reasoningEvents(0, '', [bare])).toEqual([
      {
        type: 'reasoning-state',
        choice: 0,
        state: { kind: 'signature', format: 'anthropic-claude-v1', data: 's', ...MAKER_UNKNOWN },
        details: [bare],
      },
    ]);
  });

  it('is written once by an OpenAI encoder, with or without text', () => {
    expect(deltas(reasoningEvents(0, 'a', [signed, sealed]))).toEqual([{ reasoning: 'a', reasoning_details: [signed, sealed] }]);
    expect(deltas(reasoningEvents(0, '', [sealed]))).toEqual([{ reasoning: '', reasoning_details: [sealed] }]);
  });
});
