// Mistral, chat completions and fill-in-the-middle. Source: its OpenAPI description (closed schemas) and error glossary.
// Unknown fields are refused with 422 at every depth. Written by hand; must not look at the router's own data.

import {
  anyObject,
  boolean,
  complain,
  either,
  first,
  integer,
  isFields,
  listOf,
  nullable,
  number,
  object,
  oneOf,
  text,
} from '../checks.ts';
import type { Check, Complaint, Fields } from '../checks.ts';
import { allOf, namedToolExists, needsTools, stop } from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import { mistralFormat, writeMistralError } from '../wire-formats/mistral.ts';
import { openAiHabits } from '../system.ts';
import type { Rules, System } from '../system.ts';

/** An object that refuses what it does not know. */
const closed = (fields: Readonly<Record<string, Check>>, ...required: string[]): Check => object({ fields, required, unknown: 'refuse' });

const thinking = closed(
  {
    type: oneOf('thinking'),
    thinking: listOf(closed({ type: oneOf('text'), text: text() }, 'text')),
    signature: nullable(text()),
    closed: boolean,
  },
  'type',
  'thinking',
);
const textPart = closed({ type: oneOf('text'), text: text() }, 'type', 'text');
const image = either(
  'a URL, or an object with one',
  text(/./su),
  closed({ url: text(/./su), detail: nullable(oneOf('low', 'auto', 'high')) }, 'url'),
);
const parts: Readonly<Record<string, Check>> = {
  text: textPart,
  thinking,
  image_url: closed({ type: oneOf('image_url'), image_url: image }, 'image_url'),
  document_url: closed({ type: oneOf('document_url'), document_url: text(/./su), document_name: nullable(text()) }, 'document_url'),
  input_audio: closed({ type: oneOf('input_audio'), input_audio: text(/./su) }, 'input_audio'),
  file: closed({ type: oneOf('file'), file_id: text(/./su) }, 'file_id'),
  reference: closed({ type: oneOf('reference'), reference_ids: listOf(either('an id', integer(), text())) }, 'reference_ids'),
};

function part(...types: string[]): Check {
  return (value, path) => {
    const type = isFields(value) ? String(value['type']) : '';
    const check = types.includes(type) ? parts[type] : undefined;
    return check === undefined ? complain(`Input tag '${type}' was not expected`, `${path}.type`) : check(value, path);
  };
}

const content = (...types: string[]): Check => {
  const list = listOf(part(...types), { min: 1 });
  return (value, path) => (typeof value === 'string' ? null : list(value, path));
};
const EVERYTHING = Object.keys(parts);

const call = closed(
  {
    id: text(),
    type: oneOf('function'),
    index: integer(),
    function: closed({ name: text(/./su), arguments: either('a string or an object', text(), anyObject) }, 'name', 'arguments'),
  },
  'function',
);

const shapes: Readonly<Record<string, Check>> = {
  system: closed({ role: oneOf('system'), content: content('text', 'thinking') }, 'content'),
  user: closed({ role: oneOf('user'), content: nullable(content(...EVERYTHING)) }, 'content'),
  assistant: closed({
    role: oneOf('assistant'),
    content: nullable(content(...EVERYTHING)),
    tool_calls: listOf(call, { min: 1 }),
    prefix: boolean,
  }),
  tool: closed({ role: oneOf('tool'), content: nullable(content(...EVERYTHING)), tool_call_id: text(), name: text() }, 'content'),
};

const message: Check = (value, path) => {
  const shape = isFields(value) ? shapes[String(value['role'])] : undefined;
  if (shape === undefined) return complain("Input tag does not match any of 'system', 'user', 'assistant', 'tool'", `${path}.role`);
  return shape(value, path) ?? silentAnswer(value as Fields, path);
};

/** github.com/OpenHands/OpenHands/issues/8685. A beginning of an answer may be empty. */
function silentAnswer({ role, content, tool_calls: calls, prefix }: Fields, path: string): Complaint | null {
  const isEmpty = content === undefined || content === null || content === '' || (Array.isArray(content) && content.length === 0);
  return role === 'assistant' && isEmpty && calls === undefined && prefix !== true
    ? complain('Assistant message must have either content or tool_calls, but not none.', path)
    : null;
}

const functionTool = closed(
  {
    type: oneOf('function'),
    function: closed({ name: text(/^[\w-]{1,64}$/u), description: text(), parameters: anyObject, strict: boolean }, 'name', 'parameters'),
  },
  'function',
);

const sampling: Readonly<Record<string, Check>> = {
  model: text(/./su),
  temperature: nullable(number({ min: 0, max: 1.5 })),
  top_p: nullable(number({ min: 0, max: 1 })),
  max_tokens: nullable(integer({ min: 0 })),
  stop: stop(),
  random_seed: nullable(integer({ min: 0 })),
  metadata: nullable(anyObject),
  prompt_cache_key: nullable(text()),
  stream: boolean,
};

const chatFields: Readonly<Record<string, Check>> = {
  ...sampling,
  messages: listOf(message, { min: 1 }),
  frequency_penalty: nullable(number({ min: -2, max: 2 })),
  presence_penalty: nullable(number({ min: -2, max: 2 })),
  n: nullable(integer({ min: 1 })),
  response_format: closed({
    type: oneOf('text', 'json_object', 'json_schema'),
    json_schema: closed({ name: text(/./su), description: nullable(text()), schema: anyObject, strict: boolean }, 'name', 'schema'),
  }),
  tools: nullable(listOf(functionTool, { min: 1 })),
  tool_choice: either(
    "'auto', 'none', 'any', 'required' or a function",
    oneOf('auto', 'none', 'any', 'required'),
    closed({ type: oneOf('function'), function: closed({ name: text(/./su) }, 'name') }, 'function'),
  ),
  parallel_tool_calls: boolean,
  prediction: closed({ type: oneOf('content'), content: text() }),
  reasoning_effort: oneOf('none', 'high'),
  prompt_mode: oneOf('reasoning'),
  service_tier: oneOf('auto', 'standard_only'),
  safe_prompt: boolean,
  guardrails: listOf(anyObject),
};

const fimFields: Readonly<Record<string, Check>> = {
  ...sampling,
  prompt: text(),
  suffix: nullable(text()),
  min_tokens: nullable(integer({ min: 0 })),
};

/** What the schema refuses: 422, while a request that is well-formed and senseless gets a 400. */
function schema(fields: Readonly<Record<string, Check>>, ...required: string[]): Rules {
  const inspect = closed(fields, ...required);
  const known = Object.keys(fields).map((name): [string, Check] => [name, () => null]);
  const refuse: Together = (body) => {
    const complaint = inspect(body, '');
    return complaint === null ? null : { ...complaint, status: 422 };
  };
  return { fields: Object.fromEntries(known), unknown: 'ignore', together: refuse };
}

const turnsOf = (body: Fields): Fields[] => (Array.isArray(body['messages']) ? body['messages'].filter(isFields) : []);

/** Only an assistant or tool message may follow a tool message. */
const order: Together = (body) => {
  const turns = turnsOf(body);
  const stray = turns.find(({ role }, place) => turns[place - 1]?.['role'] === 'tool' && (role === 'user' || role === 'system'));
  return stray === undefined ? null : complain(`Unexpected role '${String(stray['role'])}' after role 'tool'`, 'messages', '3230');
};

/** An assistant message is last only to be continued. The response to calls without results is not documented. */
const finalEvent: Together = (body) => {
  const last = turnsOf(body).at(-1);
  const isAllowed =
    last?.['role'] === 'user' || last?.['role'] === 'tool' || last?.['prefix'] === true || last?.['tool_calls'] !== undefined;
  const wanted = 'Expected last role User or Tool (or Assistant with prefix True) for serving but got';
  // A conversation of nothing but system messages is not known to be refused.
  return isAllowed || last?.['role'] === 'system' ? null : complain(`${wanted} ${String(last?.['role'])}`, 'messages', '3230');
};

function badId(id: unknown): Complaint | null {
  if (typeof id === 'string' && /^[a-zA-Z0-9]{9}$/u.test(id)) return null;
  return complain(`Tool call id was ${String(id)} but must be a-z, A-Z, 0-9, with a length of 9.`, 'messages', '3280');
}

const toolIds: Together = (body) =>
  first(
    turnsOf(body).flatMap((turn) => {
      const calls = Array.isArray(turn['tool_calls']) ? turn['tool_calls'].filter(isFields) : [];
      const ids = turn['role'] === 'tool' ? [turn['tool_call_id']] : calls.map(({ id }) => id);
      return ids.map((id) => () => badId(id));
    }),
  );

const chat = schema(chatFields, 'model', 'messages');

/** Mistral: its own ids, its own order of messages, and an answer to every field it does not know. */
export const mistral: System = {
  slug: 'mistral',
  needsKey: true,
  wireFormat: mistralFormat,
  writeError: writeMistralError,
  habits: { ...openAiHabits, writeStreamError: writeMistralError },
  operations: {
    chat: {
      ...chat,
      together: allOf(chat.together ?? (() => null), order, finalEvent, toolIds, needsTools('tool_choice'), namedToolExists),
    },
    completions: schema(fimFields, 'model', 'prompt'),
  },
};
