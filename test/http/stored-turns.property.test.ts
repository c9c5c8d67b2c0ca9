/** A conversation that is kept turn by turn reaches providers as the same requests as one that is sent whole. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../src/lib/fetch.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { FORMATS, type FormatName } from '../agents/formats.ts';
import type { Part, Spoken } from '../agents/reply.ts';
import { createKeptAnswers } from '../support/kept-answers.ts';
import { createRouter, type Router } from './router.ts';

const tool = (name: string) => ({ type: 'function', name, strict: false, parameters: { type: 'object', properties: { a: {} } } });

/** Text that formats treat in special ways too. */
const text = fc.oneof(fc.constantFrom('Hi', '"é😀\n', '[]', '{"input":1}'), fc.string({ minLength: 1, maxLength: 8 }));

const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text }),
  fc.record({ kind: fc.constant('thinking' as const), text }),
  fc.record({ kind: fc.constant('call' as const), name: fc.constantFrom('look', 'find'), input: fc.record({ a: text }) }),
);

/** What the client sends besides the results of the calls before. */
const ownOf = (text: fc.Arbitrary<string>): fc.Arbitrary<string | JsonObject[]> =>
  fc.oneof(
    text,
    fc.array(
      fc.oneof(
        fc.record({ role: fc.constantFrom('user', 'developer'), content: text }),
        fc.record({
          type: fc.constant('message'),
          role: fc.constant('user'),
          content: fc.array(fc.record({ type: fc.constant('input_text'), text }), { minLength: 1, maxLength: 2 }),
        }),
        fc.record({ role: fc.constant('user'), content: text, id: fc.constantFrom('msg_mine', 'msg_other') }),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  );

type Turn = { own: string | JsonObject[]; reply: Part[]; stream: boolean; how: 'previous' | 'references'; instructions: string | null };
const turnOf = (own: fc.Arbitrary<string | JsonObject[]>): fc.Arbitrary<Turn> =>
  fc.record({
    own,
    reply: fc.array(part, { minLength: 1, maxLength: 3 }),
    stream: fc.boolean(),
    how: fc.constantFrom('previous' as const, 'previous' as const, 'references' as const),
    instructions: fc.option(text),
  });

/** Anthropic refuses a conversation of nothing but white space, so the first turn has more. */
const words = text.filter((one) => one.trim() !== '');
const turns: fc.Arbitrary<Turn[]> = fc
  .tuple(turnOf(ownOf(words)), fc.array(turnOf(ownOf(text)), { minLength: 1, maxLength: 4 }))
  .map(([first, others]) => [first, ...others]);

/** A router in front of a scripted upstream, and what that received. */
function serve(format: FormatName): { router: Router; received: unknown[]; script: (reply: Spoken) => void } {
  const received: unknown[] = [];
  let reply: Spoken = { kind: 'text', text: '' };
  const writer = FORMATS[format];
  const fetch: Fetch = async (url, init) => {
    const body = JSON.parse(await new Response(init?.body ?? '').text()) as JsonObject;
    received.push(body);
    const isStream = writer.isStream(body, String(url));
    const written = isStream ? writer.stream(reply) : JSON.stringify(writer.body(reply));
    return new Response(written, { headers: { 'content-type': isStream ? 'text/event-stream' : 'application/json' } });
  };
  const router = createRouter(writer.variables('https://upstream.example'), fetch, { services: { responses: createKeptAnswers() } });
  return { router, received, script: (next) => void (reply = next) };
}

type Answer = JsonObject & { id: string; output: JsonObject[] };

/** The answer, of a body or of the end of a stream. */
async function answerOf(response: Response): Promise<Answer> {
  const given = await response.text();
  if (response.status !== 200) throw new Error(given);
  if (given.startsWith('{')) return JSON.parse(given) as Answer;
  const last = given.split('\n\n').findLast((frame) => frame.startsWith('event: response.completed'));
  return (JSON.parse(last?.split('\ndata: ')[1] ?? '{}') as { response: Answer }).response;
}

const toItems = (given: string | JsonObject[]): JsonObject[] =>
  typeof given === 'string' ? [{ type: 'message', role: 'user', content: given }] : given;

const referTo = (item: JsonObject): JsonObject => (typeof item['id'] === 'string' ? { type: 'item_reference', id: item['id'] } : item);

describe.each(['chat', 'anthropic', 'gemini', 'responses'] as const)('a conversation in front of %s', (format) => {
  it('reaches the provider as one that is sent whole, however it names the answers before', async () => {
    await fc.assert(
      fc.asyncProperty(turns, async (given) => {
        const [kept, whole] = [serve(format), serve(format)];
        const history: JsonObject[] = [];
        /** Outputs by reference, own items as they are. */
        const referred: JsonObject[] = [];
        let previous: Answer | null = null;
        for (const { own: added, reply, stream, how, instructions } of given) {
          for (const { script } of [kept, whole]) script({ kind: 'parts', parts: reply });
          const results = (previous?.output ?? []).flatMap((item) =>
            item['type'] === 'function_call' ? [{ type: 'function_call_output', call_id: item['call_id'], output: 'done' }] : [],
          );
          const fields = {
            model: FORMATS[format].model,
            tools: [tool('look'), tool('find')],
            store: true,
            stream,
            ...(instructions === null ? {} : { instructions }),
          };
          const items = [...results, ...toItems(added)];
          const short = results.length === 0 ? added : items;
          const body: JsonObject =
            previous === null
              ? { ...fields, input: added }
              : how === 'previous'
                ? { ...fields, input: short, previous_response_id: previous.id }
                : { ...fields, input: [...referred, ...items] };
          const answer: Answer = await answerOf(await kept.router.call('POST', '/v1/responses', body));
          await answerOf(
            await whole.router.call('POST', '/v1/responses', { ...fields, input: previous === null ? added : [...history, ...items] }),
          );
          expect(kept.received.at(-1)).toEqual(whole.received.at(-1));
          expect(answer).toMatchObject({ store: true, previous_response_id: how === 'previous' ? (previous?.id ?? null) : null });
          history.push(...items, ...answer.output);
          referred.push(...items, ...answer.output.map(referTo));
          previous = answer;
        }
      }),
      { numRuns: 25 },
    );
  });
});
