// The deterministic answer: text, JSON, tools, log probabilities.

import { describe, expect, it } from 'vitest';

import { answer } from './answer.ts';
import type { Choice } from './answer.ts';
import { readQuestion } from './question.ts';
import { toBody } from './shape.ts';
import { openAiHabits } from './system.ts';
import type { Operation } from './question.ts';

const tools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  function: {
    name,
    parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 3, maximum: 5 } } },
  },
}));

function ask(body: Record<string, unknown>, operation: Operation = 'completions', keepsStop = false) {
  const question = readQuestion(operation, { model: 'm', prompt: 'hello', ...body }, { keepsStop, defaultMaxTokens: null });
  return { question, ...answer(question) };
}

function chat(content: string, extra: Record<string, unknown> = {}) {
  return ask({ messages: [{ role: 'user', content }], ...extra }, 'chat');
}

const textOf = (choice: Choice | undefined): string => choice?.pieces.join('') ?? '';

describe('a simulated text', () => {
  it('quotes the prompt and is the same every time', () => {
    const { choices, completionTokens } = ask({});
    expect(textOf(choices[0])).toMatch(/^You said: "hello"\. [A-Z]/u);
    expect(choices[0]?.finishReason).toBe('stop');
    expect(completionTokens).toBeGreaterThan(20);
    expect(completionTokens).toBeLessThan(45);
    expect(ask({})).toEqual(ask({}));
  });

  it('differs by seed and by choice', () => {
    const texts = [ask({ n: 3 }), ask({ seed: 1 }), ask({ seed: 2 })].flatMap(({ choices }) => choices.map(textOf));
    expect(new Set(texts).size).toBe(5);
  });

  it('ends at max_tokens with length, and at its own end with stop', () => {
    const short = ask({ max_tokens: 5 });
    expect(short.completionTokens).toBe(5);
    expect(short.choices[0]?.finishReason).toBe('length');
    expect(ask({ max_tokens: 500 }).choices[0]?.finishReason).toBe('stop');
  });

  it('runs on to max_tokens with ignore_eos', () => {
    const endless = ask({ ignore_eos: true, max_tokens: 200 });
    expect(endless.completionTokens).toBe(200);
    expect(endless.choices[0]?.finishReason).toBe('length');
  });

  it('ends at the earliest stop sequence and keeps it only where the system does', () => {
    expect(textOf(ask({ stop: ['hello', 'said'] }).choices[0])).toBe('You ');
    expect(textOf(ask({ stop: 'said' }, 'completions', true).choices[0])).toBe('You said');
    expect(ask({ stop: 'said' }).choices[0]?.finishReason).toBe('stop');
  });

  it('gives each prompt its own block of choices', () => {
    const { choices, promptTokens } = ask({ prompt: ['one', 'two words'], n: 2 });
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(textOf(choices[2])).toContain('You said: "two words"');
    expect(promptTokens).toBe(3);
    expect(ask({ prompt: [[1, 2], [3]] }).choices).toHaveLength(2);
    expect(ask({ prompt: [1, 2, 3] }).promptTokens).toBe(3);
  });

  it('echoes the prompt without counting it as completion', () => {
    const echoed = ask({ echo: true });
    expect(echoed.choices[0]?.echo).toEqual(['hello']);
    expect(echoed.completionTokens).toBe(ask({}).completionTokens);
  });
});

describe('simulated JSON', () => {
  it('fits the schema', () => {
    const schema = {
      type: 'object',
      properties: {
        river: { type: 'string' },
        length: { type: 'integer', minimum: 1, maximum: 9 },
        depth: { type: 'number' },
        open: { type: 'boolean' },
        kind: { enum: ['delta', 'fjord'] },
        bends: { type: 'array', items: { anyOf: [{ type: 'integer' }] }, minItems: 2 },
      },
    };
    const { choices } = chat('hello', { response_format: { type: 'json_schema', json_schema: { name: 'river', schema } } });
    expect(JSON.parse(textOf(choices[0]))).toEqual({
      river: expect.any(String),
      length: expect.any(Number),
      depth: expect.any(Number),
      open: expect.any(Boolean),
      kind: expect.stringMatching(/delta|fjord/u),
      bends: [expect.any(Number), expect.any(Number)],
    });
  });

  it('is an object in JSON mode', () => {
    expect(JSON.parse(textOf(chat('hi', { response_format: { type: 'json_object' } }).choices[0]))).toEqual({ answer: expect.any(String) });
  });
});

describe('simulated tool calls', () => {
  it('are made when required, named or mentioned in the prompt', () => {
    const named = { type: 'function', function: { name: 'get_time' } };
    const called = [
      chat('hello', { tools, tool_choice: 'required' }),
      chat('hello', { tools, tool_choice: named }),
      chat('what is the weather?', { tools }),
    ].map(({ choices }) => choices[0]?.toolCalls.map(({ name }) => name));
    expect(called).toEqual([['get_weather'], ['get_time'], ['get_weather']]);
    expect(chat('hello', { tools }).choices[0]?.toolCalls).toEqual([]);
    expect(chat('weather', { tools, tool_choice: 'none' }).choices[0]?.toolCalls).toEqual([]);
  });

  it('are made in parallel for "both"', () => {
    const choice = chat('use both tools', { tools }).choices[0];
    expect(choice?.finishReason).toBe('tool_calls');
    expect(choice?.toolCalls).toHaveLength(2);
    expect(new Set(choice?.toolCalls.map(({ id }) => id)).size).toBe(2);
    const { days } = JSON.parse(choice?.toolCalls[0]?.pieces.join('') ?? '') as { days: number };
    expect(days).toBeGreaterThanOrEqual(3);
    expect(days).toBeLessThanOrEqual(5);
    expect(chat('use both tools', { tools, parallel_tool_calls: false }).choices[0]?.toolCalls).toHaveLength(1);
  });

  it('are cut by max_tokens', () => {
    const choice = chat('use a tool', { tools, max_tokens: 1 }).choices[0];
    expect(choice?.finishReason).toBe('length');
    expect(choice?.toolCalls[0]?.pieces).toHaveLength(1);
  });

  it('are followed by text after their results', () => {
    const turns = [
      { role: 'user', content: 'weather?' },
      { role: 'tool', content: 'sunny', tool_call_id: 'a' },
    ];
    expect(textOf(ask({ messages: turns, tools }, 'chat').choices[0])).toMatch(/^The tool said: "sunny"/u);
  });
});

describe('simulated log probabilities', () => {
  it('have the shape of the operation', () => {
    const render = (asked: ReturnType<typeof ask>) => toBody({ question: asked.question, answer: asked, habits: openAiHabits });
    expect(render(chat('hi', { logprobs: true, top_logprobs: 2, max_tokens: 1 }))['choices']).toMatchObject([
      {
        logprobs: { content: [{ token: 'You', logprob: expect.any(Number), bytes: [89, 111, 117], top_logprobs: [{ token: 'You' }, {}] }] },
      },
    ]);
    expect(render(ask({ logprobs: 1, max_tokens: 2 }))['choices']).toMatchObject([
      { logprobs: { tokens: ['You', ' said:'], token_logprobs: [expect.any(Number), expect.any(Number)], text_offset: [0, 3] } },
    ]);
  });
});
