/** Answers of every upstream format as Messages: a stream and a body are the same message. What both say: `answers-for-clients.test.ts`. */
import { describe, expect, it } from 'vitest';
import { anthropicClient } from '../../../../src/dialects/anthropic/client/index.ts';
import { createCollector } from '../../../../src/stream/collect.ts';
import { headOf } from '../../answer-head.ts';
import { RECORDED_ANSWERS } from '../../recorded-answers.ts';
import { readMessage } from './read-message.ts';

const request = anthropicClient.parse({ model: 'a/b', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }, () => null);
const meta = headOf({ id: 'msg_1' });

describe('an answer of any format', () => {
  it.each(RECORDED_ANSWERS)('is one message, streamed and not: %s', (_, { events, error }) => {
    const { message, isComplete, error: told } = readMessage(anthropicClient.createEncoder(meta, request).push(events));
    expect([isComplete, told?.['type']]).toEqual(error === null ? [true, undefined] : [false, 'error']);
    if (error !== null) return;
    const collector = createCollector();
    collector.push(events);
    const body: unknown = JSON.parse(JSON.stringify(anthropicClient.encodeBody(collector.result(), meta, request)));
    expect(body).toEqual(message);
  });
});
