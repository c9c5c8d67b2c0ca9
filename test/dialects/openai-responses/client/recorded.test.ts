/** Answers of every wire format, as a Responses client reads them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEncoder } from '../../../../src/dialects/openai-responses/client/encode.ts';
import { encodeBody } from '../../../../src/dialects/openai-responses/client/body.ts';
import { openaiResponsesNative } from '../../../../src/dialects/openai-responses/upstream/native.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { unexpected } from '../../../support/published-exceptions.ts';
import { schemasOf } from '../../../support/published-schemas.ts';
import { headOf } from '../../answer-head.ts';
import { RECORDED_ANSWERS } from '../../recorded-answers.ts';
import { payloadsOf, replay } from '../../replay.ts';
import { responsesReader } from '../../responses-reader.ts';
import { lastResponse, outputOf, readEvents, requestWith } from './answered.ts';
import { readWithOpenAi } from './openai-client.ts';

const schema = schemasOf('openai')?.('Response');
const meta = headOf({ id: 'resp_1' });

/** This format has one answer. */
const ONE_CHOICE = RECORDED_ANSWERS.filter(([, { events }]) => events.every((event) => !('choice' in event) || event.choice === 0));

const [whole, broken] = [ONE_CHOICE.filter(([, { error }]) => error === null), ONE_CHOICE.filter(([, { error }]) => error !== null)];

/** The object that ends the stream, which has to be as published. */
function read(stream: string): JsonObject {
  responsesReader.readStream(stream);
  const last = lastResponse(readEvents(stream));
  expect(unexpected('openai', 'response', schema?.(last) ?? [])).toEqual([]);
  return last;
}

describe('a recorded answer', () => {
  it.each(whole)('is a stream and a body of the format: %s', async (_, { events, result }) => {
    const stream = createEncoder(meta, requestWith()).push(events);
    const output = outputOf(read(stream));
    expect(encodeBody(result, meta, requestWith())['output']).toEqual(output);
    const { response } = await readWithOpenAi(stream);
    expect(response.output).toHaveLength(output.length);
  });

  it.each(broken)('is failed: %s', (_, { events }) => {
    expect(read(createEncoder(meta, requestWith()).push(events))['status']).toBe('failed');
  });
});

const FIXTURES = join(import.meta.dirname, '../../../fixtures/openai-responses');

describe('an answer of the same format', () => {
  it.each(readdirSync(FIXTURES))('is passed on event by event: %s', (file) => {
    const bytes = readFileSync(join(FIXTURES, file));
    const { events, error } = replay(openaiResponsesNative, [bytes]);
    const passed = readEvents(createEncoder(meta, requestWith()).push(events));
    const sent = payloadsOf([bytes]).flatMap((payload) => (payload === '[DONE]' ? [] : [JSON.parse(payload) as JsonObject]));
    // Response objects get the keys that they lack. The last events are the router's: an error is written in both forms, and the last object has its field.
    const own = error === null ? 1 : 2;
    expect(passed.slice(0, -own)).toMatchObject(
      sent.slice(0, passed.length - own).map((one, index) => ({ ...one, sequence_number: index })),
    );
    expect(lastResponse(passed)).toMatchObject({ id: 'resp_0a1', tributary: { id: 'resp_1' } });
  });
});
