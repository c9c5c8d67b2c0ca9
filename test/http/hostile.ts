/** What a hostile caller may send, and what providers may answer to it. */
import * as fc from 'fast-check';
import type { JsonObject } from '../../src/lib/json.ts';
import { bodyOf, says, type SentCall } from '../support/scripted-upstream.ts';

/** How a provider answers. */
export type Answers = (sent: SentCall) => Response | Promise<Response>;

/** A tool without anything odd. */
export const TOOL = { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object', properties: {} } } };

const FIELDS = ['temperature', 'top_p', 'tools', 'tool_choice', 'response_format', 'max_tokens', 'stop', 'seed', 'messages'];
const NESTED = ['tools[0].cache_control', 'tools.0.strict', 'messages.0.index', 'x'];

/** The message of a provider that refuses a field. */
const refusalOf = (field: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    `Unknown parameter: '${field}'.`,
    `Unsupported parameter: '${field}' is not supported with this model. Use 'max_completion_tokens' instead.`,
    `${field}: Extra inputs are not permitted`,
    `Unsupported value: '${field}' does not support this value. Only the default (1) value is supported.`,
    `Invalid '${field}': array too long. Expected an array with maximum length 128.`,
  );

const aMessage = fc.oneof(
  fc.constantFrom(...FIELDS, ...NESTED).chain(refusalOf),
  fc.constantFrom(
    "Invalid schema for response_format 'a': 'additionalProperties' is required to be supplied and to be false.",
    'Your input was flagged by moderation',
    'Request too large for model: tokens per minute (TPM): Limit 6000, Requested 9386',
    'No such File object: file-1',
    'The model does not exist',
    'maximum context length exceeded',
    'Insufficient Balance',
    '',
  ),
);

/** Refuses a call. */
export const refuse = (status: number, error: JsonObject, retryAfter: string | null = null): Response =>
  Response.json({ error }, { status, headers: retryAfter === null ? {} : { 'retry-after': retryAfter } });

/** Refused whatever is sent. */
const refusing: fc.Arbitrary<Answers> = fc
  .tuple(
    fc.constantFrom(400, 400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 529),
    aMessage,
    fc.constantFrom(...FIELDS, ...NESTED),
    fc.constantFrom(null, null, '1', '300'),
  )
  .map(
    ([status, message, param, retryAfter]) =>
      () =>
        refuse(status, { message, param }, retryAfter),
  );

/** Refused as long as a field is there, so that a second try without it succeeds. */
const refusingField: fc.Arbitrary<Answers> = fc.constantFrom(...FIELDS).chain((field) =>
  refusalOf(field).map(
    (message): Answers =>
      (sent) =>
        field in sent.body ? refuse(400, { message, param: field }) : says('Hi')(sent),
  ),
);

const broken: fc.Arbitrary<Answers> = fc.constantFrom<Answers>(
  () => Response.json({ error: { message: 'Insufficient Balance', code: 402 } }),
  () => new Response('<html>'),
  () => new Response(bodyOf('data: {"cho\n\n')),
  () => new Response(null, { status: 204 }),
  () => Promise.reject(new TypeError('connection reset')),
);

/** How providers answer the hostile caller. */
export const answers = fc.oneof(refusing, refusingField, broken, fc.constant<Answers>(says('Hi')));

const ODD = [null, [], {}, 'a', 1e9];
const aMessageList = fc.constantFrom<unknown>(
  [{ role: 'user', content: 'hello' }],
  [{ role: 'user', content: 'hello', cache_control: {}, index: 0 }],
  [{ role: 'user', content: [{ type: 'text', text: 'hello', cache_control: {} }] }],
  ...ODD,
);

/** What the hostile caller sends to a model: often what a good client sends, so that it reaches a provider. */
export const bodies = (...models: string[]): fc.Arbitrary<JsonObject> =>
  fc.record(
    {
      model: fc.constantFrom(...models),
      messages: fc.oneof(
        { weight: 5, arbitrary: fc.constant([{ role: 'user', content: 'hello' }]) },
        { weight: 1, arbitrary: aMessageList },
      ),
      tools: fc.constantFrom<unknown>([TOOL], [{ ...TOOL, cache_control: {}, strict: true }], [0]),
      response_format: fc.constantFrom<unknown>({ type: 'json_object' }, { type: 'json_schema', json_schema: { name: 'a', schema: {} } }),
      session_id: fc.constantFrom('s', 't'),
      stream: fc.boolean(),
      temperature: fc.constantFrom<unknown>(0.3, 0.5, 1.5, 'hot'),
      max_tokens: fc.constantFrom(1, 30),
      seed: fc.constantFrom(1, 7),
      top_p: fc.constantFrom(0.1, 0.5),
      odd: fc.constantFrom<unknown>(...ODD),
      provider: fc.constantFrom<unknown>({ order: ['two'] }, { allow_fallbacks: false }, { sort: 'latency' }),
    },
    { requiredKeys: ['model', 'messages'] },
  );
