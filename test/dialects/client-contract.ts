/**
 * The laws that every client format for text keeps, as one suite: each kind of event has a place in a stream and in a body, both say the
 * same, an answer that broke off never looks complete, and every error names a field as the client did. What differs between formats is
 * how an answer is read back, and that is what a {@link ClientReader} says.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResponseMeta, TextClientDialect } from '../../src/dialects/client-dialect.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { createCollector } from '../../src/stream/collect.ts';
import { RouterError } from '../../src/unified/error.ts';
import { ERROR_TYPES, type ErrorType } from '../../src/unified/error-type.ts';
import { PARAMETERS } from '../../src/unified/request/parameters.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { call, ended, reasoning, START, text, usageOf } from '../stream/events.ts';
import { headOf } from './answer-head.ts';
import { anyText } from '../support/any-text.ts';

/** One choice, as a client reads it. `error`: why it broke off. */
export type ReadChoice = {
  text: string;
  reasoning: string;
  calls: { id: string; name: string; arguments: string }[];
  images: number;
  finish: string | null;
  error: string | null;
};

/** An answer, as a client reads it. `adjusted`: names of changed parameters. `isComplete`: it ended, and not by an error. */
export type ReadAnswer = {
  id: string;
  choices: ReadChoice[];
  tokens: [prompt: number, completion: number] | null;
  adjusted: string[];
  error: string | null;
  isComplete: boolean;
};

/** How answers of a format are read. */
export type ClientReader = {
  client: TextClientDialect;
  /** The least body that is a request, with these fields in it. */
  body(fields?: JsonObject): JsonObject;
  /** What the format has no place for. */
  lacks: readonly ('calls' | 'images' | 'choices')[];
  /** @throws Error for a stream against the format's grammar: a second end of a choice, text after it, a cut frame. */
  readStream(text: string): ReadAnswer;
  readBody(body: JsonObject): ReadAnswer;
  /** An error body before a stream. `field`: the parameter at fault. */
  readError(body: JsonObject): { message: string; field: string | null };
};

/** A choice that nothing is known of yet. */
export const emptyChoice = (): ReadChoice => ({ text: '', reasoning: '', calls: [], images: 0, finish: null, error: null });

const END: StreamEvent = { type: 'end', usage: usageOf(5, 7) };
const BROKEN = new RouterError('provider_unavailable', 'it broke off', { param: 'stop[0]' });
const brokenAfter = (openChoices: number[]): StreamEvent => ({ type: 'error', error: BROKEN, usage: usageOf(5, 2), openChoices });
const refusal = (piece: string): StreamEvent => ({ type: 'refusal-delta', choice: 0, text: piece });
const image: StreamEvent = { type: 'image', choice: 0, images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } }] };
const CALLS = [
  call(0, { id: 'a', name: 'f' }),
  call(0, { arguments: '{"x":' }),
  call(0, { arguments: '1}' }),
  call(1, { id: 'b', name: 'g' }),
];

type Kind = [name: string, events: StreamEvent[], expected: Partial<ReadChoice>];

/** Answers with calls. */
const callKinds = (calls: ReadChoice['calls']): Kind[] => [
  ['tool calls', CALLS, { calls }],
  [
    'tool calls whose pieces come mixed',
    [
      call(0, { id: 'a', name: 'f', arguments: '{"x"' }),
      call(1, { id: 'b', name: 'g', arguments: '{"y":' }),
      call(0, { arguments: ':1}' }),
      call(1, { arguments: '2}' }),
    ],
    {
      calls: [
        { id: 'a', name: 'f', arguments: '{"x":1}' },
        { id: 'b', name: 'g', arguments: '{"y":2}' },
      ],
    },
  ],
  [
    'reasoning and text between calls',
    [
      reasoning('One. '),
      text('First '),
      call(0, { id: 'a', name: 'f', arguments: '{"x":1}' }),
      reasoning('Two.'),
      text('second.'),
      call(1, { id: 'b', name: 'g' }),
    ],
    { text: 'First second.', reasoning: 'One. Two.', calls },
  ],
];

/** Pieces of one choice in the order that every format can keep, then its end. */
const choiceEvents = (choice: number) =>
  fc
    .record({
      thoughts: fc.array(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 3 }),
      texts: fc.array(anyText({ minLength: 1, maxLength: 4 }), { maxLength: 4 }),
      calls: fc.array(fc.string({ maxLength: 4 }), { maxLength: 2 }),
      reason: fc.constantFrom('stop' as const, 'length' as const, 'content_filter' as const),
    })
    .map(({ thoughts, texts, calls, reason }) => [
      ...thoughts.map((piece) => reasoning(piece, choice)),
      ...texts.map((piece) => text(piece, choice)),
      ...calls.map((piece, index) => call(index, { id: `call_${index}`, name: 'f', arguments: piece }, choice)),
      ended(choice, calls.length > 0 ? 'tool_calls' : reason),
    ]);

/** Answers of at most so many choices, up to three, whose pieces come mixed. */
const anyAnswer = (most: number) =>
  fc
    .tuple(fc.tuple(choiceEvents(0), choiceEvents(1), choiceEvents(2)), fc.integer({ min: 1, max: most }), fc.array(fc.nat({ max: 2 })))
    .map(([choices, count, order]): StreamEvent[] => {
      const waiting = choices.slice(0, count).map((events) => [...events]);
      const mixed = order.flatMap((choice) => waiting[choice]?.splice(0, 1) ?? []);
      return [START, ...mixed, ...waiting.flat(), END];
    });

/** Runs the suite for one format. */
export function describeClient(reader: ClientReader): void {
  const { client, lacks } = reader;
  const hasChoices = !lacks.includes('choices');
  const noHeaders = () => null;
  const request = client.parse(reader.body(), noHeaders);
  const written = (events: readonly StreamEvent[], meta: Partial<ResponseMeta> = {}) =>
    client.createEncoder(headOf(meta), request).push(events);
  const streamed = (...events: StreamEvent[]) => reader.readStream(written(events));
  const whole = (events: readonly StreamEvent[], meta: Partial<ResponseMeta> = {}) => {
    const collector = createCollector();
    collector.push(events);
    return reader.readBody(JSON.parse(JSON.stringify(client.encodeBody(collector.result(), headOf(meta), request))) as JsonObject);
  };

  describe('each kind of event', () => {
    const calls = [
      { id: 'a', name: 'f', arguments: '{"x":1}' },
      { id: 'b', name: 'g', arguments: '' },
    ];
    const kinds: Kind[] = [
      ['text', [text('Grüße "'), text('🌊\n\u2028')], { text: 'Grüße "🌊\n\u2028', finish: 'stop' }],
      ['reasoning', [reasoning('Let me '), reasoning('think.'), text('Hi')], { reasoning: 'Let me think.', text: 'Hi' }],
      ['a refusal', [refusal('I '), refusal('cannot.')], { text: 'I cannot.' }],
      ['nothing but an end', [], { text: '', finish: 'stop' }],
      ...(lacks.includes('calls') ? [] : callKinds(calls)),
      ...(lacks.includes('images')
        ? []
        : [['an image', [text('Hi'), image], { text: 'Hi', images: 1 }] as [string, StreamEvent[], Partial<ReadChoice>]]),
    ];

    it.each(kinds)('has a place in a stream and in a body: %s', (_, events, expected) => {
      const all = [START, ...events, ended(), END];
      for (const answer of [streamed(...all), whole(all)]) {
        expect(answer).toMatchObject({ choices: [expected], tokens: [5, 7], error: null, isComplete: true });
        expect(answer.choices).toHaveLength(1);
      }
    });

    it('that the format cannot write leaves the rest as it is', () => {
      const state: StreamEvent = {
        type: 'reasoning-state',
        choice: 0,
        state: { kind: 'signature', format: 'elsewhere-v1', data: 'c2ln', provider: null, model: null },
      };
      const all = [START, reasoning('Hm.'), state, text('Hi'), ...CALLS, image, ended(), END];
      for (const answer of [streamed(...all), whole(all)]) expect(answer).toMatchObject({ choices: [{ text: 'Hi', reasoning: 'Hm.' }] });
    });
  });

  describe('a body', () => {
    it('says the same as the stream', () => {
      fc.assert(
        fc.property(anyAnswer(hasChoices ? 3 : 1), (events) => {
          expect(whole(events)).toEqual(streamed(...events));
        }),
        { numRuns: 60 },
      );
    });

    it('and its stream name adjusted parameters and the id alike', () => {
      const meta = {
        id: `${client.idPrefix}7`,
        finalMeta: () => ({ adjustments: [{ param: 'top_a', action: 'dropped' as const, reason: 'why' }], metadata: null }),
      };
      const all = [START, text('a'), ended(), END];
      for (const answer of [reader.readStream(written(all, meta)), whole(all, meta)])
        expect(answer).toMatchObject({ adjusted: ['top_a'], id: `${client.idPrefix}7` });
    });
  });

  describe('a stream', () => {
    const other = hasChoices ? [text('two', 1), ended(1, 'length')] : [];
    const events = [START, reasoning('Hm. '), text('one '), ...other, text('three'), ended(), END];

    it('is the same text however its events are batched', () => {
      for (let at = 1; at < events.length; at++) {
        const encoder = client.createEncoder(headOf(), request);
        expect(encoder.push(events.slice(0, at)) + encoder.push(events.slice(at))).toBe(written(events));
      }
    });

    it.runIf(hasChoices)('ends each choice once', () => {
      expect(streamed(...events).choices.map(({ finish }) => finish)).toEqual(['stop', 'length']);
    });

    it('may have a keep-alive before it and between any two of its frames', () => {
      const encoder = client.createEncoder(headOf(), request);
      const frames = events.map((event) => encoder.push([event]));
      expect(reader.readStream(client.keepAlive + frames.join(client.keepAlive))).toEqual(streamed(...events));
    });

    it('that is cut behind any of its frames does not look complete', () => {
      const encoder = client.createEncoder(headOf(), request);
      const frames = events.map((event) => encoder.push([event])).filter((frame) => frame !== '');
      const looksComplete = (stream: string) => {
        try {
          return reader.readStream(stream).isComplete;
        } catch {
          return false;
        }
      };
      expect(frames.map((_, at) => looksComplete(frames.slice(0, at + 1).join('')))).toEqual(
        frames.map((_, at) => at === frames.length - 1),
      );
    });

    it('without usage reports none', () => {
      expect(streamed(START, text('a'), ended(), { type: 'end', usage: null })).toMatchObject({ tokens: null, isComplete: true });
    });

    const afterChoice: [string, StreamEvent[], Partial<ReadChoice>[]] = [
      'after a choice',
      [START, text('all'), ended(), text('half', 1), brokenAfter([1])],
      [{ text: 'all', finish: 'stop' }, { text: 'half' }],
    ];

    it.each<[string, StreamEvent[], Partial<ReadChoice>[]]>([
      ['before content', [brokenAfter([0])], []],
      ['during content', [START, text('so far'), brokenAfter([0])], [{ text: 'so far' }]],
      ['after all content', [START, text('all'), ended(), brokenAfter([])], [{ text: 'all' }]],
      ...(lacks.includes('calls')
        ? []
        : [
            [
              'in a call',
              [START, text('so far'), call(0, { id: 'a', name: 'f', arguments: '{"x' }), brokenAfter([0])],
              [{ text: 'so far' }],
            ] as [string, StreamEvent[], Partial<ReadChoice>[]],
          ]),
      ...(hasChoices ? [afterChoice] : []),
    ])('that breaks off %s has the error and the text so far, and does not look complete', (_, broken, choices) => {
      const answer = streamed(...broken);
      expect(answer).toMatchObject({ error: 'it broke off', isComplete: false });
      for (const [index, choice] of choices.entries()) expect(answer.choices[index]).toMatchObject(choice);
    });

    it.runIf(hasChoices)('in which one choice breaks off goes on with the others', () => {
      const all = [START, text('a'), text('b', 1), { type: 'choice-error' as const, choice: 1, error: BROKEN }, text('c'), ended(), END];
      for (const answer of [streamed(...all), whole(all)]) {
        expect(answer).toMatchObject({ error: null, isComplete: true });
        expect(answer.choices).toMatchObject([
          { text: 'ac', finish: 'stop', error: null },
          { text: 'b', finish: 'error', error: 'it broke off' },
        ]);
      }
    });

    it('names the field of an error as the client did', () => {
      expect(written([START, text('a'), brokenAfter([0])])).toContain(JSON.stringify(client.parameterPath('stop[0]')));
    });
  });

  describe('an error before the first byte', () => {
    it.each(Object.keys(ERROR_TYPES) as ErrorType[])('has its message, a status of 400 or more and its field: %s', (type) => {
      const { status, body } = client.encodeError(new RouterError(type, 'why', { param: 'stop[0]' }), { id: `${client.idPrefix}1` });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(reader.readError(body)).toEqual({ message: 'why', field: client.parameterPath('stop[0]') });
    });

    it('names no field where none is at fault', () => {
      const { body } = client.encodeError(new RouterError('timeout', 'why'), { id: '1' });
      expect(reader.readError(body)).toEqual({ message: 'why', field: null });
    });

    it.each([null, [], 'text', 5])('is raised for a body that is no object: %j', (body) => {
      expect(() => client.parse(body, noHeaders)).toThrow('The request body must be a JSON object.');
    });
  });

  describe('a request', () => {
    it('is recognized, and belongs to the format', () => {
      expect(client.isBody(reader.body())).toBe(true);
      expect(client.isBody({})).toBe(false);
      expect(request.operation).toBe(client.operation);
      expect(Object.isFrozen(request)).toBe(true);
    });

    it('has paths of parameters that are stable', () => {
      for (const name of Object.keys(PARAMETERS[client.operation])) {
        const path = client.parameterPath(name);
        expect(path).not.toBe('');
        expect(client.parameterPath(path)).toBe(path);
        expect(client.parameterPath(`${name}[3].x`)).toBe(`${path}[3].x`);
        expect(request.names[name] ?? name).toBe(path);
      }
    });

    it('with a parameter out of range is refused by the name in its own body', () => {
      for (const [name, wrong] of [
        ['temperature', 9],
        ['max_tokens', 'many'],
        ['stop', 5],
      ] as const) {
        const path = client.parameterPath(name);
        const refused = expect.objectContaining({ details: { param: path }, message: expect.stringMatching(`^${path} is `) });
        expect(() => client.parse(reader.body({ [path]: wrong }), noHeaders)).toThrow(refused);
      }
    });
  });

  describe('the format', () => {
    it('has paths, and a content type for both kinds of answer', () => {
      expect(client.routes.length).toBeGreaterThan(0);
      for (const { path } of client.routes) expect(path).toMatch(/^(\/[a-z_]+)+$/);
      for (const kind of ['stream', 'body'] as const) expect(client.responseHeaders(kind, { id: '1' })).toHaveProperty('content-type');
    });
  });
}
