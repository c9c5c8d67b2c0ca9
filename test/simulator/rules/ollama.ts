// Ollama, its own chat. Source: api/types.go and server/routes.go of github.com/ollama/ollama (fb30760, 2026-08-21).
// The real server reads over fields and options that it does not know, and checks no ranges. Here they are refused: what the server
// would ignore without a word should never be sent to it.
// Written by hand; must not look at the router's own data.

import { anyObject, boolean, complain, either, integer, isFields, listOf, number, object, oneOf, text } from '../checks.ts';
import type { Check, Complaint, Fields } from '../checks.ts';
import type { Together } from '../common-checks.ts';
import { texts } from '../embeddings.ts';
import type { EmbeddingForm } from '../embeddings.ts';
import { ollamaFormat } from '../wire-formats/ollama.ts';
import { openAiHabits } from '../system.ts';
import type { System } from '../system.ts';

/** Bytes as they are, without the head of a data URI. */
const base64 = text(/^[A-Za-z0-9+/]+=*$/u);

const toolCall = object({
  fields: {
    id: text(/./su),
    function: object({
      fields: { index: integer({ min: 0 }), name: text(/./su), arguments: anyObject },
      required: ['name', 'arguments'],
      unknown: 'refuse',
    }),
  },
  required: ['function'],
  unknown: 'refuse',
});

const message = object({
  fields: {
    role: oneOf('system', 'user', 'assistant', 'tool'),
    content: text(),
    thinking: text(),
    images: listOf(base64, { min: 1 }),
    tool_calls: listOf(toolCall, { min: 1 }),
    tool_name: text(/./su),
    tool_call_id: text(),
  },
  required: ['role', 'content'],
  unknown: 'refuse',
});

const whole = integer();

/** An option of the wrong type is a 500 that says so. */
const options: Readonly<Record<string, readonly [check: Check, type: string]>> = {
  temperature: [number({ min: 0 }), 'float32'],
  top_p: [number({ min: 0, max: 1 }), 'float32'],
  min_p: [number({ min: 0, max: 1 }), 'float32'],
  typical_p: [number({ min: 0, max: 1 }), 'float32'],
  frequency_penalty: [number(), 'float32'],
  presence_penalty: [number(), 'float32'],
  repeat_penalty: [number({ min: 0 }), 'float32'],
  top_k: [integer({ min: 0 }), 'integer'],
  repeat_last_n: [whole, 'integer'],
  seed: [whole, 'integer'],
  num_predict: [integer({ min: -2 }), 'integer'],
  num_ctx: [integer({ min: 1 }), 'integer'],
  num_keep: [whole, 'integer'],
  num_batch: [integer({ min: 1 }), 'integer'],
  num_gpu: [whole, 'integer'],
  num_thread: [whole, 'integer'],
  use_mmap: [boolean, 'boolean'],
  stop: [listOf(text(/./su), { min: 1 }), 'array'],
};

const readOptions: Check = (value, path) => {
  if (!isFields(value)) return complain('json: cannot unmarshal into Go struct field ChatRequest.options', path);
  for (const [name, given] of Object.entries(value)) {
    const known = Object.hasOwn(options, name) ? options[name] : undefined;
    if (known === undefined) return complain(`invalid option provided: ${name}`, name);
    if (known[0](given, name) !== null) return complain(`option "${name}" must be of type ${known[1]}`, name, null, 500);
  }
  return null;
};

const tool = object({
  fields: {
    type: oneOf('function'),
    function: object({ fields: { name: text(/./su), description: text(), parameters: anyObject }, required: ['name'], unknown: 'refuse' }),
  },
  required: ['type', 'function'],
  unknown: 'refuse',
});

const logprobsAsked: Together = ({ logprobs, top_logprobs: top }) =>
  top !== undefined && logprobs !== true ? complain('top_logprobs needs logprobs', 'top_logprobs') : null;

/** The server streams by default, so every request must have `stream`. */
const saysStream: Together = ({ stream }) => (stream === undefined ? complain('stream is not said, and would be true', 'stream') : null);

const writeError = ({ message: said }: Complaint): Fields => ({ error: said });

const embedForm: EmbeddingForm = {
  readTexts: ({ input }) => (Array.isArray(input) ? input : [input]).map(String),
  toBody: (vectors, tokens) => ({ model: 'nomic-embed-text', embeddings: vectors, total_duration: 14_143_917, prompt_eval_count: tokens }),
};

/** Ollama, with its own wire format. */
export const ollama: System = {
  slug: 'ollama',
  needsKey: false,
  writeError,
  wireFormat: ollamaFormat,
  embeddings: embedForm,
  habits: { ...openAiHabits, writeStreamError: writeError },
  operations: {
    chat: {
      fields: {
        model: text(/./su),
        messages: listOf(message),
        stream: boolean,
        options: readOptions,
        format: either('"json" or a schema', oneOf('json'), anyObject),
        tools: listOf(tool, { min: 1 }),
        think: either('true, false or a level', boolean, oneOf('low', 'medium', 'high', 'max')),
        keep_alive: either('a duration or seconds', text(/^-?\d/u), number()),
        truncate: boolean,
        shift: boolean,
        logprobs: boolean,
        top_logprobs: integer({ min: 0, max: 20 }),
      },
      required: ['model', 'messages'],
      unknown: 'refuse',
      together: (body) => logprobsAsked(body) ?? saysStream(body),
    },
    embeddings: {
      fields: {
        model: text(/./su),
        input: either('a text or texts', text(), texts(Infinity)),
        dimensions: integer({ min: 1 }),
        truncate: boolean,
        keep_alive: either('a duration or seconds', text(/^-?\d/u), number()),
        options: readOptions,
      },
      required: ['model', 'input'],
      unknown: 'refuse',
    },
  },
};
