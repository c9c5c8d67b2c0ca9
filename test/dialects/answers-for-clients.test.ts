/**
 * Every client format in front of every upstream format: what both can say arrives, streamed and not, and what the client's format cannot say
 * is reported. Answers are those of fixtures, of recordings where they are there, and some with everything in them.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { createCollector } from '../../src/stream/collect.ts';
import { createReasoningMakerStage } from '../../src/stream/stages/reasoning-maker.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { headOf } from './answer-head.ts';
import { anyAnswer, brokenAnswer } from './any-answer.ts';
import { RECORDED_ANSWERS } from './recorded-answers.ts';
import { saidBy, type Said } from './said.ts';
import { CLIENTS, type ClientOfFormat, type Told } from './said-by-clients.ts';

/** The events as a call hands them on: of one choice, each piece of reasoning with its maker. */
function handedOn(events: readonly StreamEvent[]): StreamEvent[] {
  const own = events.filter((event) => !('choice' in event) || event.choice === 0);
  return [...createReasoningMakerStage({ provider: 'acme', model: 'river-2' }, false).push(own)];
}

/** What a client is told by a stream whose events arrive one by one, and by one whose events arrive together. */
function streams({ client, body, readStream }: ClientOfFormat, events: readonly StreamEvent[]): Told[] {
  const request = client.parse(body, () => null);
  const create = () => client.createEncoder(headOf({ id: `${client.idPrefix}1` }), request);
  const [together, apart] = [create(), create()];
  return [together.push(events), events.map((event) => apart.push([event])).join('')].map(readStream);
}

function whole({ client, body, readBody }: ClientOfFormat, events: readonly StreamEvent[]): Told {
  const collector = createCollector();
  collector.push(events);
  const meta = headOf({ id: `${client.idPrefix}1` });
  const written = client.encodeBody(
    collector.result(),
    meta,
    client.parse(body, () => null),
  );
  return readBody(JSON.parse(JSON.stringify(written)) as JsonObject);
}

/** The arguments as a value: some formats have them as an object. */
const valueOf = (json: string): unknown => {
  try {
    return JSON.parse(json === '' ? '{}' : json) as unknown;
  } catch {
    return { invalid_arguments: json };
  }
};

/** What the format can say, in one form. */
function comparable(said: Said, { client: { format }, lacks }: ClientOfFormat): object {
  const { text, refusal, words, order, states, calls, native, sources, finish, ...rest } = said;
  const hasBlocks = format === 'anthropic' || format === 'openai-responses';
  const hasRefusal = format === 'openai-chat' || format === 'openai-responses';
  const kinds = order.map((kind) => (kind === 'refusal' && !hasRefusal ? 'text' : kind));
  return {
    ...rest,
    ...(hasRefusal ? { text, refusal } : { words }),
    order: hasBlocks ? kinds.filter((kind, at) => kind === 'call' || kind !== kinds[at - 1]) : null,
    states: [...states].sort(),
    sources: [...sources].sort(),
    calls: calls.map((call) => ({ ...call, arguments: valueOf(call.arguments) })),
    native: [...new Set(native)].sort(),
    // A refusal in words is a reason of its own in Messages.
    finish: format === 'anthropic' && refusal !== '' && finish === 'stop' ? 'content_filter' : finish,
    ...Object.fromEntries(lacks.map((part) => [part, null])),
  };
}

/** Names under which a part is reported where there is no place for it. */
const REPORTED_AS: Partial<Record<keyof Said, (said: Said) => string[]>> = {
  images: ({ images }) => (images > 0 ? ['image'] : []),
  native: ({ native }) => native,
};

/** What a client is told beside what it should be told of a whole answer. */
function whatIsTold(reader: ClientOfFormat, events: readonly StreamEvent[]): { told: unknown; expected: unknown } {
  const said = saidBy(events);
  const unsaid = reader.lacks.flatMap((part) => REPORTED_AS[part]?.(said) ?? []);
  const answers = [...streams(reader, events), whole(reader, events)];
  return {
    told: answers.map((one) => ({
      said: comparable(one.said, reader),
      error: one.error,
      unreported: unsaid.filter((part) => !one.reported.includes(part)),
    })),
    expected: answers.map(() => ({ said: comparable(said, reader), error: null, unreported: [] })),
  };
}

/** The same for an answer that breaks off: the error, and all content before it. What follows the beginning of a call may be missing. */
function whatIsToldOfBroken(reader: ClientOfFormat, events: readonly StreamEvent[]): { told: unknown; expected: unknown } {
  const firstCall = events.findIndex(({ type }) => type === 'tool-call-delta');
  const before = { ...saidBy(firstCall === -1 ? events : events.slice(0, firstCall)), usage: saidBy(events).usage };
  const answers = streams(reader, events);
  const saidBefore = ({ said, error }: Told) => {
    const { words, reasoning, usage } = said;
    const start = { words: words.slice(0, before.words.length), reasoning: reasoning.slice(0, before.reasoning.length), usage };
    return { ...(firstCall === -1 ? { ...comparable(said, reader), finish: null } : start), error };
  };
  const last = events.at(-1);
  const error = last?.type === 'error' ? last.error.message : 'no error';
  return { told: answers.map(saidBefore), expected: answers.map(() => saidBefore({ said: before, reported: [], error })) };
}

/** What a client is told of an answer, beside what it should be told. */
function compare(reader: ClientOfFormat, given: readonly StreamEvent[]): { told: unknown; expected: unknown } {
  const events = handedOn(given);
  return (events.at(-1)?.type === 'error' ? whatIsToldOfBroken : whatIsTold)(reader, events);
}

/** Formats of text completions alone are asked by clients of them. */
const isServed = (client: string, path: string) => client !== 'openai-completions' || /completion|mistral-fim/.test(path);

describe.each(Object.entries(CLIENTS))('a client of %s', (name, reader) => {
  const answers = RECORDED_ANSWERS.filter(([path]) => isServed(name, path));

  it.each(answers)('is told everything of %s', (_, { events }) => {
    const { told, expected } = compare(reader, events);
    expect(told).toEqual(expected);
  });

  it.each([
    ['with any content', anyAnswer],
    ['that breaks off', brokenAnswer],
  ])('is told everything of an answer %s', (_, answer) => {
    fc.assert(
      fc.property(answer, (events) => {
        const { told, expected } = compare(reader, events);
        expect(told).toEqual(expected);
      }),
    );
  });
});
