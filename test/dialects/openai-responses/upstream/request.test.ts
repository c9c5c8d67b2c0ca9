import { inputOf as messagesInput } from '../../messages-input.ts';
import { describe, expect, it } from 'vitest';
import { openaiResponsesUpstream as dialect } from '../../../../src/dialects/openai-responses/upstream/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { judge } from '../../../simulator/judge.ts';
import { asHistory, refusalOf, rendered, reported, type RenderInput } from '../../render-input.ts';
import { replayBody, replayEvents } from '../../replay.ts';
import type { AnswerPart, WrittenAnswer } from '../../wire-writer.ts';
import { itemOf, responseOf, streamOf } from './wire.ts';
import { PLAIN_CALL } from '../../plain-call.ts';

const render = (asked?: RenderInput) => rendered(dialect, asked);
const bodyWith = (parameters: JsonObject, quirks: string[] = []) => render({ parameters, quirks }).body;
const inputOf = (...messages: unknown[]) => render({ messages }).body['input'];
const HELLO = { model: 'm', input: [{ role: 'user', content: 'hello' }], store: false };
const look = { name: 'look', parameters: { type: 'object', properties: { river: { type: 'string' } } } };

describe('Responses request: a request', () => {
  it('is model, input and what was fitted, and leaves nothing at the provider', () => {
    const parameters = { temperature: 0.5, max_output_tokens: 16, service_tier: 'flex', of_the_file: { a: 1 } };
    expect(render({ parameters })).toEqual({ body: { ...HELLO, ...parameters }, adjustments: [] });
  });

  it('is streamed without options: usage comes by itself', () => {
    expect(render({ stream: true }).body).toEqual({ ...HELLO, stream: true });
  });

  it('leaves the answer at the provider where the client itself says so', () => {
    expect(bodyWith({ store: true })).toMatchObject({ store: true });
  });

  it('can be made of a prompt', () => {
    const { body, adjustments } = dialect.render({
      ...PLAIN_CALL,
      input: { kind: 'prompt', prompt: { kind: 'text', value: 'Once' } },
    });
    expect(body['input']).toEqual([{ role: 'user', content: 'Once' }]);
    expect(adjustments).toMatchObject([{ param: 'prompt', action: 'emulated' }]);
  });
});

describe('Responses request: parameters with a structure', () => {
  const encrypted = ['reasoning.encrypted_content'];

  it.each<[string, JsonObject, string[], JsonObject]>([
    ['an effort', { reasoning_effort: 'high' }, [], { include: encrypted, reasoning: { effort: 'high', summary: 'auto' } }],
    ['no thinking', { reasoning_effort: 'none' }, [], { reasoning: { effort: 'none' } }],
    ['no thinking of a model that thinks unasked', { reasoning_effort: 'none' }, ['thinks-unasked'], { reasoning: { effort: 'none' } }],
    ['nothing, of a model that thinks unasked', {}, ['thinks-unasked'], { include: encrypted }],
    [
      'an effort where summaries are refused',
      { reasoning_effort: 'low' },
      ['no-reasoning-summary'],
      { include: encrypted, reasoning: { effort: 'low' } },
    ],
    ['log probabilities', { logprobs: true, top_logprobs: 3 }, [], { include: ['message.output_text.logprobs'], top_logprobs: 3 }],
    ['no log probabilities', { logprobs: false }, [], {}],
    ['both', { logprobs: true }, ['thinks-unasked'], { include: [...encrypted, 'message.output_text.logprobs'] }],
    ['verbosity', { verbosity: 'low' }, [], { text: { verbosity: 'low' } }],
    ['any JSON', { response_format: { type: 'json_object' } }, [], { text: { format: { type: 'json_object' } } }],
    ['plain text', { response_format: { type: 'text' }, verbosity: 'high' }, [], { text: { format: { type: 'text' }, verbosity: 'high' } }],
    [
      'a schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'a', description: 'b', schema: { type: 'object' }, strict: true } } },
      [],
      { text: { format: { type: 'json_schema', name: 'a', description: 'b', schema: { type: 'object' }, strict: true } } },
    ],
    [
      'a schema without its words',
      { response_format: { type: 'json_schema', json_schema: { name: 'a', description: null } } },
      [],
      { text: { format: { type: 'json_schema', name: 'a', schema: {} } } },
    ],
  ])('%s', (_, parameters, quirks, expected) => {
    expect(bodyWith(parameters, quirks)).toEqual({ ...HELLO, ...expected });
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      'a function, which is strict only where that is said',
      { type: 'function', function: look },
      { type: 'function', ...look, strict: false },
    ],
    [
      'a strict function',
      { type: 'function', function: { ...look, description: 'Looks.', strict: true } },
      { type: 'function', ...look, description: 'Looks.', strict: true },
    ],
    [
      'a function without parameters',
      { type: 'function', function: { name: 'now', strict: null } },
      { type: 'function', name: 'now', parameters: { type: 'object', properties: {} }, strict: false },
    ],
    [
      'a custom tool',
      { type: 'custom', custom: { name: 'shell', format: { type: 'text' } } },
      { type: 'custom', name: 'shell', format: { type: 'text' } },
    ],
    [
      'a custom tool with a grammar',
      { type: 'custom', custom: { name: 'sum', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'x' } } } },
      { type: 'custom', name: 'sum', format: { type: 'grammar', syntax: 'lark', definition: 'x' } },
    ],
    ['a tool of the provider', { type: 'web_search', search_context_size: 'low' }, { type: 'web_search', search_context_size: 'low' }],
  ])('%s lies flat', (_, tool, expected) => {
    expect(bodyWith({ tools: [tool] })).toEqual({ ...HELLO, tools: [expected] });
  });

  it.each<[unknown, unknown]>([
    ['required', 'required'],
    [
      { type: 'function', function: { name: 'look' } },
      { type: 'function', name: 'look' },
    ],
    [
      { type: 'custom', custom: { name: 'shell' } },
      { type: 'custom', name: 'shell' },
    ],
    [
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'look' } }, { type: 'mcp' }] },
      },
      { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'look' }, { type: 'mcp' }] },
    ],
    [{ type: 'web_search' }, { type: 'web_search' }],
  ])('the choice %j is %j', (choice, expected) => {
    expect(bodyWith({ tool_choice: choice })['tool_choice']).toEqual(expected);
  });
});

describe('Responses request: messages', () => {
  it('keep their order, system messages too', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
      { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
      { role: 'assistant', content: 'Hello.' },
      { role: 'assistant', content: [{ type: 'text', text: 'Well?' }], phase: 'final_answer' },
    ];
    expect(render({ messages })).toMatchObject({ adjustments: [] });
    expect(inputOf(...messages)).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
      { role: 'developer', content: [{ type: 'input_text', text: 'Be kind.' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Well?' }], phase: 'final_answer' },
    ]);
  });

  it('have the roles that the provider knows', () => {
    const { body, adjustments } = dialect.render({
      ...PLAIN_CALL,
      roles: { developer: 'system' },
      input: messagesInput([{ role: 'developer', content: 'a' }]),
    });
    expect(body['input']).toEqual([{ role: 'system', content: 'a' }]);
    expect(adjustments).toMatchObject([{ param: 'messages.role', action: 'renamed', from: 'developer', to: 'system' }]);
  });

  const uri = 'data:application/pdf;base64,JVBE';
  it.each<[JsonObject, JsonObject]>([
    [
      { type: 'text', text: 'a' },
      { type: 'input_text', text: 'a' },
    ],
    [
      { type: 'refusal', refusal: 'No.' },
      { type: 'input_text', text: 'No.' },
    ],
    [
      { type: 'image_url', image_url: { url: 'https://a.example/b.png', detail: 'low' } },
      { type: 'input_image', image_url: 'https://a.example/b.png', detail: 'low' },
    ],
    [
      { type: 'image_url', image_url: 'data:image/png;base64,iVBO' },
      { type: 'input_image', image_url: 'data:image/png;base64,iVBO', detail: 'auto' },
    ],
    [
      { type: 'file', file: { file_data: uri, filename: 'a.pdf' } },
      { type: 'input_file', filename: 'a.pdf', file_data: uri },
    ],
    [
      { type: 'file', file: { file_data: 'https://a.example/b.pdf' } },
      { type: 'input_file', file_url: 'https://a.example/b.pdf' },
    ],
    [
      { type: 'file', file: { file_id: 'file-1' } },
      { type: 'input_file', file_id: 'file-1' },
    ],
  ])('may hold %j', (part, expected) => {
    expect(inputOf({ role: 'user', content: [part] })).toEqual([{ role: 'user', content: [expected] }]);
    const [, output] = inputOf(
      { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'c', content: [part] },
    ) as JsonObject[];
    expect(output).toEqual({ type: 'function_call_output', call_id: 'c', output: [expected] });
  });

  it.each<[string, unknown, string]>([
    ['sound', { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'x' } }] }, 'messages[0].content[0]'],
    [
      'video',
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'video_url', video_url: 'x' },
        ],
      },
      'messages[0].content[1]',
    ],
    ['a file that is none', { role: 'user', content: [{ type: 'file', file: {} }] }, 'messages[0].content[0]'],
    ['an image of the assistant', { role: 'assistant', content: [{ type: 'image_url', image_url: 'x' }] }, 'messages[0].content[0]'],
    ['a call of nothing', { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'odd' }] }, 'messages[0].tool_calls[0]'],
  ])('with %s are refused, and the place is named', (_, message, path) => {
    expect(refusalOf(dialect, { messages: [message] })[0]).toBe(path);
  });

  it('say which of their fields do not arrive, once for each', () => {
    const asked = render({
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'a', cache_control: {} }], name: 'Ada' },
        { role: 'user', content: 'b', name: 'Ada', mystery: 1 },
        { role: 'assistant', content: 'c', audio: { id: 'x' }, tool_calls: [], name: null },
      ],
    });
    expect(reported(asked)).toEqual(['messages.name dropped', 'messages.mystery dropped', 'messages.audio dropped']);
    expect(asked.adjustments[0]?.reason).toContain('2 messages');
  });

  it('of the assistant may refuse, and may be silent', () => {
    expect(inputOf({ role: 'assistant', content: null, refusal: 'No.' }, { role: 'assistant', content: '' }, HELLO.input[0])).toEqual([
      { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
      HELLO.input[0],
    ]);
  });

  it('with calls and their results keep them together, whatever their ids', () => {
    const long = `call_${'x'.repeat(80)}`;
    const input = inputOf(
      {
        role: 'assistant',
        content: 'One moment.',
        tool_calls: [
          { id: long, type: 'function', function: { name: 'look', arguments: '{"a": 1}' } },
          { id: 'call_2', type: 'function', function: { name: 'now', arguments: '' } },
          { id: 'call_3', type: 'custom', custom: { name: 'shell', input: 'ls' } },
        ],
      },
      { role: 'tool', tool_call_id: long, content: 'seen' },
      { role: 'tool', tool_call_id: 'call_3', content: 'a.txt' },
    ) as JsonObject[];
    const short = input[1]?.['call_id'];
    expect(short).toMatch(/^call_x+_\w{9}$/);
    expect(short).toHaveLength(64);
    expect(input).toEqual([
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'One moment.' }] },
      { type: 'function_call', call_id: short, name: 'look', arguments: '{"a": 1}' },
      { type: 'function_call', call_id: 'call_2', name: 'now', arguments: '{}' },
      { type: 'custom_tool_call', call_id: 'call_3', name: 'shell', input: 'ls' },
      { type: 'function_call_output', call_id: short, output: 'seen' },
      { type: 'custom_tool_call_output', call_id: 'call_3', output: 'a.txt' },
    ]);
  });

  it('are not changed by being rendered', () => {
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'a', cache_control: {} }], name: 'Ada' }];
    const before = structuredClone(messages);
    render({ messages });
    expect(messages).toEqual(before);
  });
});

describe('Responses request: thoughts', () => {
  const format = 'openai-responses-v1';
  const summary = { type: 'reasoning.summary', summary: 'Hm.', id: 'rs_1', format, index: 0 };
  const encrypted = { type: 'reasoning.encrypted', data: 'gAAA', id: 'rs_1', format, index: 1 };
  const said = (details: unknown[], more: JsonObject = {}) => ({ role: 'assistant', content: 'a', reasoning_details: details, ...more });

  it('go back as they came, before the text', () => {
    const asked = render({ messages: [said([summary, encrypted], { reasoning: 'Hm.' })] });
    const thought = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'gAAA' };
    expect((asked.body['input'] as JsonObject[])[0]).toEqual(thought);
    expect(asked.adjustments).toEqual([]);
  });

  it('of open models go back as text', () => {
    const detail = { type: 'reasoning.text', text: 'Hm.', format, index: 0 };
    expect(inputOf(said([detail]))).toMatchObject([{ type: 'reasoning', content: [{ type: 'reasoning_text', text: 'Hm.' }] }, {}]);
  });

  it.each<[string, JsonObject, string[]]>([
    ['another family made', said([{ ...encrypted, format: 'anthropic-claude-v1' }]), ['messages.reasoning_details dropped']],
    ['without a maker', said([{ type: 'reasoning.encrypted', data: 'x' }]), ['messages.reasoning_details dropped']],
    ['are only summed up', said([summary]), ['messages.reasoning_details dropped']],
    ['are nothing but text', { role: 'assistant', content: 'a', reasoning: 'Hm.' }, ['messages.reasoning dropped']],
    [
      'are text under the other name',
      { role: 'assistant', content: 'a', reasoning_content: 'Hm.' },
      ['messages.reasoning_content dropped'],
    ],
    ['came to nothing', said([encrypted], { content: '' }), ['messages.reasoning_details dropped']],
    ['are of an unknown kind', said([{ ...encrypted, type: 'reasoning.dream' }]), ['messages.reasoning_details dropped']],
  ])('that %s are left out, and that is said', (_, message, expected) => {
    const asked = render({ messages: [message] });
    expect(asked.body['input']).toEqual(
      message['content'] === '' ? [] : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a' }] }],
    );
    expect(reported(asked)).toEqual(expected);
  });
});

describe('Responses request: an answer that is sent back', () => {
  const said: AnswerPart[] = [
    { kind: 'reasoning', pieces: ['First', ' of all.'], signature: 'gAAA1' },
    { kind: 'reasoning', pieces: ['Then.'], signature: 'gAAA2' },
    { kind: 'text', pieces: ['One ', 'moment.'] },
    { kind: 'tool', id: 'call_1', name: 'look', pieces: ['{"river":', '"Inn"}'] },
    { kind: 'tool', id: 'call_2', name: 'now', pieces: [] },
  ];
  const answer: WrittenAnswer = { said, finish: 'completed', usage: null };
  /** What the provider looks at in its own items. */
  const essence = ({ type, id, summary, encrypted_content, content, call_id, name, arguments: given }: JsonObject): JsonObject => {
    if (type === 'reasoning') return { type, id, summary, encrypted_content };
    if (type === 'function_call') return { type, call_id, name, arguments: given };
    return { type, role: 'assistant', content: (content as JsonObject[]).map(({ text }) => ({ type: 'output_text', text })) };
  };

  it.each([
    ['streamed', replayEvents(dialect, streamOf(answer))],
    ['whole', replayBody(dialect, responseOf(answer))],
  ])('(%s) is what the provider gave', (_, outcome) => {
    const results = ['call_1', 'call_2'].map((id) => ({ role: 'tool', tool_call_id: id, content: 'seen' }));
    const asked = render({ messages: [asHistory(outcome), ...results] });
    expect(asked.body['input']).toEqual([
      ...said.map((one, index) => essence(itemOf(one, index))),
      { type: 'function_call_output', call_id: 'call_1', output: 'seen' },
      { type: 'function_call_output', call_id: 'call_2', output: 'seen' },
    ]);
    expect(asked.adjustments).toEqual([]);
    expect(judge('openai/responses', 'chat', asked.body)).toBeNull();
  });

  it('keeps the parts of a summary', () => {
    const summary = ['One.', 'Two.'].map((text) => ({ type: 'summary_text', text }));
    const thought = { type: 'reasoning', id: 'rs_0', summary, encrypted_content: 'gAAA' };
    const message = itemOf({ kind: 'text', pieces: ['Done.'] }, 1);
    const outcome = replayBody(dialect, { object: 'response', status: 'completed', output: [thought, message] });
    expect(inputOf(asHistory(outcome))).toEqual([thought, essence(message)]);
  });
});
