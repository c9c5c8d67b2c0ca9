/** What holds for every client package in front of the built Worker, whatever its own words are. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../../dev/serve.ts';
import type { OwnUpstream } from '../../support/http-upstream.ts';
import { BREAK_OFF, startUpstream, TEXT, TOKENS, TURN } from './upstream.ts';

/** An answer as a client package returns it. */
type ClientAnswer = { text: string; promptTokens: number | undefined; completionTokens: number | undefined };

/** A client package, each of its ways in a function. All reject when the package reports an error, also one in the middle of a stream. */
export type Client = {
  /** Asks for a text. */
  ask(model: string, prompt: string, stream: boolean): Promise<ClientAnswer>;
  /** Asks with the tool `TOOL`, runs it (its result is `TURN.result`), and returns what it was called with and the text after that. */
  useTool(model: string, stream: boolean): Promise<{ city: unknown; text: string }>;
};

/** A model with a price, and one whose price is not known. */
const MODELS = ['meta-llama/llama-3.3-70b-instruct', '@groq/not-listed'];

/** Tries a client package. @param base the base path that the package is pointed at. */
export function describeClient(name: string, base: '/v1' | '/api/v1', create: (baseUrl: string) => Client): void {
  let upstream: OwnUpstream;
  let router: ServingOperation;
  let client: Client;
  beforeAll(async () => {
    upstream = await startUpstream();
    router = await serveRouter({ GROQ_BASE_URL: upstream.url, GROQ_API_KEY: 'gsk-0123456789', ALLOW_ANONYMOUS: 'true' });
    client = create(`${router.url}${base}`);
  });
  afterAll(async () => {
    await router.stop();
    await upstream.stop();
  });

  describe.each([false, true])(`${name} (stream: %s)`, (stream) => {
    it.each(MODELS)('%s: reads the text and its usage', async (model) => {
      expect(await client.ask(model, 'Tell me of rivers.', stream)).toEqual({
        text: TEXT,
        promptTokens: TOKENS.prompt,
        completionTokens: TOKENS.completion,
      });
    });

    it.each(MODELS)('%s: calls a tool and reads what is made of its result', async (model) => {
      expect(await client.useTool(model, stream)).toEqual({ city: TURN.city, text: TURN.text });
    });

    it('reports an answer that breaks off as an error', async () => {
      await expect(client.ask('@groq/not-listed', BREAK_OFF, stream)).rejects.toThrow(/connection|broke|lost|ended|unavailable/i);
    });
  });
}
