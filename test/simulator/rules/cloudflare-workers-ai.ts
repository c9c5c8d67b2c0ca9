// Workers AI, the `run` interface. Source: model schemas (llama-3.3-70b for the older models, ChatCompletionsInput of
// workers-types 5.20261117.1 for the newer ones), platform/errors, features/json-mode.
// The provider lets most unknown fields pass; here they are refused, since what it ignores would be lost. A body fits the older schema or
// the newer one as a whole: the model stands in the path. Written by hand; must not look at the router's own data.

import { anyObject, boolean, complain, either, integer, isFields, listOf, nullable, number, object, oneOf, text } from '../checks.ts';
import type { Check, Fields } from '../checks.ts';
import {
  allOf,
  messages,
  namedToolExists,
  needsTools,
  streamOptions,
  tokenIdBias,
  toolChoice,
  topLogprobsNeedLogprobs,
} from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import { workersAiFormat, writeWorkersAiError } from '../wire-formats/workers-ai.ts';
import { openAiHabits } from '../system.ts';
import type { System } from '../system.ts';

/** An object that refuses what it does not know. */
const closed = (fields: Readonly<Record<string, Check>>, ...required: string[]): Check => object({ fields, required, unknown: 'refuse' });

/** "HTTP URL will not be accepted." */
const dataUri = text(/^data:image\/[a-z0-9.+-]+;base64,/iu);
const picture = (...more: string[]) =>
  closed({ url: dataUri, ...Object.fromEntries(more.map((name) => [name, oneOf('auto', 'low', 'high')])) }, 'url');
const partsOf = (image: Check) => listOf(closed({ type: oneOf('text', 'image_url'), text: text(), image_url: image }, 'type'), { min: 1 });
const call = closed(
  { id: text(), type: oneOf('function'), function: closed({ name: text(), arguments: text() }, 'name', 'arguments') },
  'function',
);

const olderMessage = closed(
  {
    role: oneOf('system', 'user', 'assistant', 'tool'),
    content: either('a string or parts', text(), partsOf(picture())),
    name: text(),
    tool_calls: listOf(call, { min: 1 }),
    tool_call_id: text(),
  },
  'role',
  'content',
);

/** Every tool and every parameter has a description. */
const described: Check = object({ fields: { description: text() }, required: ['description'], unknown: 'ignore' });
const olderParameters: Check = (value, path) => {
  const shape = object({ fields: { type: text(), properties: anyObject }, required: ['type', 'properties'], unknown: 'ignore' })(
    value,
    path,
  );
  const properties = isFields(value) && isFields(value['properties']) ? Object.entries(value['properties']) : [];
  return (
    shape ?? properties.map(([name, property]) => described(property, `${path}.properties.${name}`)).find((one) => one !== null) ?? null
  );
};
const olderTool = closed(
  {
    type: oneOf('function'),
    function: closed({ name: text(/./su), description: text(), parameters: olderParameters }, 'name', 'description', 'parameters'),
  },
  'type',
  'function',
);

/** A bare schema: no name and no schema within. */
const bareSchema: Check = (value, path) =>
  isFields(value) && !isFields(value['schema']) ? null : complain(`Expected a JSON schema at '${path}'.`, path);
const responseFormat = closed({ type: oneOf('json_object', 'json_schema'), json_schema: bareSchema }, 'type');

const older = closed({
  prompt: text(),
  messages: listOf(olderMessage, { min: 1 }),
  raw: boolean,
  lora: text(),
  stream: boolean,
  max_tokens: integer({ min: 1 }),
  temperature: number({ min: 0, max: 5 }),
  top_p: number({ min: 0.001, max: 1 }),
  top_k: integer({ min: 1, max: 50 }),
  seed: integer({ min: 1, max: 9_999_999_999 }),
  repetition_penalty: number({ min: 0, max: 2 }),
  frequency_penalty: number({ min: -2, max: 2 }),
  presence_penalty: number({ min: -2, max: 2 }),
  response_format: responseFormat,
  tools: listOf(olderTool, { min: 1 }),
  tool_choice: either("'auto', 'required' or a function", oneOf('auto', 'required'), toolChoice),
});

const newerMessages = messages({
  roles: ['developer', 'system', 'user', 'assistant', 'tool'],
  parts: ['text', 'image_url', 'input_audio', 'file'],
  unknown: 'ignore',
});

const newer = closed(
  {
    messages: newerMessages,
    stream: boolean,
    stream_options: streamOptions,
    max_tokens: integer({ min: 1 }),
    temperature: number({ min: 0, max: 2 }),
    top_p: number({ min: 0, max: 1 }),
    seed: integer(),
    frequency_penalty: number({ min: -2, max: 2 }),
    presence_penalty: number({ min: -2, max: 2 }),
    stop: either('a string or an array', text(), listOf(text(), { min: 1, max: 4 })),
    n: integer({ min: 1, max: 128 }),
    logit_bias: tokenIdBias,
    logprobs: boolean,
    top_logprobs: integer({ min: 0, max: 20 }),
    response_format: responseFormat,
    tools: listOf(anyObject, { min: 1 }),
    tool_choice: toolChoice,
    parallel_tool_calls: boolean,
    user: text(),
    metadata: anyObject,
    service_tier: nullable(oneOf('auto', 'default', 'flex', 'scale', 'priority')),
    reasoning_effort: oneOf('none', 'low', 'medium', 'high', 'xhigh', 'max'),
    chat_template_kwargs: closed({ enable_thinking: boolean, clear_thinking: boolean, low_effort: boolean }),
  },
  'messages',
);

const shape: Together = (body) => {
  const asOlder = older(body, '');
  const complaint = asOlder === null || newer(body, '') === null ? null : asOlder;
  return (
    complaint ??
    (body['prompt'] === undefined && body['messages'] === undefined ? complain("required properties at '/' are 'prompt'") : null)
  );
};

const noNullContent: Together = (body) => {
  const turns = Array.isArray(body['messages']) ? body['messages'].filter(isFields) : [];
  return turns.some(({ content }) => content === null)
    ? complain("Type mismatch of '/messages', 'null' not in 'string'", 'messages')
    : null;
};

const jsonIsNotStreamed: Together = ({ response_format: format, stream }) =>
  format !== undefined && stream === true ? complain("JSON Mode currently doesn't support streaming.", 'response_format') : null;

const alwaysLimited: Together = ({ max_tokens: limit }) =>
  limit === undefined
    ? complain('Without max_tokens this provider ends after 256 tokens: a request must say how many.', 'max_tokens')
    : null;

const known: Readonly<Record<string, Check>> = Object.fromEntries(
  [
    'prompt messages raw lora stream stream_options max_tokens temperature top_p top_k seed repetition_penalty frequency_penalty',
    'presence_penalty response_format tools tool_choice stop n logit_bias logprobs top_logprobs parallel_tool_calls user metadata',
    'service_tier reasoning_effort chat_template_kwargs',
  ]
    .flatMap((line) => line.split(' '))
    .map((name): [string, Check] => [name, () => null]),
);

/** Workers AI: two schemas, one envelope, and a limit that must always be said. */
export const cloudflareWorkersAi: System = {
  slug: 'cloudflare-workers-ai',
  needsKey: true,
  wireFormat: workersAiFormat,
  writeError: writeWorkersAiError,
  habits: { ...openAiHabits, writeStreamError: (complaint): Fields => writeWorkersAiError(complaint) },
  operations: {
    chat: {
      fields: known,
      unknown: 'ignore',
      together: allOf(
        noNullContent,
        shape,
        alwaysLimited,
        jsonIsNotStreamed,
        topLogprobsNeedLogprobs,
        needsTools('tool_choice'),
        namedToolExists,
      ),
      defaultMaxTokens: 256,
    },
  },
};
