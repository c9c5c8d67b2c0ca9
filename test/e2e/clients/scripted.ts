/** The built Worker in front of a scripted upstream of several formats, for tests of client packages. */
import { afterAll, beforeAll, describe } from 'vitest';
import { FORMATS, type FormatName } from '../../agents/formats.ts';
import type { Part, Reply } from '../../agents/reply.ts';
import { serveUpstream, type ScriptedUpstream } from '../../agents/upstream.ts';
import { serveRouter, type Bindings, type ServingOperation } from '../../dev/serve.ts';

/** The tool of the scripts, as JSON Schema describes its input. */
export const WEATHER = {
  name: 'get_weather',
  description: 'The weather of a city',
  schema: {
    type: 'object' as const,
    properties: { city: { type: 'string' as const } },
    required: ['city'],
    additionalProperties: false as const,
  },
};

/** What the scripted models think and say, and what the tool answers. */
export const WORDS = {
  thought: 'First I need the weather.',
  said: 'Let me look.',
  result: 'sunny',
  answer: 'It is sunny in Oslo and Rome.',
} as const;

/** A call of the tool for a city. */
export const callFor = (city: string): Part => ({ kind: 'call', name: WEATHER.name, input: { city } });

/** Two turns with tools, the first with thinking and with two calls at once, and then the answer. */
export const CONVERSATION: readonly Reply[] = [
  {
    kind: 'parts',
    parts: [{ kind: 'thinking', text: WORDS.thought }, { kind: 'text', text: WORDS.said }, callFor('Oslo'), callFor('Rome')],
  },
  { kind: 'parts', parts: [callFor('Bergen')] },
  { kind: 'text', text: WORDS.answer },
];

/** The cities that `CONVERSATION` calls the tool for. */
export const CITIES = ['Oslo', 'Rome', 'Bergen'];

/** What the tests of a file share. Ready in tests, not before. */
export type Served = {
  /** Address of the router, without a path. */
  url: () => string;
  upstream: () => ScriptedUpstream;
};

/** Serves the router and the upstream for the tests of one file. @param more variables of the router. @param bindings what is bound to it. */
export function serveScripted(more: Readonly<Record<string, string>> = {}, bindings: Bindings = {}): Served {
  let served: { router: ServingOperation; upstream: ScriptedUpstream } | null = null;
  const get = () => {
    if (served === null) throw new Error('asked for the router before the tests');
    return served;
  };
  beforeAll(async () => {
    const upstream = await serveUpstream();
    const variables = Object.values(FORMATS).map((format) => format.variables(upstream.url));
    served = { upstream, router: await serveRouter({ ALLOW_ANONYMOUS: 'true', ...Object.assign({}, ...variables), ...more }, bindings) };
  });
  afterAll(async () => {
    await served?.router.stop();
    await served?.upstream.stop();
  });
  return { url: () => get().router.url, upstream: () => get().upstream };
}

/** Runs tests for each format, with the model whose provider has that format. */
export function describeFormats(name: string, formats: readonly FormatName[], tests: (model: string, format: FormatName) => void): void {
  describe.each(formats)(`${name} in front of %s`, (format) => {
    tests(FORMATS[format].model, format);
  });
}
