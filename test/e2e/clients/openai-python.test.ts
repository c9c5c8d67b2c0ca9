/**
 * The loop that callers of openai-python write: `for chunk in stream: chunk.choices[0].delta.content`. It fails with an IndexError on a
 * chunk without choices, and with an AttributeError on a choice without a delta. Held on the bytes, since no Python runs here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveRouter, type Served } from '../../dev/serve.ts';
import type { OwnUpstream } from '../own-upstream.ts';
import { post } from '../stand.ts';
import { BREAK_OFF, startUpstream, TEXT, TOKENS } from './upstream.ts';

let upstream: OwnUpstream;
let router: Served;
beforeAll(async () => {
  upstream = await startUpstream();
  router = await serveRouter({ GROQ_BASE_URL: upstream.url, ALLOW_ANONYMOUS: 'true' });
});
afterAll(async () => {
  await router.stop();
  await upstream.stop();
});

type Chunk = {
  choices: { delta: { content?: string | null } }[];
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
  error?: unknown;
};

/** The chunks of a stream, as they are on the wire. */
async function chunksOf(base: string, fields: object): Promise<Chunk[]> {
  const body = { model: '@groq/not-listed', messages: [{ role: 'user', content: 'Tell me of rivers.' }], stream: true, ...fields };
  const response = await post(`${router.url}${base}/chat/completions`, body);
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
  it('reads the whole text, and the last chunk has the usage though it was not asked for', async () => {
    const chunks = await chunksOf(base, {});
    expect(printed(chunks)).toBe(TEXT);
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: TOKENS.prompt, completion_tokens: TOKENS.completion });
  });

  it('reads the whole text where usage is declined', async () => {
    const chunks = await chunksOf(base, { stream_options: { include_usage: false } });
    expect(printed(chunks)).toBe(TEXT);
    expect(chunks.filter(({ usage }) => usage != null)).toEqual([]);
  });

  it('reads each chunk before the one without choices, where usage is asked for', async () => {
    const chunks = await chunksOf(base, { stream_options: { include_usage: true } });
    expect(printed(chunks.slice(0, -1))).toBe(TEXT);
    expect(chunks.at(-1)?.choices).toEqual([]);
  });

  it('reads a broken answer up to its error, which the client raises', async () => {
    const chunks = await chunksOf(base, { messages: [{ role: 'user', content: BREAK_OFF }] });
    expect(TEXT.startsWith(printed(chunks))).toBe(true);
    expect(chunks.filter(({ error }) => error !== undefined)).toEqual([chunks.at(-1)]);
  });
});
