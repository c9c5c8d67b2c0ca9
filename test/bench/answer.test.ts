/** The checker takes every answer that is right, in each format, and finds what is wrong with one that is not. */
import { describe, expect, it } from 'vitest';
import { findFault, payloadsOf, type ExpectedShape } from './answer.ts';
import { eventTexts, OPENING, parseModel, toModel, type Script } from './script.ts';
import { cut, streamFrames, wholeBody, type Format } from './wire.ts';

const script: Script = { events: 60, characters: 0, perFrame: 1, frameBytes: 0, paceMs: 0, calls: 0 };
const FORMATS: readonly Format[] = ['openai', 'anthropic'];

const streamOf = (format: Format, played: Script = script) => Buffer.concat(streamFrames(format, played)).toString();
const expected = (format: Format, changes: Partial<ExpectedShape> = {}): ExpectedShape => ({
  format,
  script,
  stream: true,
  choices: 1,
  ...changes,
});

describe.each(FORMATS)("the bench's check of %s", (format) => {
  it('accepts the scripted stream in any framing', () => {
    for (const played of [script, { ...script, perFrame: 16 }, { ...script, frameBytes: 7 }]) {
      expect(findFault(streamOf(format, played), expected(format))).toBeNull();
    }
  });

  it('accepts the scripted body', () => {
    const played = { ...script, events: 1, characters: 5000 };
    expect(findFault(wholeBody(format, played).toString(), expected(format, { stream: false, script: played }))).toBeNull();
  });

  it('reports one character that is lost or changed', () => {
    const whole = streamOf(format);
    expect(findFault(whole.replace('rivers', 'river'), expected(format))).toMatch(/text of choice 0/);
    expect(findFault(whole.replace('wide', 'WIDE'), expected(format))).toMatch(/text of choice 0/);
  });

  it('reports missing events, wherever the stream ends', () => {
    const blocks = streamOf(format).split('\n\n');
    for (let length = 0; length < blocks.length - 1; length++) {
      const short = blocks.slice(0, length).map((block) => `${block}\n\n`);
      expect(findFault(short.join(''), expected(format)), `${length} of ${blocks.length - 1} events`).not.toBeNull();
    }
  });

  it('reports a wrong token count and a body that is not JSON', () => {
    expect(findFault(streamOf(format).replaceAll('_tokens":60', '_tokens":61'), expected(format))).toMatch(/usage/);
    expect(findFault('<html>', expected(format, { stream: false }))).toMatch(/cannot be read/);
  });

  it('expects one frame before the content, one after, and one per token between', () => {
    expect(streamFrames(format, script)).toHaveLength(62);
    expect(streamFrames(format, { ...script, perFrame: 16 })).toHaveLength(6);
  });
});

it('findFault reports joined events and missing choices', () => {
  const chunk = (index: number, content: string, reason: string | null) =>
    `data: {"choices":[{"index":${index},"delta":{"content":${JSON.stringify(content)}},"finish_reason":${JSON.stringify(reason)}}]}\n\n`;
  const text = eventTexts(script).join('');
  const usage = 'data: {"choices":[],"usage":{"prompt_tokens":25,"completion_tokens":60}}\n\ndata: [DONE]\n\n';
  expect(findFault(chunk(0, text, 'stop') + usage, expected('openai'))).toBe('it has 1 content events, not 60');
  expect(findFault(chunk(0, text, 'stop') + usage, expected('openai', { choices: 2 }))).toBe('it has 1 choices, not 2');
  expect(findFault(chunk(0, text, null) + usage, expected('openai', { script: { ...script, events: 60 } }))).not.toBeNull();
});

it('findFault reports a stream that ends with an error', () => {
  const broken = 'data: {"choices":[],"error":{"code":502,"message":"lost"}}\n\n';
  expect(findFault(broken, expected('openai'))).toMatch(/an error in the answer.*lost/);
});

it('payloadsOf skips comments and refuses an unfinished event', () => {
  expect(payloadsOf(': hello\n\nevent: x\ndata: 1\n\ndata: 2\n\n')).toEqual(['1', '2']);
  expect(() => payloadsOf('data: 1\n\ndata: 2\n')).toThrow(/middle of an event/);
});

it('parseModel reads what toModel writes', () => {
  const played = { events: 3, characters: 4096, perFrame: 2, frameBytes: 1024, paceMs: 20, calls: 5 };
  expect(parseModel(toModel(played))).toEqual(played);
  expect(parseModel('gpt-5')).toBeNull();
});

it('eventTexts has the opening in the first text only, and texts of the requested length', () => {
  expect(eventTexts(script).map((text) => text.includes(OPENING))).toEqual([true, ...Array.from({ length: 59 }, () => false)]);
  expect(eventTexts({ ...script, events: 2, characters: 1000 }).map(({ length }) => length)).toEqual([1000, 1000]);
});

it('cut keeps the bytes', () => {
  const pieces = cut(Buffer.from('0123456789'), 4);
  expect(pieces.map(String)).toEqual(['0123', '4567', '89']);
});

it('findFault accepts an answer without usage only where it may come from the cache', () => {
  const cached = wholeBody('openai', script)
    .toString()
    .replace('"prompt_tokens":25,"completion_tokens":60', '"prompt_tokens":0,"completion_tokens":0');
  expect(findFault(cached, expected('openai', { stream: false, mayBeCached: true }))).toBeNull();
  expect(findFault(cached, expected('openai', { stream: false }))).toBe('its usage is 0 + 0 tokens, not 25 + 60');
});
