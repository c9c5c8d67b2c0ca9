/**
 * Random client requests that the unified schema accepts: every unified parameter, values at the ends of its range often, and some
 * fields that only a provider may know. What only a provider can check is kept plausible (token ids are digits, a forced tool is offered).
 */
import * as fc from 'fast-check';
import type { JsonObject } from '../../src/lib/json.ts';
import type { TextOperation } from '../../src/unified/request/parameters.ts';

const oftenOneOf = <Value>(edges: readonly Value[], other: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...edges) }, { weight: 1, arbitrary: other });

const number = (min: number, max: number, ...edges: number[]) =>
  oftenOneOf(
    [min, max, ...edges],
    fc.double({ min, max, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  );
const integer = (min: number, max: number, ...edges: number[]) => oftenOneOf([min, max, ...edges], fc.integer({ min, max }));
const text = fc.string({ maxLength: 8 });
const word = fc.stringMatching(/^[a-z]{1,6}$/);
const object = fc.dictionary(word, fc.oneof(fc.integer(), word), { maxKeys: 2 });
const effort = fc.constantFrom('max', 'xhigh', 'high', 'medium', 'low', 'minimal', 'none');

/** A schema with words that not every provider understands. */
const RICH_SCHEMA: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 9, pattern: '^[a-z]+$', format: 'email' },
    size: { oneOf: [{ type: 'integer', minimum: 0, exclusiveMaximum: 9 }, { type: 'null' }] },
    tags: { type: 'array', items: { $ref: '#/$defs/tag' }, minItems: 1, uniqueItems: true },
    kind: { const: 'thing' },
  },
  required: ['name', 'size', 'tags', 'kind'],
  additionalProperties: false,
  $defs: { tag: { enum: ['a', 'b'] } },
};

const COMMON = {
  temperature: number(0, 2, 1),
  top_p: number(0, 1),
  top_k: integer(0, 1000, 1, 2, 127, 128, 129),
  min_p: number(0, 1),
  top_a: number(0, 1),
  frequency_penalty: number(-2, 2, 0),
  presence_penalty: number(-2, 2, 0),
  repetition_penalty: number(0, 2, 1),
  seed: fc.oneof(integer(-(2 ** 31), 2 ** 31, 0), fc.maxSafeInteger()),
  n: integer(1, 128, 2, 127),
  stop: fc.oneof(text, fc.array(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 20 })),
  logit_bias: fc.dictionary(fc.stringMatching(/^[1-9][0-9]{0,4}$/), fc.oneof(number(-100, 100, 0), fc.constant(null)), { maxKeys: 3 }),
  user: text,
  response_format: fc.constantFrom<JsonObject>(
    { type: 'text' },
    { type: 'json_object' },
    { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } },
    { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: RICH_SCHEMA } },
    { type: 'grammar', grammar: 'root' },
    { type: 'python' },
  ),
  structured_outputs: fc.boolean(),
  include_reasoning: fc.boolean(),
  session_id: text,
  metadata: fc.dictionary(word, text, { maxKeys: 3 }),
  trace: object,
  service_tier: fc.constantFrom('auto', 'default', 'fast', 'flex', 'priority', 'scale'),
  prompt_cache_key: text,
  plugins: fc.array(object, { maxLength: 2 }),
  transforms: fc.array(word, { maxLength: 2 }),
  preset: word,
};

/** Fields outside the unified list: some are declared by a provider file, `mystery` by none. Values are often of the wrong type. */
const anyValue = fc.oneof(fc.boolean(), integer(-1, 5, 0), word, fc.array(word, { maxLength: 2 }), object);
const FOREIGN_NAMES = [
  'peft',
  'log_prompt',
  'loglikelihood',
  'thinking',
  'store',
  'min_tokens',
  'enable_thinking',
  'separate_reasoning',
  'context_length_exceeded_behavior',
  'safety_identifier',
  'typical_p',
  'mirostat',
  'reasoning_format',
  'grammar',
  'stop_token_ids',
  'prompt_logprobs',
  'mystery',
];

const CHAT = {
  ...COMMON,
  max_tokens: integer(1, 1e6, 50),
  max_completion_tokens: integer(1, 1e6, 50),
  parallel_tool_calls: fc.boolean(),
  verbosity: fc.constantFrom('low', 'medium', 'high', 'xhigh', 'max'),
  prediction: object,
  modalities: fc.constantFrom<unknown[]>([], ['text'], ['text', 'audio']),
  audio: object,
  image_config: object,
  speed: fc.constantFrom('fast', 'standard'),
  cache_control: object,
  prompt_cache_options: object,
  web_search_options: object,
  x_search_filter: object,
  stop_server_tools_when: fc.array(object, { maxLength: 1 }),
  max_tool_calls: integer(1, 30),
  debug: object,
  ignore_eos: fc.boolean(),
};

const COMPLETIONS = {
  ...COMMON,
  max_tokens: integer(0, 1e6, 1, 50),
  max_completion_tokens: integer(1, 1e6, 50),
  suffix: text,
  echo: fc.boolean(),
  logprobs: integer(0, 20, 5, 6),
  ignore_eos: fc.boolean(),
  tools: fc.constant([{ type: 'function', function: { name: 'look' } }]),
};

const TOOL = (name: string) => ({ type: 'function', function: { name, parameters: { type: 'object' } } });
const RICH_TOOL = { type: 'function', function: { name: 'look-up_2', description: 'Looks.', strict: true, parameters: RICH_SCHEMA } };

/** Parameters that only make sense together. */
const TOGETHER = {
  chat: [
    fc.record({ logprobs: fc.boolean() }),
    fc.record({ logprobs: fc.constant(true), top_logprobs: integer(0, 20, 5, 6) }),
    fc.record({ logprobs: fc.boolean(), top_logprobs: fc.constant(0) }),
    fc.record({ tools: fc.constantFrom([], [TOOL('look')], [TOOL('look'), TOOL('find')], [TOOL('look'), RICH_TOOL]) }),
    fc.record({
      tools: fc.constant([TOOL('look')]),
      tool_choice: fc.constantFrom<unknown>('none', 'auto', 'required', { type: 'function', function: { name: 'look' } }),
    }),
    fc.record({ tool_choice: fc.constantFrom('none', 'auto', 'required') }),
    fc.record({ best_of: integer(1, 128, 2, 20) }),
    fc.tuple(integer(1, 128), integer(1, 128, 20)).map(([n, bestOf]) => ({ n, best_of: bestOf })),
    fc.record({ echo: fc.constant(true), suffix: fc.string({ minLength: 1, maxLength: 8 }) }),
  ],
  completions: [
    fc.record({ best_of: integer(1, 128, 2, 20) }),
    fc.tuple(integer(1, 128), integer(1, 128, 20)).map(([n, bestOf]) => ({ n, best_of: bestOf })),
  ],
  either: [
    fc.record({ reasoning_effort: effort }),
    fc.record({ reasoning: fc.record({ effort, exclude: fc.boolean() }, { requiredKeys: [] }) }),
    fc.record({
      reasoning: fc.record({ max_tokens: integer(0, 4096), enabled: fc.boolean(), exclude: fc.boolean() }, { requiredKeys: [] }),
    }),
    effort.map((same) => ({ reasoning: { effort: same }, reasoning_effort: same })),
  ],
};

/** Some of these fields, rarely all. */
function some(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> {
  return fc
    .subarray(Object.keys(fields), { maxLength: 6 })
    .chain((names) =>
      fc.record(Object.fromEntries(names.map((name) => [name, fields[name] ?? fc.constant(null)]))),
    ) as fc.Arbitrary<JsonObject>;
}

const foreign = fc.dictionary(fc.constantFrom(...FOREIGN_NAMES), anyValue, { maxKeys: 2 });
const streaming = fc.constantFrom<JsonObject>(
  {},
  { stream: false },
  { stream: true },
  { stream: true, stream_options: { include_usage: true } },
);

const cacheMark = { cache_control: { type: 'ephemeral' } };
const MESSAGE = fc.constantFrom<JsonObject>(
  { role: 'system', content: 'Be brief.' },
  { role: 'developer', content: 'Be brief.' },
  { role: 'user', content: 'Hi', name: 'ada' },
  { role: 'user', content: [{ type: 'text', text: 'Hi', ...cacheMark }] },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url: 'https://a.example/b.png' } },
    ],
  },
  { role: 'user', content: 'Hi', ...cacheMark },
  { role: 'assistant', content: 'Hello', reasoning: 'a greeting' },
  { role: 'assistant', content: 'Hello', reasoning: 'a greeting', reasoning_content: 'something else' },
  { role: 'assistant', content: 'Hello', reasoning_content: 'a greeting', refusal: null },
  { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }] },
  { role: 'tool', content: 'found', tool_call_id: 'call_1' },
  { role: 'user', content: 'Hi', mystery: 1 },
);

const PIXEL = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A user turn in a plausible conversation. */
const QUESTION = fc.constantFrom<JsonObject>(
  { role: 'user', content: 'Hi' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url: PIXEL } },
    ],
  },
  { role: 'user', content: [{ type: 'text', text: 'Hi', ...cacheMark }] },
);

const call = (id: string, name: string, given: string) => ({ id, type: 'function', function: { name, arguments: given } });
const THOUGHT = { type: 'reasoning.text', text: 'Let me see.', signature: 'c2lnbmVk', format: 'anthropic-claude-v1', index: 0 };

/** An assistant turn, tools and their results included, up to the next user turn. */
const ANSWER = fc.constantFrom<JsonObject[]>(
  [{ role: 'assistant', content: 'Hello' }],
  [{ role: 'assistant', content: 'Hello', reasoning: 'a greeting' }],
  [{ role: 'assistant', content: 'Hello', reasoning: 'Let me see.', reasoning_details: [THOUGHT] }],
  [
    { role: 'assistant', content: null, tool_calls: [call('call_1', 'look', '{"at":"it"}')] },
    { role: 'tool', content: 'found', tool_call_id: 'call_1' },
  ],
  [
    { role: 'assistant', content: 'One moment.', tool_calls: [call('call_1', 'look', '{}'), call('call-2', 'find', '')] },
    { role: 'tool', content: '{"found": true}', tool_call_id: 'call-2' },
    { role: 'tool', content: [{ type: 'text', text: 'nothing' }], tool_call_id: 'call_1' },
  ],
  [
    { role: 'assistant', content: null, reasoning_details: [THOUGHT], tool_calls: [call('toolu_01', 'look', '{"at":1}')] },
    { role: 'tool', content: 'found', tool_call_id: 'toolu_01' },
  ],
);

const SYSTEM = fc.constantFrom<JsonObject[]>([], [{ role: 'system', content: 'Be brief.' }], [{ role: 'developer', content: 'Be brief.' }]);

/** A conversation that makes sense: formats of their own accept no other. */
const conversation = fc
  .tuple(SYSTEM, QUESTION, fc.array(fc.tuple(ANSWER, fc.option(QUESTION, { nil: null })), { maxLength: 2 }))
  .map(([system, first, rounds]) => {
    const rest = rounds.flatMap(([answer, next]) => [...answer, ...(next === null ? [] : [next])]);
    const list = [...system, first, ...rest];
    // It ends with a turn that requires an answer.
    return list.at(-1)?.['role'] === 'assistant' ? [...list, { role: 'user', content: 'Go on.' }] : list;
  });

const messages = fc
  .oneof({ weight: 2, arbitrary: conversation }, { weight: 1, arbitrary: fc.array(MESSAGE, { minLength: 1, maxLength: 4 }) })
  .map((list) => ({ messages: list }));
const prompt = fc.constantFrom<unknown>('Hi', '', ['Hi'], ['Hi', 'Ho'], [1, 2], [[1], [2, 3]], [[4]]).map((value) => ({ prompt: value }));

/** A request body without its model. */
export function bodyOf(operation: TextOperation): fc.Arbitrary<JsonObject> {
  const together = fc.oneof(fc.constant({}), ...TOGETHER[operation]);
  const reasoning = fc.oneof(fc.constant({}), ...TOGETHER.either);
  const parts = operation === 'chat' ? [messages, some(CHAT)] : [prompt, some(COMPLETIONS)];
  return fc
    .tuple(...parts, foreign, together, reasoning, streaming)
    .map((pieces) => Object.assign({}, ...pieces.map((piece) => ({ ...piece }))) as JsonObject)
    .map(bestOfNotBelowN)
    .map((body) => JSON.parse(JSON.stringify(body)) as JsonObject); // as it comes off the wire
}

/** The unified schema refuses `best_of` below `n`. */
function bestOfNotBelowN({ best_of: bestOf, ...body }: JsonObject): JsonObject {
  if (bestOf === undefined) return body;
  return { ...body, best_of: Math.max(Number(bestOf), Number(body['n'] ?? 1)) };
}
