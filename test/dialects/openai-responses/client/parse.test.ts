import { describe, expect, it } from 'vitest';
import { answerOptionsOf } from '../../../../src/dialects/openai-responses/client/answer-options.ts';
import { parseResponses } from '../../../../src/dialects/openai-responses/client/parse.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import type { Turn } from '../../../../src/unified/request/conversation.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const parse = (fields: JsonObject) => parseResponses({ model: 'openai/gpt-5.5', input: 'Hi', ...fields });

/** The turns in a short form: role, and type and content of each block. */
function turnsOf(fields: JsonObject) {
  const { input } = parse(fields);
  return input.kind === 'messages' ? input.conversation.turns.map(short) : [];
}

function short({ role, blocks }: Turn): [string, ...string[]] {
  return [
    role,
    ...blocks.map((block) => {
      if (block.type === 'text') return block.text;
      if (block.type === 'tool-call') return `${block.kind} ${block.id} ${block.name} ${block.input}`;
      if (block.type === 'tool-result')
        return `result ${block.callId} ${block.blocks.map((one) => (one.type === 'text' ? one.text : one.type)).join()}`;
      if (block.type === 'reasoning') return `${block.kind} ${block.text}${block.state === null ? '' : ` <${block.state.data}>`}`;
      return block.type;
    }),
  ];
}

const refusals = (fields: JsonObject) => parse(fields).nativeOnly.filter(({ otherwise }) => otherwise === 'refuse');
const left = (fields: JsonObject) => parse(fields).nativeOnly.filter(({ otherwise }) => otherwise !== 'refuse');

const message = (role: string, content: unknown, more: JsonObject = {}) => ({ type: 'message', role, content, ...more });
const call = (id: string, more: JsonObject = {}) => ({ type: 'function_call', call_id: id, name: 'look', arguments: '{}', ...more });
const output = (id: string, text: unknown = 'ok') => ({ type: 'function_call_output', call_id: id, output: text });
const fn = (name: string, more: JsonObject = {}) => ({ type: 'function', name, ...more });

describe('parseResponses, fields', () => {
  it.each<[JsonObject, JsonObject]>([
    [{ max_output_tokens: 99 }, { max_tokens: 99 }],
    [{ reasoning: { effort: 'high', summary: 'auto' } }, { reasoning: { effort: 'high' } }],
    [{ reasoning: null, text: null, include: null, instructions: null }, {}],
    [{ text: { format: { type: 'text' }, verbosity: 'low' } }, { verbosity: 'low' }],
    [
      { text: { format: { type: 'json_schema', name: 'n', strict: true, schema: { type: 'object' } } } },
      { response_format: { type: 'json_schema', json_schema: { name: 'n', strict: true, schema: { type: 'object' } } } },
    ],
    [{ text: { format: { type: 'json_object' } } }, { response_format: { type: 'json_object' } }],
    [{ truncation: 'auto' }, { transforms: ['middle-out'] }],
    [{ truncation: 'disabled' }, {}],
    [
      { include: ['message.output_text.logprobs'], top_logprobs: 3 },
      { logprobs: true, top_logprobs: 3 },
    ],
    [
      {
        metadata: { a: 'b' },
        store: true,
        client_metadata: { c: 'd' },
        unknown: 1,
        max_tool_calls: 3,
        stream_options: { include_obfuscation: false },
      },
      {},
    ],
    [
      { prompt_cache_key: 'k', safety_identifier: 's', service_tier: 'ultrafast', user: 'u' },
      { prompt_cache_key: 'k', safety_identifier: 's', service_tier: 'ultrafast', user: 'u' },
    ],
    [{ parallel_tool_calls: true, tool_choice: 'auto' }, {}],
  ])('reads %j as %j', (fields, parameters) => {
    expect(parse(fields).parameters).toEqual(parameters);
  });

  it.each<[JsonObject, string, string]>([
    [{ max_output_tokens: 0 }, 'max_output_tokens', 'max_output_tokens is 0; expected an integer of 1 or more.'],
    [{ temperature: 3 }, 'temperature', 'temperature is 3; expected a number from 0 to 2.'],
    [{ reasoning: { effort: 'huge' } }, 'reasoning.effort', 'reasoning.effort is "huge"; expected '],
    [{ reasoning: 'high' }, 'reasoning', 'reasoning is "high"; expected an object.'],
    [
      { text: { format: { type: 'xml' } } },
      'text.format.type',
      'text.format.type is "xml"; expected "text", "json_object" or "json_schema".',
    ],
    [{ text: { format: { type: 'json_schema' } } }, 'text.format.name', 'text.format.name is missing'],
    [{ text: { verbosity: 'loud' } }, 'text.verbosity', 'text.verbosity is "loud"; expected one of '],
    [{ truncation: 'middle' }, 'truncation', 'truncation is "middle"; expected "auto" or "disabled".'],
    [{ instructions: ['x'] }, 'instructions', 'instructions is ["x"]; expected a string.'],
    [{ include: 'x' }, 'include', 'include is "x"; expected an array.'],
    [{ input: null }, 'input', 'input is missing; expected a string or an array of items.'],
    [{ input: [] }, 'input', 'input is []; expected a string or an array of items.'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].name', 'tools[0].name is missing; expected a string.'],
    [{ tools: [{ name: 'x' }] }, 'tools[0].type', 'tools[0].type is missing; expected a string.'],
    [{ tools: [fn('x', { parameters: 'y' })] }, 'tools[0].parameters', 'tools[0].parameters is "y"; expected a JSON Schema.'],
    [{ tool_choice: 'any' }, 'tool_choice', 'tool_choice is "any"; expected '],
    [
      { input: [{ type: 'function_call', name: 'x', arguments: '{}' }] },
      'input[0].call_id',
      'input[0].call_id is missing; expected a string.',
    ],
    [{ input: [message('robot', 'x')] }, 'input[0].role', 'input[0].role is "robot"; expected '],
    [{ input: ['x'] }, 'input[0]', 'input[0] is "x"; expected an object.'],
    [
      { input: [message('user', [{ type: 'input_image' }])] },
      'input[0].content[0].image_url',
      'input[0].content[0].image_url is missing; expected a URL or a data URI.',
    ],
    [{ input: [message('user', [{ text: 'x' }])] }, 'input[0].content[0].type', 'input[0].content[0].type is missing; expected '],
    [{ model: null }, 'model', 'model is required'],
    [{ route: 'all' }, 'route', 'a Response has one answer'],
  ])('refuses %j and names %s', (fields, param, words) => {
    const error = thrownBy(() => parse(fields));
    expect(error.message).toContain(words);
    expect([error.status, error.details.param]).toEqual([400, param]);
  });

  it.each<[JsonObject, string, string | undefined]>([
    [{ previous_response_id: 'resp_1' }, "Previous response with id 'resp_1' not found.", 'previous_response_not_found'],
    [{ conversation: 'conv_1' }, 'conversation: this router keeps no conversations.', 'unsupported_parameter'],
    [{ input: [{ type: 'item_reference', id: 'msg_9' }] }, "Item with id 'msg_9' not found.", undefined],
  ])('refuses %j, which needs a store', (fields, words, code) => {
    const error = thrownBy(() => parse(fields));
    expect(error.message).toContain(words);
    expect(error.details.clientCode).toBe(code);
    expect(error.message).toMatch(/`store: false`|`stream: true`/);
  });

  it('repeats the request for the Response object, with defaults and the truth about store', () => {
    const { echo } = answerOptionsOf(parse({ store: true, temperature: 0.5, tools: [fn('look')], reasoning: { effort: 'low' } }));
    expect(echo).toMatchObject({
      store: false,
      temperature: 0.5,
      top_p: 1,
      tool_choice: 'auto',
      tools: [{ type: 'function', name: 'look', description: null, parameters: null, strict: false }],
      reasoning: { effort: 'low', summary: null },
      text: { format: { type: 'text' } },
      instructions: null,
      metadata: {},
      truncation: 'disabled',
    });
    expect(echo.text).not.toHaveProperty('verbosity');
  });

  it('passes the body to an upstream of the same format without the fields of the router', () => {
    const body = { input: 'Hi', model: 'm', unknown: { a: 1 }, store: true, text: { verbosity: 'low' } };
    expect(
      parseResponses({ ...body, provider: { sort: 'price' }, models: ['n'], session_id: 's', cache_control: { type: 'ephemeral' } }).native,
    ).toEqual({
      format: 'openai-responses',
      body,
      headers: {},
    });
  });

  it('needs no input beside a stored prompt, and sends none to an upstream of the same format', () => {
    const { native, input } = parseResponses({ model: 'm', prompt: { id: 'pmpt_1' } });
    expect(native?.body).toEqual({ model: 'm', prompt: { id: 'pmpt_1' } });
    expect(input).toMatchObject({ conversation: { source: { format: 'openai-responses', value: undefined } } });
    expect(thrownBy(() => parseResponses({ model: 'm' }))).toMatchObject({ details: { param: 'input' } });
  });

  it.each<[JsonObject, string[]]>([
    [{ prompt: { id: 'pmpt_1' } }, ['prompt']],
    [{ prompt: { id: 'pmpt_1' }, input: undefined }, ['prompt']],
    [{ tools: [{ type: 'local_shell' }, { type: 'shell' }, { type: 'apply_patch' }] }, ['tools[0].type', 'tools[1].type', 'tools[2].type']],
    [{ input: [{ type: 'compaction', encrypted_content: 'gAAA' }, message('user', 'x')] }, ['input[0]']],
    [{ input: [message('user', [{ type: 'input_file', file_id: 'file_1' }])] }, ['input[0].content[0].file_id']],
    [{ input: [message('user', [{ type: 'input_video' }])] }, ['input[0].content[0]']],
  ])('refuses %j only at upstreams of other formats', (fields, params) => {
    expect(refusals(fields).map(({ param }) => param)).toEqual(params);
  });

  it.each<[JsonObject, string[]]>([
    [{ moderation: {}, context_management: [] }, ['moderation drop', 'context_management drop']],
    [{ include: ['reasoning.encrypted_content', 'file_search_call.results'] }, ['include drop']],
    [{ reasoning: { context: 'x' } }, ['reasoning.context drop']],
    [{ tools: [{ type: 'web_search', external_web_access: true }, { type: 'mcp' }] }, ['tools[0] drop', 'tools[1] drop']],
    [{ input: [{ type: 'web_search_call' }, { type: 'web_search_call' }, message('user', 'x')] }, ['input drop']],
    [{ input: [{ type: 'shell_call', call_id: 'c', action: {} }, message('user', 'x')] }, ['input emulate']],
  ])('reports what an upstream of another format does not get of %j', (fields, lines) => {
    expect(left(fields).map(({ param, otherwise }) => `${param} ${otherwise}`)).toEqual(lines);
  });
});

describe('parseResponses, items', () => {
  it('reads a text and instructions', () => {
    expect(turnsOf({ input: 'Hi', instructions: 'Be brief.' })).toEqual([
      ['system', 'Be brief.'],
      ['user', 'Hi'],
    ]);
  });

  it('reads messages of every role, in both forms, with and without a type', () => {
    const input = [
      { role: 'developer', content: 'rules' },
      message('system', [{ type: 'input_text', text: 'more rules' }]),
      message('user', [
        { type: 'input_text', text: 'a' },
        { type: 'input_image', image_url: 'https://x.example/a.png', detail: 'low' },
        { type: 'input_file', filename: 'a.pdf', file_url: 'https://x.example/a.pdf' },
      ]),
      message('assistant', [
        { type: 'output_text', text: 'b', annotations: [] },
        { type: 'refusal', refusal: 'no' },
      ]),
      message('user', null),
    ];
    expect(turnsOf({ input })).toEqual([
      ['system', 'rules'],
      ['system', 'more rules'],
      ['user', 'a', 'image', 'document'],
      ['assistant', 'b', 'no'],
      ['user'],
    ]);
  });

  it('reads neighbouring reasoning, messages and calls as one turn, and results as turns of the user', () => {
    const input = [
      message('user', 'go'),
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }], content: null, encrypted_content: 'gAAA' },
      message('assistant', 'I look.', { phase: 'commentary' }),
      call('c1'),
      { type: 'custom_tool_call', call_id: 'c2', name: 'apply_patch', input: '*** Begin' },
      output('c1'),
      { type: 'custom_tool_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'done' }] },
      message('assistant', 'Done.'),
    ];
    expect(turnsOf({ input })).toEqual([
      ['user', 'go'],
      ['assistant', 'encrypted Hm. <gAAA>', 'I look.', 'function c1 look {}', 'custom c2 apply_patch *** Begin'],
      ['user', 'result c1 ok'],
      ['user', 'result c2 done'],
      ['assistant', 'Done.'],
    ]);
  });

  it('writes items of OpenAI tools as text, or leaves them out', () => {
    const input = [
      { type: 'shell_call', call_id: 'c', action: { commands: ['ls'] } },
      { type: 'shell_call_output', call_id: 'c', output: 'a.txt' },
      { type: 'web_search_call', id: 'ws_1' },
      message('user', 'go'),
    ];
    expect(turnsOf({ input })).toEqual([
      ['assistant', '[Called shell with {"commands":["ls"]}]'],
      ['user', '[Result of shell]\na.txt'],
      ['user', 'go'],
    ]);
  });

  it('takes a cache mark from prompt_cache_breakpoint', () => {
    const { input } = parse({
      input: [message('user', [{ type: 'input_text', text: 'a', prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } }])],
    });
    expect(input).toMatchObject({ conversation: { turns: [{ blocks: [{ cacheControl: { type: 'ephemeral', ttl: '1h' } }] }] } });
  });

  it('keeps the original of each block', () => {
    const part = { type: 'input_text', text: 'a', extra: 1 };
    const items = [message('user', [part]), call('c1', { extra: 2 })];
    const { input } = parse({ input: items });
    expect(input).toMatchObject({
      conversation: {
        source: { format: 'openai-responses', value: items },
        turns: [{ blocks: [{ original: part }] }, { blocks: [{ original: items[1] }] }],
      },
    });
  });
});

describe('parseResponses, tools', () => {
  const tools = (fields: JsonObject) => parse(fields).parameters.tools;
  const declared = (fields: JsonObject) => answerOptionsOf(parse(fields)).tools;

  it('reads functions and custom tools', () => {
    const parameters = { type: 'object', properties: {} };
    const given = [
      fn('look', { description: 'd', parameters, strict: null }),
      fn('find', { strict: true, parameters }),
      { type: 'custom', name: 'apply_patch', description: 'p', format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } },
    ];
    expect(tools({ tools: given })).toEqual([
      { type: 'function', function: { name: 'look', description: 'd', parameters } },
      { type: 'function', function: { name: 'find', parameters, strict: true } },
      {
        type: 'custom',
        custom: {
          name: 'apply_patch',
          description: 'p',
          format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "a"' } },
        },
      },
    ]);
    expect(declared({ tools: given })).toEqual({ apply_patch: { kind: 'custom', name: 'apply_patch', namespace: null } });
  });

  it('gives tools of a namespace one name, the same in the history', () => {
    const given = [{ type: 'namespace', name: 'multi_agent_v1', tools: [fn('list_agents')] }];
    const input = [call('c1', { namespace: 'multi_agent_v1', name: 'list_agents' }), output('c1')];
    expect(tools({ tools: given })).toEqual([{ type: 'function', function: { name: 'multi_agent_v1__list_agents' } }]);
    expect(declared({ tools: given })).toEqual({
      multi_agent_v1__list_agents: { kind: 'function', name: 'list_agents', namespace: 'multi_agent_v1' },
    });
    expect(turnsOf({ tools: given, input })[0]).toEqual(['assistant', 'function c1 multi_agent_v1__list_agents {}']);
  });

  it.each([
    [true, undefined],
    [false, false],
  ])('reads parallel_tool_calls %s as %s', (given, unified) => {
    expect(parse({ tools: [fn('look')], parallel_tool_calls: given }).parameters.parallel_tool_calls).toBe(unified);
  });

  it('makes the tools callable that a search found, and no deferred one before', () => {
    const search = { type: 'tool_search', execution: 'client', parameters: { type: 'object' } };
    const given = [search, fn('late', { defer_loading: true })];
    const found = [
      { type: 'tool_search_call', call_id: 's1', execution: 'client', arguments: { query: 'late' } },
      {
        type: 'tool_search_output',
        call_id: 's1',
        execution: 'client',
        tools: [fn('late', { defer_loading: true }), { type: 'namespace', name: 'ns', tools: [fn('more')] }],
      },
    ];
    const names = (fields: JsonObject) => (tools(fields) as { function: { name: string } }[]).map((tool) => tool.function.name);
    expect(names({ tools: given })).toEqual(['tool_search']);
    expect(names({ tools: given, input: found })).toEqual(['tool_search', 'late', 'ns__more']);
    expect(turnsOf({ tools: given, input: found })).toEqual([
      ['assistant', 'function s1 tool_search {"query":"late"}'],
      ['user', 'result s1 Tools that can be called now: late, ns__more'],
    ]);
    expect(declared({ tools: given })['tool_search']).toEqual({ kind: 'tool_search', name: 'tool_search', namespace: null });
  });

  it('takes additional tools, and sends deferred ones where no search can find them', () => {
    const input = [{ type: 'additional_tools', role: 'developer', tools: [fn('extra')] }, message('user', 'x')];
    expect(tools({ tools: [fn('late', { defer_loading: true })], input })).toHaveLength(2);
  });

  it.each<[unknown, unknown]>([
    ['required', 'required'],
    [
      { type: 'function', name: 'look' },
      { type: 'function', function: { name: 'look' } },
    ],
    [
      { type: 'custom', name: 'patch' },
      { type: 'custom', custom: { name: 'patch' } },
    ],
    [
      { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'look' }, { type: 'web_search' }] },
      { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'look' } }] } },
    ],
    [{ type: 'web_search' }, undefined],
  ])('reads the choice %j as %j', (choice, unified) => {
    expect(parse({ tools: [fn('look'), { type: 'custom', name: 'patch' }], tool_choice: choice }).parameters.tool_choice).toEqual(unified);
  });

  it('sends no tool where none of the allowed ones can be called', () => {
    const choice = { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'web_search' }] };
    expect(parse({ tools: [fn('look'), { type: 'web_search' }], tool_choice: choice }).parameters).toEqual({});
  });
});
