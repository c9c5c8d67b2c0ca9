import { describe, expect, it } from 'vitest';
import { geminiUpstream } from '../../../src/dialects/gemini/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { refusalOf, rendered, reported, type RenderInput } from '../render-input.ts';

const render = (asked?: RenderInput) => rendered(geminiUpstream, asked);
const contentsOf = (...messages: unknown[]) => render({ messages }).body['contents'];
const refusal = (...messages: unknown[]) => refusalOf(geminiUpstream, { messages });
const user = (content: unknown) => ({ role: 'user', content });
const system = (content: string) => ({ role: 'system', content });
const HELLO = { role: 'user', parts: [{ text: 'hello' }] };

describe('Gemini request: parameters', () => {
  it('go into generationConfig, but for those that stand beside it', () => {
    const config = { temperature: 0.5, topP: 0.9, topK: 40, maxOutputTokens: 10, stopSequences: ['END'], seed: 7, candidateCount: 2 };
    const own = { audioTimestamp: true, responseLogprobs: true, logprobs: 3 };
    const top = { safetySettings: [{ category: 'x' }], cachedContent: 'cachedContents/1', labels: { a: 'b' }, serviceTier: 'flex' };
    expect(render({ parameters: { ...config, ...own, ...top } })).toEqual({
      body: { contents: [HELLO], ...top, generationConfig: { ...config, ...own } },
      adjustments: [],
    });
  });

  it('may be none, and the body says nothing of streams', () => {
    expect(render({ stream: true })).toEqual({ body: { contents: [HELLO] }, adjustments: [] });
  });

  it('of kinds of answers are in capitals', () => {
    expect(render({ parameters: { responseModalities: ['text', 'image'] } }).body['generationConfig']).toEqual({
      responseModalities: ['TEXT', 'IMAGE'],
    });
  });
});

describe('Gemini request: a prompt', () => {
  it('is one user message', () => {
    const request = render({ prompt: 'Once upon' });
    expect(request.body['contents']).toEqual([{ role: 'user', parts: [{ text: 'Once upon' }] }]);
    expect(reported(request)).toEqual(['prompt emulated']);
  });
});

describe('Gemini request: reasoning', () => {
  it.each([
    [{ reasoning_effort: 'minimal' }, { includeThoughts: true, thinkingLevel: 'MINIMAL' }, []],
    [{ reasoning_effort: 'high', 'reasoning.enabled': true }, { includeThoughts: true, thinkingLevel: 'HIGH' }, []],
    [{ 'reasoning.max_tokens': 2048 }, { includeThoughts: true, thinkingBudget: 2048 }, []],
    [{ 'reasoning.max_tokens': 2048, 'reasoning.enabled': -1 }, { includeThoughts: true, thinkingBudget: 2048 }, []],
    [{ 'reasoning.max_tokens': 2048, reasoning_effort: 'low' }, { includeThoughts: true, thinkingBudget: 2048 }, []],
    [{ 'reasoning.enabled': true }, { includeThoughts: true }, []],
    [{ 'reasoning.enabled': -1 }, { includeThoughts: true, thinkingBudget: -1 }, []],
    [{ 'reasoning.enabled': false }, { thinkingBudget: 0 }, []],
    [{ 'reasoning.enabled': 0 }, { thinkingBudget: 0 }, []],
    [{ 'reasoning.enabled': 128 }, { thinkingBudget: 128 }, ['reasoning clamped "none" -> 128']],
    [{ 'reasoning.enabled': 'low' }, { thinkingLevel: 'LOW' }, ['reasoning clamped "none" -> "low"']],
  ])('%j', (parameters, thinkingConfig, lines) => {
    const request = render({ parameters });
    expect(request.body['generationConfig']).toEqual({ thinkingConfig });
    expect(reported(request)).toEqual(lines);
  });
});

describe('Gemini request: system text', () => {
  it('has its own place, in the order it came', () => {
    const request = render({ messages: [system('One.'), { role: 'developer', content: [{ type: 'text', text: 'Two.' }] }, user('hello')] });
    expect(request.body).toEqual({ systemInstruction: { parts: [{ text: 'One.' }, { text: 'Two.' }] }, contents: [HELLO] });
    expect(reported(request)).toEqual([]);
  });

  it('in the middle is text of the next user message, which is reported', () => {
    const history = [user('hello'), system('Two.'), { role: 'assistant', content: 'Hi.' }, user('go')];
    const request = render({ messages: [system('One.'), ...history] });
    expect(request.body).toEqual({
      systemInstruction: { parts: [{ text: 'One.' }] },
      contents: [HELLO, { role: 'model', parts: [{ text: 'Hi.' }] }, { role: 'user', parts: [{ text: 'Two.' }, { text: 'go' }] }],
    });
    expect(reported(request)).toEqual(['messages.role emulated']);
  });

  it('alone is what the user says', () => {
    const request = render({ messages: [system('One.'), system('Two.')] });
    expect(request.body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'One.' }, { text: 'Two.' }] }] });
    expect(reported(request)).toEqual(['messages.role renamed "system" -> "user"']);
  });

  it('stands before the first user message, for a model without a place for it', () => {
    const quirks = ['no-system-instruction'];
    const request = render({ quirks, messages: [system('One.'), user('hello'), user('more')] });
    expect(request.body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'One.\n\n' }, { text: 'hello' }, { text: 'more' }] }] });
    expect(reported(request)).toEqual(['messages.role renamed "system" -> "user"']);
    const opened = render({ quirks, messages: [system('One.'), { role: 'assistant', content: 'Hi.' }] });
    expect(opened.body['contents']).toEqual([
      { role: 'user', parts: [{ text: 'One.\n\n' }] },
      { role: 'model', parts: [{ text: 'Hi.' }] },
    ]);
  });
});

describe('Gemini request: messages', () => {
  it('are turns of user and model', () => {
    expect(contentsOf(user('a'), user('b'), { role: 'assistant', content: 'c' }, user([{ type: 'text', text: 'd' }]))).toEqual([
      { role: 'user', parts: [{ text: 'a' }, { text: 'b' }] },
      { role: 'model', parts: [{ text: 'c' }] },
      { role: 'user', parts: [{ text: 'd' }] },
    ]);
  });

  it('without content are left out, and are an error where nothing is left', () => {
    expect(contentsOf(user('a'), { role: 'assistant', content: null }, user(''))).toEqual([{ role: 'user', parts: [{ text: 'a' }] }]);
    expect(refusal(user(''))).toEqual(['messages', 'messages: there is nothing in them to send.']);
  });

  it('lose fields that the format does not read, and it is reported', () => {
    const messages = [
      { ...user('hello'), name: 'Ada', weight: 1 },
      { role: 'assistant', content: null, refusal: 'No.', audio: null },
    ];
    const request = render({ messages });
    expect(request.body['contents']).toEqual([HELLO]);
    expect(reported(request)).toEqual(['messages.name dropped', 'messages.weight dropped', 'messages.refusal dropped']);
  });

  it('lose their cache marks, which are hints, without a report', () => {
    const marked = { type: 'text', text: 'hello', cache_control: { type: 'ephemeral' } };
    const request = render({ messages: [{ role: 'system', content: [marked] }, user([marked])] });
    expect(request.body).toEqual({ systemInstruction: { parts: [{ text: 'hello' }] }, contents: [HELLO] });
    expect(reported(request)).toEqual([]);
  });
});

describe('Gemini request: files', () => {
  const image = (url: string, more: JsonObject = {}) => ({ type: 'image_url', image_url: { url, ...more } });
  const file = (given: JsonObject) => ({ type: 'file', file: given });
  const PNG = 'data:image/png;base64,aXZib3J5';

  it.each([
    [image(PNG), { inlineData: { mimeType: 'image/png', data: 'aXZib3J5' } }],
    [image(PNG, { detail: 'auto' }), { inlineData: { mimeType: 'image/png', data: 'aXZib3J5' } }],
    [file({ file_data: 'data:application/pdf;base64,JVBERg' }), { inlineData: { mimeType: 'application/pdf', data: 'JVBERg' } }],
    [{ type: 'input_audio', input_audio: { data: 'UklG', format: 'WAV' } }, { inlineData: { mimeType: 'audio/wav', data: 'UklG' } }],
    [{ type: 'video_url', video_url: { url: 'data:video/mp4;base64,AAAA' } }, { inlineData: { mimeType: 'video/mp4', data: 'AAAA' } }],
    [image('gs://bucket/a.PNG'), { fileData: { mimeType: 'image/png', fileUri: 'gs://bucket/a.PNG' } }],
    [file({ file_data: 'gs://bucket/unknown' }), { fileData: { fileUri: 'gs://bucket/unknown' } }],
    [
      { type: 'video_url', video_url: 'https://www.youtube.com/watch?v=abc' },
      { fileData: { mimeType: 'video/mp4', fileUri: 'https://www.youtube.com/watch?v=abc' } },
    ],
    [
      file({ file_data: 'https://generativelanguage.googleapis.com/v1beta/files/abc-1' }),
      { fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc-1' } },
    ],
  ])('%j', (part, sent) => {
    const request = render({ messages: [user([part])] });
    expect(request.body['contents']).toEqual([{ role: 'user', parts: [sent] }]);
    expect(reported(request)).toEqual([]);
  });

  it.each([
    [image(PNG, { detail: 'high' }), 'messages.content.image_url.detail dropped "high"'],
    [file({ file_data: PNG, filename: 'a.png' }), 'messages.content.file.filename dropped'],
  ])('%j is reported to lose something', (part, line) => {
    expect(reported(render({ messages: [user([part])] }))).toEqual([line]);
  });

  it.each([
    [file({ file_id: 'file-1' }), 'messages[0].content[0]: this provider knows no file ids.'],
    [image('https://example.org/a.png'), 'messages[0].content[0]: this provider accepts a file here only as a data URI.'],
    [image('data:image/png,plain'), 'messages[0].content[0]: expected a data URI of the form data:<type>;base64,<data>, or a URL.'],
    [{ type: 'input_video', input_video: 1 }, 'messages[0].content[0]: content of type "input_video" cannot be sent to this provider.'],
  ])('%j is refused', (part, message) => {
    expect(refusal(user([part]))).toEqual(['messages[0].content[0]', message]);
  });

  it.each([
    ['https://example.org/a.png', true],
    ['http://generativelanguage.googleapis.com.example.org/v1beta/files/x', true],
    ['https://example.org/?u=https://youtu.be/x', true],
    ['https://youtu.be/abc', false],
    ['https://m.youtube.com/watch?v=abc', false],
    ['https://generativelanguage.googleapis.com/v1beta/files/abc', false],
    ['gs://bucket/a.png', false],
  ])('at %s: to be fetched by the router: %s', (url, wanted) => {
    expect(geminiUpstream.needsBytes?.(url, [])).toBe(wanted);
  });
});
