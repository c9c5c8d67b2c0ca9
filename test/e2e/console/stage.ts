/** What the browser tests share: one browser, one router with every kind of storage, the simulator, and a provider that answers what a test wants. */
import { chromium, type Browser } from 'playwright-core';
import { once } from '../../../src/lib/memoize.ts';
import { OBJECTS } from '../../dev/serve.ts';
import { bodyOf, contentFrame, ENDING, listen, STREAM_HEADERS } from '../../support/http-upstream.ts';
import { startHarness, type Harness } from '../harness.ts';
import { ADMIN_KEY } from '../manage-keys.ts';
import { findChromium, FLAGS } from './chromium.ts';

/** A key of the router that is no admin key. */
export const CALLER_KEY = 'the-caller-key';

/** A model whose answers are those of `answerWith`. */
export const SCRIPTED_MODEL = '@groq/scripted';

/** Texts by the message that asks for them. */
const scripted = new Map<string, readonly string[]>();

/** Pieces in which the scripted model answers a message. */
export const answerWith = (message: string, pieces: readonly string[]): void => void scripted.set(message, pieces);

/** Errors by the message that is refused with them. */
const refused = new Map<string, string>();

/** Text of the error, with status 400, that the scripted model refuses a message with. */
export const refuseWith = (message: string, text: string): void => void refused.set(message, text);

/** The stage. */
export type Stage = { readonly browser: Browser; readonly harness: Harness; readonly url: string };

/** Served by the first test that needs it. Both end with the process: Playwright and Miniflare see to that. */
export const setStage = once(async (): Promise<Stage> => {
  const upstream = await listen(async (request, response) => {
    const body = JSON.parse(await bodyOf(request)) as { messages?: { content?: unknown }[]; stream?: boolean };
    const said = String(body.messages?.at(-1)?.content);
    const refusal = refused.get(said);
    if (refusal !== undefined) {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: refusal, type: 'invalid_request_error' } }));
      return;
    }
    const pieces = scripted.get(said) ?? ['I was not told what to answer.'];
    if (body.stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' });
      const message = { role: 'assistant', content: pieces.join('') };
      response.end(
        JSON.stringify({
          id: 'c',
          object: 'chat.completion',
          created: 1,
          model: 'm',
          choices: [{ index: 0, message, finish_reason: 'stop' }],
        }),
      );
      return;
    }
    response.writeHead(200, STREAM_HEADERS);
    for (const piece of pieces) response.write(contentFrame(piece));
    response.end(ENDING);
  });
  const [browser, harness] = await Promise.all([
    chromium.launch({ executablePath: findChromium() ?? '', args: FLAGS, timeout: 60_000 }),
    startHarness({ ADMIN_API_KEY: ADMIN_KEY, ROUTER_API_KEYS: CALLER_KEY, ALLOW_ANONYMOUS: 'false', GROQ_BASE_URL: upstream.url }, 0, {
      objects: OBJECTS,
      kv: ['CACHE'],
      d1: ['LEDGER'],
      console: true,
    }),
  ]);
  return { browser, harness, url: harness.url };
});
