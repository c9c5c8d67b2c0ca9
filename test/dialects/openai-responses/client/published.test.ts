/** Answers are as OpenAI publishes them. Skipped where its description is absent. */
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../../../src/unified/response/event.ts';
import { unexpected } from '../../../support/published-exceptions.ts';
import { schemasOf } from '../../../support/published-schemas.ts';
import { call, ended, failed, reasoning, START, text, usageOf } from '../../../stream/events.ts';
import { bodyOf, requestWith, streamed } from './answered.ts';

const schemas = schemasOf('openai');
const request = requestWith({
  patch: { kind: 'custom', name: 'patch', namespace: null },
  ns__f: { kind: 'function', name: 'f', namespace: 'ns' },
  find: { kind: 'tool_search', name: 'find', namespace: null },
});
const STATE = { kind: 'signature', format: 'f', data: 'c2ln', provider: 'p', model: 'm' } as const;
const END: StreamEvent = { type: 'end', usage: usageOf(5, 7, { cachedTokens: 2 }) };
const TOKEN = { token: 'Hi', logprob: -0.5, bytes: null, top: [{ token: 'Ho', logprob: -1, bytes: null }] };

const ANSWERS: Record<string, StreamEvent[]> = {
  'every kind of item': [
    START,
    reasoning('Think.'),
    { type: 'reasoning-state', choice: 0, state: STATE },
    text('Hello'),
    { type: 'citation', choice: 0, citations: [{ type: 'url_citation', url_citation: { url: 'https://a.test', title: 'A' } }] },
    { type: 'refusal-delta', choice: 0, text: 'No.' },
    call(0, { id: 'a', name: 'ns__f', arguments: '{"x":1}' }),
    { type: 'tool-call-delta', choice: 0, index: 1, id: 'b', name: 'patch', arguments: '*** Begin', kind: 'custom' },
    call(2, { id: 'c', name: 'find', arguments: '{"query":"x"}' }),
    { type: 'image', choice: 0, images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } }] },
    ended(),
    END,
  ],
  'log probabilities': [START, { type: 'text-delta', choice: 0, text: 'Hi', logprobs: [TOKEN] }, ended(), END],
  'a cut answer': [START, text('a'), ended(0, 'length'), END],
  'a filtered answer': [START, text('a'), ended(0, 'content_filter'), { type: 'end', usage: null }],
  'an answer that broke off': [START, text('a'), call(0, { id: 'a', name: 'f', arguments: '{' }), failed()],
};

/** The schema of each type of event. */
function schemaOf(type: string): string {
  const name = type.replace(/^response\./, '').replaceAll(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase());
  return NAMES[type] ?? `Response${name}Event`;
}
const NAMES: Readonly<Record<string, string>> = {
  'response.output_text.delta': 'ResponseTextDeltaEvent',
  'response.output_text.done': 'ResponseTextDoneEvent',
};

describe.skipIf(schemas === null)('as OpenAI publishes it', () => {
  it.each(Object.entries(ANSWERS))('is each event of %s', (_, events) => {
    for (const event of streamed(events, { request })) {
      const findings = schemas?.(schemaOf(event.type))(event) ?? [];
      const own = findings.map(({ place, says }) => ({ place: place.replace(/^\/response/, ''), says }));
      expect([event.type, unexpected('openai', 'response', own)]).toEqual([event.type, []]);
    }
  });

  it.each(Object.entries(ANSWERS))('is the body of %s', (_, events) => {
    expect(unexpected('openai', 'response', schemas?.('Response')(bodyOf(events, { request })) ?? [])).toEqual([]);
  });
});
