import { describe, expect, it } from 'vitest';
import { anthropicUpstream } from '../../../../src/dialects/anthropic/upstream/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { refusalOf, rendered, reported } from '../../render-input.ts';
import { render, SUMMARIZED, tool, user, written } from './written.ts';

describe('Anthropic request: parameters', () => {
  it('are those of the wire, at the top of the body', () => {
    const parameters = {
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      stop_sequences: ['END'],
      service_tier: 'auto',
      cache_control: { type: 'ephemeral' },
      own: 7,
    };
    expect(render({ parameters })).toEqual({
      body: { model: 'm', max_tokens: 8000, messages: [user([{ type: 'text', text: 'hello' }])], ...parameters },
      adjustments: [],
    });
  });

  it('say stream only where there is one', () => {
    expect(render().body).not.toHaveProperty('stream');
    expect(render({ stream: true }).body['stream']).toBe(true);
  });

  it('have no model beside a version in the body, which Vertex requires there', () => {
    const { body } = render({ quirks: ['version-in-body'] });
    expect(body).toMatchObject({ anthropic_version: 'vertex-2023-10-16', max_tokens: 8000 });
    expect(body).not.toHaveProperty('model');
  });

  it('always have a limit, even where the provider refused one', () => {
    const request = rendered(anthropicUpstream);
    expect(request.body['max_tokens']).toBe(4096);
    expect(reported(request)).toEqual(['max_tokens defaulted -> 4096']);
  });

  it('name the user in the metadata', () => {
    expect(written({ user: 'u-1' })).toEqual([{ metadata: { user_id: 'u-1' } }, []]);
  });

  it('leave stop sequences of white space to the router', () => {
    expect(written({ stop_sequences: ['\n', 'END', ' \t'] })).toEqual([{ stop_sequences: ['END'] }, ['stop emulated 3 -> 1']]);
    expect(written({ stop_sequences: ['\n'] })).toEqual([{}, ['stop emulated 1 -> 0']]);
  });
});

describe('Anthropic request: reasoning', () => {
  it.each<[JsonObject, JsonObject]>([
    [
      { reasoning_effort: 'low', 'reasoning.enabled': true },
      { thinking: SUMMARIZED, output_config: { effort: 'low' } },
    ],
    [{ 'reasoning.enabled': true }, { thinking: SUMMARIZED }],
    [{ 'reasoning.enabled': false }, { thinking: { type: 'disabled' } }],
    [{ 'reasoning.max_tokens': 2000, 'reasoning.enabled': true }, { thinking: { type: 'enabled', budget_tokens: 2000 } }],
    [{ verbosity: 'max' }, { output_config: { effort: 'max' } }],
    [
      { verbosity: 'low', 'reasoning.max_tokens': 2000 },
      { thinking: { type: 'enabled', budget_tokens: 2000 }, output_config: { effort: 'low' } },
    ],
    [
      { verbosity: 'low', 'reasoning.enabled': false },
      { thinking: { type: 'disabled' }, output_config: { effort: 'low' } },
    ],
    [
      { verbosity: 'high', reasoning_effort: 'high' },
      { thinking: SUMMARIZED, output_config: { effort: 'high' } },
    ],
    [{}, {}],
  ])('%j', (parameters, sent) => {
    expect(written(parameters)).toEqual([sent, []]);
  });

  it('wins over verbosity', () => {
    expect(written({ verbosity: 'low', reasoning_effort: 'high' })).toEqual([
      { thinking: SUMMARIZED, output_config: { effort: 'high' } },
      ['verbosity dropped "low"'],
    ]);
  });

  it.each([
    [9000, 8000, { type: 'enabled', budget_tokens: 7999 }, ['reasoning.max_tokens clamped 9000 -> 7999']],
    [500, 8000, { type: 'enabled', budget_tokens: 1024 }, ['reasoning.max_tokens clamped 500 -> 1024']],
    [1024, 1025, { type: 'enabled', budget_tokens: 1024 }, []],
    [1024, 1024, undefined, ['reasoning dropped']],
  ])('of %i tokens below a limit of %i', (budget, limit, thinking, told) => {
    const request = render({ parameters: { 'reasoning.max_tokens': budget, max_tokens: limit, temperature: 1 } });
    expect(request.body['thinking']).toEqual(thinking);
    expect(request.body['temperature']).toBe(1);
    expect(reported(request)).toEqual(told);
  });

  it('forbids sampling', () => {
    const sampling = { temperature: 0.5, top_k: 5, top_p: 0.5 };
    expect(written({ ...sampling, 'reasoning.enabled': true })).toEqual([
      { thinking: SUMMARIZED, top_p: 0.95 },
      ['top_k dropped 5', 'temperature dropped 0.5', 'top_p clamped 0.5 -> 0.95'],
    ]);
    expect(written({ temperature: 1, top_p: 0.97, 'reasoning.enabled': true })).toEqual([
      { thinking: SUMMARIZED, temperature: 1, top_p: 0.97 },
      [],
    ]);
    expect(written({ ...sampling, 'reasoning.enabled': false })).toEqual([{ ...sampling, thinking: { type: 'disabled' } }, []]);
    expect(written(sampling, ['thinks-by-default'])[0]).toEqual({ top_p: 0.95 });
  });

  it('is not for an answer that was begun', () => {
    const messages = [user('a'), { role: 'assistant', content: 'b' }];
    expect(written({ reasoning_effort: 'low', 'reasoning.enabled': true, temperature: 0.5, verbosity: 'high' }, [], messages)).toEqual([
      { temperature: 0.5, output_config: { effort: 'high' } },
      ['reasoning dropped'],
    ]);
  });

  describe('in a loop of tools', () => {
    const signed = {
      reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 's', format: 'anthropic-claude-v1', index: 0 }],
    };
    const calls = (id: string, more: JsonObject = {}) => [
      { role: 'assistant', content: null, tool_calls: [{ id, type: 'function', function: { name: 'look', arguments: '{}' } }], ...more },
      { role: 'tool', tool_call_id: id, content: 'x' },
    ];
    const thinkingOf = (parameters: JsonObject, ...messages: unknown[]) => written(parameters, [], [user('a'), ...messages])[0]['thinking'];
    const budget = { 'reasoning.max_tokens': 2000 };

    it('wants the reasoning of the calls back, where it has a budget', () => {
      expect(thinkingOf(budget, ...calls('t1', signed))).toBeDefined();
      expect(thinkingOf(budget, ...calls('t1', signed), ...calls('t2'))).toBeDefined();
      expect(thinkingOf(budget, ...calls('t1'))).toBeUndefined();
      expect(written(budget, [], [user('a'), ...calls('t1')])[1]).toEqual(['reasoning dropped']);
    });

    it('asks nothing of calls of the past, nor where it is adaptive', () => {
      expect(thinkingOf(budget, ...calls('t1'), { role: 'assistant', content: 'b' }, user('c'))).toBeDefined();
      expect(thinkingOf({ 'reasoning.enabled': true }, ...calls('t1'))).toEqual(SUMMARIZED);
    });
  });

  it('that cannot be off at the highest efforts lowers them', () => {
    const off = { 'reasoning.enabled': false, verbosity: 'max' };
    expect(written(off, ['highest-efforts-think'])).toEqual([
      { thinking: { type: 'disabled' }, output_config: { effort: 'high' } },
      ['verbosity clamped "max" -> "high"'],
    ]);
    expect(written(off)[0]).toMatchObject({ output_config: { effort: 'max' } });
  });
});

describe('Anthropic request: the beginning of an answer', () => {
  const messages = [user('a'), { role: 'assistant', content: 'Once upon \n' }];

  it('loses the white space at its end', () => {
    const request = render({ messages });
    expect(request.body['messages']).toMatchObject([{}, { role: 'assistant', content: [{ type: 'text', text: 'Once upon' }] }]);
    expect(reported(request)).toEqual(['messages.content clamped']);
  });

  it('is refused where the model does not go on with it, and says what to do', () => {
    const [path, message] = refusalOf(anthropicUpstream, {
      messages: [{ role: 'system', content: 'x' }, ...messages],
      quirks: ['no-prefill'],
    });
    expect(path).toBe('messages[2]');
    expect(message).toContain('Let the conversation end with a user message');
  });
});

describe('Anthropic request: tools', () => {
  const parameters = { type: 'object', properties: { a: { type: 'string', minLength: 2 } } };

  it('have a name, a description and a schema', () => {
    const tools = [
      tool('look', { description: 'Looks', parameters, strict: false }),
      tool('now', { description: null, parameters: null }),
      tool('any', { parameters: { properties: {} } }),
      { ...tool('cached'), cache_control: { type: 'ephemeral' }, eager_input_streaming: true },
      { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
    ];
    const [body, told] = written({ tools });
    expect(body['tools']).toEqual([
      { name: 'look', description: 'Looks', input_schema: parameters },
      { name: 'now', input_schema: { type: 'object', properties: {} } },
      { name: 'any', input_schema: { type: 'object', properties: {} } },
      {
        eager_input_streaming: true,
        name: 'cached',
        input_schema: { type: 'object', properties: {} },
        cache_control: { type: 'ephemeral' },
      },
      { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
    ]);
    expect(told).toEqual([]);
  });

  it('are not strict where strict tools do not take their schema, which stays as it is', () => {
    const [body, told] = written({ tools: [tool('look', { parameters, strict: true, mystery: 1 })] });
    expect(body['tools']).toEqual([{ name: 'look', input_schema: parameters }]);
    expect(told).toEqual(['tools.function.mystery dropped', 'tools.function.strict dropped "look"']);
    const closed = { type: 'object', properties: { a: { type: 'string', pattern: '^a+$' } }, required: ['a'], additionalProperties: false };
    expect(written({ tools: [tool('look', { parameters: closed, strict: true })] })).toEqual([
      { tools: [{ name: 'look', input_schema: closed, strict: true }] },
      [],
    ]);
    expect(written({ tools: [tool('look', { parameters, strict: true })] }, ['json-by-tool'])).toEqual([
      { tools: [{ name: 'look', input_schema: parameters }] },
      ['tools.function.strict dropped "look"'],
    ]);
  });

  it.each<[JsonObject, JsonObject | undefined]>([
    [{}, undefined],
    [{ tool_choice: 'auto' }, { type: 'auto' }],
    [{ tool_choice: 'none' }, { type: 'none' }],
    [{ tool_choice: 'required' }, { type: 'any' }],
    [{ tool_choice: tool('look') }, { type: 'tool', name: 'look' }],
    [{ parallel_tool_calls: true }, undefined],
    [{ parallel_tool_calls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [{ tool_choice: 'none', parallel_tool_calls: false }, { type: 'none' }],
    [
      { tool_choice: tool('look'), parallel_tool_calls: false },
      { type: 'tool', name: 'look', disable_parallel_tool_use: true },
    ],
  ])('are chosen: %j', (choice, sent) => {
    const [body, told] = written({ tools: [tool('look')], ...choice });
    expect(body['tool_choice']).toEqual(sent);
    expect(told).toEqual([]);
  });

  it.each<[JsonObject, readonly string[], JsonObject, string[]]>([
    [
      { 'reasoning.enabled': true, tool_choice: 'required' },
      [],
      { tool_choice: { type: 'auto' }, thinking: SUMMARIZED },
      ['tool_choice clamped "required" -> "auto"'],
    ],
    [
      { 'reasoning.enabled': true, tool_choice: tool('look') },
      [],
      { tool_choice: { type: 'auto' } },
      ['tool_choice clamped "function" -> "auto"'],
    ],
    [
      { tool_choice: 'required' },
      ['thinks-by-default', 'no-forced-tools'],
      { tool_choice: { type: 'auto' } },
      ['tool_choice clamped "required" -> "auto"'],
    ],
    [
      { tool_choice: 'required' },
      ['thinks-by-default'],
      { tool_choice: { type: 'any' }, thinking: { type: 'disabled' } },
      ['reasoning.enabled defaulted -> false'],
    ],
    [
      { tool_choice: 'required', 'reasoning.enabled': false },
      ['thinks-by-default'],
      { tool_choice: { type: 'any' }, thinking: { type: 'disabled' } },
      [],
    ],
    [{ tool_choice: 'auto' }, ['thinks-by-default'], { tool_choice: { type: 'auto' } }, []],
  ])('are not forced on a model that thinks: %j %j', (choice, quirks, sent, told) => {
    const [body, adjustments] = written({ tools: [tool('look')], ...choice }, quirks);
    expect(body).toMatchObject(sent);
    expect(adjustments).toEqual(told);
  });
});

it.each([
  ['https://a.example/b.png', [], false],
  ['http://a.example/b.png', [], true],
  ['https://a.example/b.png', ['files-as-bytes'], true],
])('Anthropic request: the router fetches %s at a provider with the quirks %j: %s', (url, quirks, wanted) => {
  expect(anthropicUpstream.needsBytes?.(url, quirks)).toBe(wanted);
});
