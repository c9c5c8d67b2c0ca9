/**
 * One conversation in the words of three client formats is one request to a provider, whatever format that has. A client of the provider's
 * own format is left out: its body is sent as it is.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anthropicClient } from '../../src/dialects/anthropic/client/index.ts';
import type { TextClientDialect } from '../../src/dialects/client-dialect.ts';
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import { openaiResponsesClient } from '../../src/dialects/openai-responses/client/index.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { prepared } from '../fitting/sent.ts';

type Content = { text: string } | { image: true } | { document: true };
type Call = { id: string; name: string; input: JsonObject; result: string };
type Thought = { text: string; data: string };
type Step =
  | { role: 'user'; content: readonly Content[] }
  | { role: 'system'; text: string }
  | { role: 'assistant'; thought: Thought | null; text: string | null; calls: readonly Call[] };
/** `choice`: of tools. `effort`: of reasoning. */
type Options = {
  choice: 'auto' | 'required' | 'none' | 'look' | null;
  isSerial: boolean;
  temperature: number | null;
  hasSchema: boolean;
  effort: 'low' | 'high' | null;
};
type Talk = { system: string | null; steps: readonly Step[]; options: Options };

/** How a provider's reasoning is carried: the family, and whether it is a signature of the text. */
type Family = { format: string; provider: string; isSigned: boolean };

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const IMAGE_URL = `data:image/png;base64,${PNG}`;
const PDF = 'JVBERi0xLjQKJSVFT0YK';
const PDF_URL = `data:application/pdf;base64,${PDF}`;
const PARAMETERS = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
const NAMES = ['look', 'find'];

/** The state as a client holds it that has one opaque text for it. */
const envelope = ({ format, provider, isSigned }: Family, { data }: Thought): string => {
  const state = { f: format, p: provider, m: 'm', d: data, ...(isSigned ? { k: 's' } : { c: `rs_${data}`, k: 'e' }) };
  return `trb1.${Buffer.from(JSON.stringify(state)).toString('base64url')}`;
};

const resultsAfter = (step: Step) => (step.role === 'assistant' ? step.calls : []);

const SCHEMA = { type: 'object', properties: { b: { type: 'string' } }, required: ['b'], additionalProperties: false };
const given = (options: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null && value !== undefined));

const chatOptions = ({ choice, isSerial, temperature, hasSchema, effort }: Options): JsonObject =>
  given({
    tool_choice: choice === 'look' ? { type: 'function', function: { name: 'look' } } : choice,
    parallel_tool_calls: isSerial ? false : null,
    temperature,
    response_format: hasSchema ? { type: 'json_schema', json_schema: { name: 'response', schema: SCHEMA, strict: true } } : null,
    reasoning_effort: effort,
  });

const messagesOptions = ({ choice, isSerial, temperature, hasSchema, effort }: Options): JsonObject => {
  const type = choice === 'required' ? 'any' : choice === 'look' ? 'tool' : (choice ?? 'auto');
  const format = hasSchema ? { type: 'json_schema', schema: SCHEMA } : null;
  return given({
    tool_choice:
      choice === null && !isSerial
        ? null
        : given({ type, name: choice === 'look' ? 'look' : null, disable_parallel_tool_use: isSerial ? true : null }),
    temperature,
    output_config: hasSchema || effort !== null ? given({ format, effort }) : null,
  });
};

const responsesOptions = ({ choice, isSerial, temperature, hasSchema, effort }: Options): JsonObject =>
  given({
    tool_choice: choice === 'look' ? { type: 'function', name: 'look' } : choice,
    parallel_tool_calls: isSerial ? false : null,
    temperature,
    text: hasSchema ? { format: { type: 'json_schema', name: 'response', schema: SCHEMA, strict: true } } : null,
    reasoning: effort === null ? null : { effort },
  });

function toChat({ system, steps, options }: Talk, family: Family | null): JsonObject {
  const detailsOf = (thought: Thought | null): JsonObject => {
    if (thought === null || family === null) return {};
    const { format } = family;
    const details = family.isSigned
      ? [{ type: 'reasoning.text', text: thought.text, signature: thought.data, format, index: 0 }]
      : [
          { type: 'reasoning.summary', summary: thought.text, format, index: 0 },
          { type: 'reasoning.encrypted', data: thought.data, id: `rs_${thought.data}`, format, index: 0 },
        ];
    return { reasoning: thought.text, reasoning_details: details };
  };
  const messages = steps.flatMap((step): JsonObject[] => {
    if (step.role === 'system') return [{ role: 'system', content: step.text }];
    if (step.role === 'user') {
      const content = step.content.map((one) =>
        'text' in one
          ? { type: 'text', text: one.text }
          : 'image' in one
            ? { type: 'image_url', image_url: { url: IMAGE_URL } }
            : { type: 'file', file: { filename: 'a.pdf', file_data: PDF_URL } },
      );
      return [{ role: 'user', content }];
    }
    const calls = step.calls.map(({ id, name, input }) => ({
      id,
      type: 'function',
      function: { name, arguments: JSON.stringify(input) },
    }));
    return [
      { role: 'assistant', content: step.text, ...detailsOf(step.thought), ...(calls.length === 0 ? {} : { tool_calls: calls }) },
      ...step.calls.map(({ id, result }) => ({ role: 'tool', tool_call_id: id, content: result })),
    ];
  });
  return {
    messages: [...(system === null ? [] : [{ role: 'system', content: system }]), ...messages],
    max_tokens: 99,
    ...chatOptions(options),
    tools: NAMES.map((name) => ({ type: 'function', function: { name, description: 'Does it.', parameters: PARAMETERS } })),
  };
}

function toMessages({ system, steps, options }: Talk, family: Family | null): JsonObject {
  const messages: { role: string; content: JsonObject[] }[] = [];
  for (const step of steps) {
    if (step.role === 'system') messages.push({ role: 'system', content: [{ type: 'text', text: step.text }] });
    else if (step.role === 'user') {
      const content = step.content.map((one) =>
        'text' in one
          ? { type: 'text', text: one.text }
          : 'document' in one
            ? { type: 'document', title: 'a.pdf', source: { type: 'base64', media_type: 'application/pdf', data: PDF } }
            : { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
      );
      messages.push({ role: 'user', content });
    } else {
      const { thought, text, calls } = step;
      const thinking =
        thought === null || family === null ? [] : [{ type: 'thinking', thinking: thought.text, signature: envelope(family, thought) }];
      messages.push({
        role: 'assistant',
        content: [
          ...thinking,
          ...(text === null ? [] : [{ type: 'text', text }]),
          ...calls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input })),
        ],
      });
    }
    const results = resultsAfter(step).map(({ id, result }) => ({ type: 'tool_result', tool_use_id: id, content: result }));
    if (results.length > 0) messages.push({ role: 'user', content: results });
  }
  return {
    ...(system === null ? {} : { system }),
    messages,
    max_tokens: 99,
    ...messagesOptions(options),
    tools: NAMES.map((name) => ({ name, description: 'Does it.', input_schema: PARAMETERS })),
  };
}

function toResponses({ system, steps, options }: Talk, family: Family | null): JsonObject {
  const input = steps.flatMap((step): JsonObject[] => {
    if (step.role === 'system') return [{ role: 'system', content: [{ type: 'input_text', text: step.text }] }];
    if (step.role === 'user') {
      const content = step.content.map((one) =>
        'text' in one
          ? { type: 'input_text', text: one.text }
          : 'image' in one
            ? { type: 'input_image', image_url: IMAGE_URL }
            : { type: 'input_file', filename: 'a.pdf', file_data: PDF_URL },
      );
      return [{ role: 'user', content }];
    }
    const { thought, text, calls } = step;
    return [
      ...(thought === null || family === null
        ? []
        : [
            {
              type: 'reasoning',
              id: `rs_${thought.data}`,
              summary: [{ type: 'summary_text', text: thought.text }],
              encrypted_content: envelope(family, thought),
            },
          ]),
      ...(text === null ? [] : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] }]),
      ...calls.map(({ id, name, input: given }) => ({ type: 'function_call', call_id: id, name, arguments: JSON.stringify(given) })),
      ...calls.map(({ id, result }) => ({ type: 'function_call_output', call_id: id, output: result })),
    ];
  });
  return {
    ...(system === null ? {} : { instructions: system }),
    input,
    max_output_tokens: 99,
    store: false,
    ...responsesOptions(options),
    tools: NAMES.map((name) => ({ type: 'function', name, description: 'Does it.', parameters: PARAMETERS })),
  };
}

const WRITERS: Readonly<Record<string, [TextClientDialect, (talk: Talk, family: Family | null) => JsonObject]>> = {
  'openai-chat': [openaiChatClient, toChat],
  anthropic: [anthropicClient, toMessages],
  'openai-responses': [openaiResponsesClient, toResponses],
};

const CLAUDE: Family = { format: 'anthropic-claude-v1', provider: 'anthropic', isSigned: true };

/** An endpoint of each upstream format. `family`: of the reasoning that it takes back. */
const ENDPOINTS: Readonly<Record<string, { model: string; family?: Family; hasNoImages?: true; hasNoTools?: true; hasDocuments?: true }>> =
  {
    'openai-chat': { model: '@xai/grok-4' },
    'openai-completions': { model: '@completions-compatible/some-model', hasNoImages: true, hasNoTools: true },
    'openai-responses': {
      model: '@openai/gpt-5.5',
      family: { format: 'openai-responses-v1', provider: 'openai', isSigned: false },
      hasDocuments: true,
    },
    anthropic: { model: '@anthropic/claude-opus-4-5', family: CLAUDE, hasDocuments: true },
    bedrock: { model: '@amazon-bedrock/amazon.nova-pro-v1:0' },
    cohere: { model: '@cohere/command-a-03-2025', hasNoImages: true },
    ollama: { model: '@ollama/llava' },
    mistral: { model: '@mistral/mistral-large-latest' },
    'workers-ai': { model: '@cloudflare-workers-ai/@cf/meta/llama-4-scout-17b-16e-instruct' },
    gemini: { model: '@google-ai-studio/gemini-2.5-pro', hasDocuments: true },
  };

const word = fc.constantFrom('alpha', 'beta ü', '{"x": 1}', 'two\nlines');

const maybe = <Value>(...values: Value[]) => fc.option(fc.constantFrom(...values), { nil: null, freq: 1 });
const anyOptions: fc.Arbitrary<Options> = fc
  .record({
    choice: maybe<'auto' | 'required' | 'none' | 'look'>('auto', 'required', 'none', 'look'),
    isSerial: fc.boolean(),
    temperature: maybe(0.5),
    hasSchema: fc.boolean(),
    effort: maybe<'low' | 'high'>('low', 'high'),
  })
  .map((options) => ({ ...options, isSerial: options.isSerial && options.choice !== null })); // stands in the choice in Messages

function anyTalk({ hasNoImages, hasNoTools, hasDocuments, family }: (typeof ENDPOINTS)[string]): fc.Arbitrary<Talk> {
  const content = fc.oneof(
    word.map((text) => ({ text })),
    ...(hasNoImages === true ? [] : [fc.constant({ image: true as const })]),
    ...(hasDocuments === true ? [fc.constant({ document: true as const })] : []),
  );
  const user: fc.Arbitrary<Step> = fc
    .array(content, { minLength: 1, maxLength: 3 })
    .map((parts) => ({ role: 'user', content: parts.filter((one, at) => !('text' in one) || !('text' in (parts[at - 1] ?? {}))) }));
  const calls = fc.array(fc.record({ name: fc.constantFrom(...NAMES), input: fc.constantFrom({ a: 'x' }, { a: '' }), result: word }), {
    maxLength: hasNoTools === true ? 0 : 2,
  });
  const thought = fc.option(fc.record({ text: word, data: fc.constantFrom('c2ln', 'ZGF0YQ') }), { nil: null });
  const answer = fc.record({ thought: family === undefined ? fc.constant(null) : thought, text: fc.option(word, { nil: null }), calls });
  const middle = fc.option(word, { nil: null, freq: 3 });
  return fc
    .record({
      system: fc.option(word, { nil: null }),
      first: user,
      rounds: fc.array(fc.tuple(answer, middle, user), { maxLength: 3 }),
      options: anyOptions,
    })
    .map(({ system, first, rounds, options }) => {
      let count = 0;
      const steps = rounds.flatMap(([{ calls: made, text, thought: had }, inserted, next]): Step[] => [
        {
          role: 'assistant',
          thought: had,
          text: made.length === 0 ? (text ?? 'ok') : text,
          calls: made.map((one) => ({ ...one, id: `call_${String(count++).padStart(4, '0')}` })),
        },
        ...(inserted === null ? [] : [{ role: 'system' as const, text: inserted }]),
        next,
      ]);
      return { system, steps: [first, ...steps], options };
    });
}

/** The same with a content that is one text as that text: both are one content, and a client's own form is kept where it can be. */
function shortest(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shortest);
  if (!isObject(value)) return value;
  const fields = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shortest(one)]));
  const { content } = fields;
  const [only] = Array.isArray(content) && content.length === 1 ? (content as JsonObject[]) : [];
  const isText = only !== undefined && (only['type'] === 'text' || only['type'] === 'input_text') && Object.keys(only).length === 2;
  return isText ? { ...fields, content: only['text'] } : fields;
}

function sentBy(name: string, talk: Talk, { model, family }: (typeof ENDPOINTS)[string]): unknown {
  const [client, write] = WRITERS[name] as (typeof WRITERS)[string];
  const request = client.parse({ model, ...write(talk, family ?? null) }, () => null);
  const [part] = prepared(request).parts;
  return shortest(part?.body);
}

describe.each(Object.entries(ENDPOINTS))('one conversation for %s', (format, endpoint) => {
  it('is one request, whatever format its client has', () => {
    const clients = Object.keys(WRITERS).filter((name) => name !== format || format === 'openai-chat');
    fc.assert(
      fc.property(anyTalk(endpoint), (talk) => {
        const [first, ...others] = clients.map((name) => sentBy(name, talk, endpoint));
        for (const other of others) expect(other).toEqual(first);
        const sent = JSON.stringify(first);
        const states = talk.steps.flatMap((step) => ('thought' in step && step.thought !== null ? [step.thought.data] : []));
        expect(states.filter((data) => !sent.includes(data))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
