/** The judge is judged: a sound stream gives no complaint, and each way to break it gives one. */
import { describe, expect, it } from 'vitest';
import { createStreamReader } from './grammar.ts';

const HEAD = { id: 'gen-1', object: 'chat.completion.chunk', created: 1, model: 'm', provider: 'P' };
const event = (fields: object) => `data: ${JSON.stringify({ ...HEAD, ...fields })}\n\n`;
const choice = (delta: object, reason: string | null = null) => event({ choices: [{ index: 0, delta, finish_reason: reason }] });
const USAGE = { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 };
const ERROR = {
  code: 502,
  message: 'cut',
  type: 'provider_unavailable',
  metadata: { error_type: 'provider_unavailable', retryable: true },
};

const ROLE = choice({ role: 'assistant', content: '川 ' });
const WORD = choice({ content: '🌊' });
const STOP = choice({}, 'stop');
const BILL = event({ choices: [], usage: USAGE });
const DONE = 'data: [DONE]\n\n';
const SOUND = [ROLE, ': keep-alive\n\n', WORD, STOP, BILL, DONE];
const BROKEN = event({ choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }], error: ERROR, usage: USAGE });

function read(text: string | Buffer) {
  const reader = createStreamReader();
  for (const byte of Buffer.from(text)) reader.push(byte);
  reader.end();
  return { text: reader.text(), done: reader.done(), complaints: reader.complaints };
}

describe('the grammar accepts a stream', () => {
  it('with a whole answer', () => {
    expect(read(SOUND.join(''))).toEqual({ text: '川 🌊', done: true, complaints: [] });
  });

  it('that ends with a typed error', () => {
    expect(read(ROLE + BROKEN)).toEqual({ text: '川 ', done: false, complaints: [] });
  });
});

it.each([
  ['[DONE] is missing', [ROLE, STOP, BILL], 'an end without [DONE] and without an error'],
  ['[DONE] follows an error', [ROLE, BROKEN, DONE], '[DONE] after an error'],
  ['something follows [DONE]', [...SOUND, WORD], 'something after [DONE]'],
  ['two ends', [ROLE, STOP, STOP, BILL, DONE], '2 finish reasons instead of one'],
  ['no end', [ROLE, BILL, DONE], '0 finish reasons instead of one'],
  ['text after the end', [ROLE, STOP, WORD, BILL, DONE], 'a choice goes on after its end'],
  ['no usage', [ROLE, STOP, DONE], '0 usage objects instead of one'],
  ['two usages', [ROLE, STOP, BILL, BILL, DONE], '2 usage objects instead of one'],
  ['a usage that does not add up', [ROLE, STOP, BILL.replace(':4}', ':5}'), DONE], 'usage does not add up'],
  ['no role', [WORD, STOP, BILL, DONE], 'not one role in the first chunk'],
  ['a second role', [ROLE, ROLE, STOP, BILL, DONE], 'not one role in the first chunk'],
  ['another head', [ROLE, WORD.replace('"P"', '"Q"'), STOP, BILL, DONE], '2 different heads'],
  ['a carriage return', [ROLE.replace('\n\n', '\r\n\n'), STOP, BILL, DONE], 'a carriage return'],
  ['an event that is no JSON', [ROLE, 'data: {"choi\n\n', STOP, BILL, DONE], 'an event that is no JSON'],
  ['an id line', [ROLE, 'id: 7\n\n', STOP, BILL, DONE], 'neither an event nor a comment'],
  ['a stop inside an event', [ROLE, STOP, BILL, DONE.slice(0, -2)], 'the stream stops inside an event'],
  ['an untyped error', [ROLE, BROKEN.replace('"error_type":"provider_unavailable",', '')], 'is not error.type'],
])('the grammar reports %s', (_, frames, complaint) => {
  expect(read(frames.join('')).complaints.join('; ')).toContain(complaint);
});

it('the grammar reports half a character', () => {
  const bytes = Buffer.from(ROLE + WORD);
  expect(read(Buffer.concat([bytes.subarray(0, bytes.indexOf('🌊') + 2), Buffer.from('"\n\n')])).complaints).toContain(
    'bytes that are no UTF-8',
  );
});
