/**
 * The loop that callers of openai-python write: `for chunk in stream: chunk.choices[0].delta.content`. It fails with an IndexError on a
 * chunk without choices, and with an AttributeError on a choice without a delta. Held on the bytes, since no Python runs here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../../dev/serve.ts';
import type { OwnUpstream } from '../../support/http-upstream.ts';
import { post } from '../harness.ts';
import { BREAK_OFF, startUpstream, TEXT, TOKENS } from './upstream.ts';

let upstream: OwnUpstream;
let router: ServingOperation;
beforeAll(async () => {
  upstream = await startUpstream();
  router = await serveRouter({ GROQ_BASE_URL: upstream.url, ALLOW_ANONYMOUS: 'true' });
});
afterAll(async () => {
  await router.stop();
  await upstream.stop();
});

/** Of either operation. */
type Chunk = {
  choices: { delta: { content?: string | null }; text?: string }[];
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
  error?: unknown;
};

/** The chunks of a stream, as they are on the wire. */
async function chunksOf(path: string, fields: object): Promise<Chunk[]> {
  const response = await post(`${router.url}${path}`, { model: '@groq/not-listed', stream: true, ...fields });
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: ') && line !== 'data: [DONE]');
  return lines.map((line) => JSON.parse(line.slice(6)) as Chunk);
}

/** What the loop prints; throws where Python would. */
const printed = (chunks: readonly Chunk[]): string =>
  chunks
    .map(({ choices }) => {
      const [choice] = choices;
      if (choice === undefined) throw new Error('IndexError: list index out of range');
      return choice.delta.content ?? '';
    })
    .join('');

describe.each(['/v1', '/api/v1'])('chunk.choices[0].delta.content under %s', (base) => {
  const chatOf = (fields: object) =>
    chunksOf(`${base}/chat/completions`, { messages: [{ role: 'user', content: 'Tell me of rivers.' }], ...fields });

  it('reads the whole text by default, and the last chunk has the usage', async () => {
    const chunks = await chatOf({});
    expect(printed(chunks)).toBe(TEXT);
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: TOKENS.prompt, completion_tokens: TOKENS.completion });
  });

  it('reads the whole text with include_usage false', async () => {
    const chunks = await chatOf({ stream_options: { include_usage: false } });
    expect(printed(chunks)).toBe(TEXT);
    expect(chunks.filter(({ usage }) => usage != null)).toEqual([]);
  });

  it('reads each chunk before the one without choices, with include_usage true', async () => {
    const chunks = await chatOf({ stream_options: { include_usage: true } });
    expect(printed(chunks.slice(0, -1))).toBe(TEXT);
    expect(chunks.at(-1)?.choices).toEqual([]);
  });

  it('reads a broken answer up to its error, which the client raises', async () => {
    const chunks = await chatOf({ messages: [{ role: 'user', content: BREAK_OFF }] });
    expect(TEXT.startsWith(printed(chunks))).toBe(true);
    expect(chunks.filter(({ error }) => error !== undefined)).toEqual([chunks.at(-1)]);
  });

  it('and chunk.choices[0].text read whole texts', async () => {
    const chunks = await chunksOf(`${base}/completions`, { prompt: 'Tell me of rivers.' });
    expect(chunks.map(({ choices }) => choices[0]?.text ?? 'IndexError').join('')).toBe(TEXT);
  });
});
