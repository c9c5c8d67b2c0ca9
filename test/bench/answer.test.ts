/** The checker takes every answer that is right, in each format, and finds what is wrong with one that is not. */
import { describe, expect, it } from 'vitest';
import { findFault, payloadsOf, type Expected } from './answer.ts';
import { eventTexts, OPENING, parseModel, toModel, type Script } from './script.ts';
import { cut, streamFrames, wholeBody, type Format } from './wire.ts';

const script: Script = { events: 60, characters: 0, perFrame: 1, frameBytes: 0, paceMs: 0, calls: 0 };
const FORMATS: readonly Format[] = ['openai', 'anthropic'];

const streamOf = (format: Format, played: Script = script) => Buffer.concat(streamFrames(format, played)).toString();
const expected = (format: Format, changes: Partial<Expected> = {}): Expected => ({ format, script, stream: true, choices: 1, ...changes });

describe.each(FORMATS)('%s', (format) => {
  it('takes the scripted stream, however it is framed', () => {
    for (const played of [script, { ...script, perFrame: 16 }, { ...script, frameBytes: 7 }]) {
      expect(findFault(streamOf(format, played), expected(format))).toBeNull();
    }
  });

  it('takes the scripted body', () => {
    const played = { ...script, events: 1, characters: 5000 };
    expect(findFault(wholeBody(format, played).toString(), expected(format, { stream: false, script: played }))).toBeNull();
  });

  it('finds one character that is lost or changed', () => {
    const whole = streamOf(format);
    expect(findFault(whole.replace('rivers', 'river'), expected(format))).toMatch(/text of choice 0/);
    expect(findFault(whole.replace('wide', 'WIDE'), expected(format))).toMatch(/text of choice 0/);
  });

  it('finds events that are missing, at whatever event the stream ends', () => {
    const blocks = streamOf(format).split('\n\n');
    for (let length = 0; length < blocks.length - 1; length++) {
      const short = blocks.slice(0, length).map((block) => `${block}\n\n`);
      expect(findFault(short.join(''), expected(format)), `${length} of ${blocks.length - 1} events`).not.toBeNull();
    }
  });

  it('finds a wrong count of tokens, and an answer that is no JSON', () => {
    expect(findFault(streamOf(format).replaceAll('_tokens":60', '_tokens":61'), expected(format))).toMatch(/usage/);
    expect(findFault('<html>', expected(format, { stream: false }))).toMatch(/cannot be read/);
  });

  it('has one frame before the content, one after, and as many between as it should', () => {
    expect(streamFrames(format, script)).toHaveLength(62);
    expect(streamFrames(format, { ...script, perFrame: 16 })).toHaveLength(6);
  });
});

it('counts events that were joined, and texts that were', () => {
  const chunk = (index: number, content: string, reason: string | null) =>
    `data: {"choices":[{"index":${index},"delta":{"content":${JSON.stringify(content)}},"finish_reason":${JSON.stringify(reason)}}]}\n\n`;
  const text = eventTexts(script).join('');
  const usage = 'data: {"choices":[],"usage":{"prompt_tokens":25,"completion_tokens":60}}\n\ndata: [DONE]\n\n';
  expect(findFault(chunk(0, text, 'stop') + usage, expected('openai'))).toBe('it has 1 content events, not 60');
  expect(findFault(chunk(0, text, 'stop') + usage, expected('openai', { choices: 2 }))).toBe('it has 1 choices, not 2');
  expect(findFault(chunk(0, text, null) + usage, expected('openai', { script: { ...script, events: 60 } }))).not.toBeNull();
});

it('says so when the last word of a stream is an error', () => {
  const broken = 'data: {"choices":[],"error":{"code":502,"message":"lost"}}\n\n';
  expect(findFault(broken, expected('openai'))).toMatch(/an error in the answer.*lost/);
});

it('reads events past comments, and no event that has not ended', () => {
  expect(payloadsOf(': hello\n\nevent: x\ndata: 1\n\ndata: 2\n\n')).toEqual(['1', '2']);
  expect(() => payloadsOf('data: 1\n\ndata: 2\n')).toThrow(/middle of an event/);
});

it('a script survives as the name of a model', () => {
  const played = { events: 3, characters: 4096, perFrame: 2, frameBytes: 1024, paceMs: 20, calls: 5 };
  expect(parseModel(toModel(played))).toEqual(played);
  expect(parseModel('gpt-5')).toBeNull();
});

it('the opening is in the first event alone, and texts have the length they are asked for', () => {
  expect(eventTexts(script).map((text) => text.includes(OPENING))).toEqual([true, ...Array.from({ length: 59 }, () => false)]);
  expect(eventTexts({ ...script, events: 2, characters: 1000 }).map(({ length }) => length)).toEqual([1000, 1000]);
});

it('bytes in pieces are the same bytes', () => {
  const pieces = cut(Buffer.from('0123456789'), 4);
  expect(pieces.map(String)).toEqual(['0123', '4567', '89']);
});
