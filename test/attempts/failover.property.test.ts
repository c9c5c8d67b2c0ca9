/**
 * Whatever upstreams do, in whatever order: the client sees the whole answer or a typed error, exactly one end, no text twice, and no
 * more attempts than are allowed.
 */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { RouterError } from '../../src/unified/error.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { event } from '../dialects/replay.ts';
import { complaintsAboutUsage, createStreamReader } from '../faults/grammar.ts';
import { bodyRead } from '../support/read-stream.ts';
import { bodyOf, counts, refuses, type Respond } from '../support/scripted-upstream.ts';
import { createMultiProvider, host } from '../support/fake-router.ts';
import { whileTimePasses } from '../support/fake-ports.ts';

const TEXT = 'The quick brown fox jumps over the lazy dog, 川 and 🌊 alike.';
const OTHER = 'The quick brown fox sleeps.';
const ATTEMPTS = 4;

/** What one call to an upstream comes to. `after`: how many characters come before it goes wrong. */
type Fault = { kind: 'ok' | 'cut' | 'error event' | 'unreadable' | 'stall' | 'refusal'; text: string; after: number; status: number };

const aFault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom('ok', 'ok', 'cut', 'error event', 'unreadable', 'stall', 'refusal'),
  text: fc.constantFrom(TEXT, TEXT, TEXT, OTHER),
  after: fc.nat(TEXT.length),
  status: fc.constantFrom(400, 401, 403, 404, 408, 409, 413, 425, 429, 500, 502, 503, 529),
});
/** What each of up to three providers does, call by call; then all is well. */
const faults = fc.array(fc.array(aFault, { maxLength: 5 }), { minLength: 1, maxLength: 3 });

const piecesOf = (text: string) => [...text].map((character) => event(CHAT_WIRE.chunk([{ text: character }])));
const endOf = (text: string) =>
  [CHAT_WIRE.chunk([{ finish: 'stop' }]), { choices: [], usage: counts(5, text.length) }, '[DONE]'].map(event);

function respondTo(script: readonly Fault[]): Respond {
  let call = 0;
  return ({ body, signal }) => {
    const { kind, text, after, status } = script[call++] ?? { kind: 'ok', text: TEXT, after: 0, status: 0 };
    if (kind === 'refusal') return refuses('no', status)();
    if (body['stream'] !== true && kind === 'ok')
      return Response.json(CHAT_WIRE.body([{ text, finish: 'stop' }], { usage: counts(5, text.length) }));
    const said = piecesOf(text).slice(0, after);
    if (kind === 'ok') return new Response(bodyOf(...piecesOf(text), ...endOf(text)));
    if (kind === 'cut') return new Response(bodyOf(...said));
    if (kind === 'error event') return new Response(bodyOf(...said, event({ error: { message: 'overloaded', code: 503 } })));
    if (kind === 'unreadable') return new Response(bodyOf(...said, 'data: {"cho\n\n', ...piecesOf(text).slice(after), ...endOf(text)));
    return new Response(stalling(said, signal));
  };
}

/** These pieces, then nothing until it is given up. */
function stalling(pieces: readonly string[], signal: AbortSignal): ReadableStream<Uint8Array> {
  const waiting = [...pieces];
  return new ReadableStream({
    pull(controller) {
      const next = waiting.shift();
      if (next !== undefined) return controller.enqueue(new TextEncoder().encode(next));
      return new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => (controller.error(signal.reason), resolve()), { once: true });
      });
    },
  });
}

it.each([true, false])('the whole answer or a typed error (stream: %s)', async (stream) => {
  await fc.assert(
    fc.asyncProperty(faults, fc.boolean(), async (scripts, sameModel) => {
      const slugs = scripts.map((_, index) => `host-${index}`);
      const router = createMultiProvider(
        scripts.map((script, index) => [host(`host-${index}`), respondTo(script)]),
        { attempts: ATTEMPTS },
      );
      const names = sameModel ? { model: 'any/m' } : { models: slugs.map((slug) => `${slug}/m`) };
      const preferences = { order: slugs, timeouts: { first_content_ms: 2000, idle_ms: 2000 } };
      const asking = async () => {
        try {
          const response = await router.ask({ ...names, stream, provider: preferences });
          return stream ? judgeStream(await response.arrayBuffer()) : judgeBody(await bodyRead(response));
        } catch (thrown) {
          return thrown instanceof RouterError ? [] : [`a bug of ours: ${String(thrown)}`];
        }
      };
      expect(await whileTimePasses(router.clock, asking(), 250)).toEqual([]);
      expect(router.sent.length).toBeLessThanOrEqual(ATTEMPTS);
      expect(router.clock.pending()).toBe(0);
    }),
    { numRuns: 60 },
  );
});

function judgeStream(bytes: ArrayBuffer): string[] {
  const reader = createStreamReader();
  for (const byte of new Uint8Array(bytes)) reader.push(byte);
  reader.end();
  const text = reader.text();
  const isWhole = reader.done();
  const isTrue = [TEXT, OTHER].some((known) => (isWhole ? text === known : known.startsWith(text)));
  // What could not be read was lost on the way, once, and nothing else was: no test can know which character.
  const isMissing = reader.chunks.at(-1)?.adjustments?.some(({ param }) => param === 'stream') === true;
  return [...reader.complaints, ...(isTrue || isMissing ? [] : [`another text: ${text}`])];
}

function judgeBody({ choices, usage }: Awaited<ReturnType<typeof bodyRead>>): string[] {
  const text = choices[0]?.message?.content;
  return [...complaintsAboutUsage(usage), ...(text === TEXT || text === OTHER ? [] : [`another text: ${text}`])];
}
