/** Where the parameters of a request are in upstream bodies, of real provider files. */
import { describe, expect, it } from 'vitest';
import { locateParameters, type FieldOfBody } from '../../src/calls/locate-parameters.ts';
import { CLIENT_DIALECTS } from '../../src/dialects/index.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { valueAt } from '../../src/lib/json-pointer.ts';
import type { UnifiedRequest } from '../../src/unified/request/request.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { bodiesOf, prepared, requestFor } from '../fitting/sent.ts';

const TOOLS = [{ type: 'function', function: { name: 'look it up', parameters: { type: 'object', properties: {} } } }];
const FORMAT = { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object', properties: { a: { type: 'string' } } } } };

function located(request: UnifiedRequest): (readonly FieldOfBody[])[] {
  const fields = locateParameters(prepared(request), request);
  if (fields === null) throw new Error('the bodies are too large');
  return fields;
}
/** Lines such as `top_p sent /p`, of the first call. */
const linesOf = (model: string, fields: JsonObject) =>
  (located(requestFor('chat', model, fields))[0] ?? []).map(({ param, action, path }) => `${param} ${action} ${path}`);

describe('locateParameters', () => {
  it.each<[string, JsonObject, string[]]>([
    ['@openai/gpt-4o', { temperature: 1, top_k: 5 }, ['temperature sent /temperature', 'top_k dropped null']],
    ['@cohere/command-a-03-2025', { temperature: 2, top_p: 0.9 }, ['temperature clamped /temperature', 'top_p sent /p']],
    [
      '@google-ai-studio/gemini-2.5-flash',
      { top_k: 3, stop: ['a'], reasoning_effort: 'high' },
      [
        'top_k sent /generationConfig/topK',
        'stop sent /generationConfig/stopSequences',
        'reasoning_effort renamed /generationConfig/thinkingConfig',
      ],
    ],
    [
      '@amazon-bedrock/anthropic.claude-3-haiku-20240307-v1:0',
      { temperature: 0.5, top_k: 4, metadata: { a: 'b' } },
      ['temperature sent /inferenceConfig/temperature', 'top_k sent /additionalModelRequestFields/top_k', 'metadata sent /requestMetadata'],
    ],
    ['@anthropic/claude-3-haiku-20240307', { user: 'me', max_tokens: 9 }, ['user sent /metadata/user_id', 'max_tokens sent /max_tokens']],
  ])('finds those of %s where its format has them', (model, fields, lines) => {
    expect(linesOf(model, fields)).toEqual(lines);
  });

  it('finds what the router adds', () => {
    expect(linesOf('@anthropic/claude-3-haiku-20240307', {})).toEqual(['max_tokens defaulted /max_tokens']);
  });

  it('tells a parameter from those that depend on it, and from one that takes its place', () => {
    const fields = { tools: TOOLS, tool_choice: 'required', max_tokens: 5000, response_format: FORMAT };
    expect(linesOf('@anthropic/claude-sonnet-4-5', { ...fields, reasoning: { effort: 'high', exclude: true } })).toEqual([
      'tools sent /tools',
      'tool_choice clamped /tool_choice/type',
      'max_tokens sent /max_tokens',
      'response_format emulated /system',
      'reasoning.effort renamed /thinking',
      'reasoning.exclude emulated null',
      'tools.function.name renamed /tools',
    ]);
    expect(linesOf('@google-ai-studio/gemini-2.5-flash', fields)).toContain('tool_choice sent /toolConfig/functionCallingConfig/mode');
  });

  it('tells a value without effect from one that is lost', () => {
    expect(linesOf('@openai/gpt-5', { frequency_penalty: 0, presence_penalty: 1 })).toEqual([
      'frequency_penalty omitted null',
      'presence_penalty dropped null',
    ]);
  });

  it('has the conversation where a part of it was changed', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'a', content: 'x' },
    ];
    expect(linesOf('@perplexity/sonar', { messages })).toContain('messages.tool_calls emulated /messages');
    expect(linesOf('@completions-compatible/x', { messages: messages.slice(0, 1) })).toContain('messages emulated /prompt');
  });

  it('lists for each call what that call has', () => {
    const request = requestFor('chat', '@openai/gpt-4o', { n: 128, seed: 1 });
    expect(located(request)).toHaveLength(1);
    const several = requestFor('completions', '@llama-cpp/x', { prompt: ['a', 'b'], seed: 7 });
    expect(located(several).map((fields) => fields.map(({ param, path }) => `${param} ${path}`))).toEqual([
      ['seed /seed', 'prompt /prompt'],
      ['seed /seed', 'prompt /prompt'],
    ]);
  });

  it('has the fields of a body in the format of its client where the client put them', () => {
    const client = CLIENT_DIALECTS.find(({ format }) => format === 'anthropic');
    const body = {
      model: '@anthropic/claude-sonnet-4-5',
      max_tokens: 10,
      messages: [{ role: 'user', content: 'x' }],
      stop_sequences: ['a'],
      own: 1,
    };
    if (client === undefined) throw new Error('a client format is missing');
    const fields = located(client.parse(body, () => null))[0] ?? [];
    expect(fields.map(({ param, action, path }) => `${param} ${action} ${path}`)).toEqual([
      'max_tokens sent /max_tokens',
      'stop_sequences sent /stop_sequences',
      'own sent /own',
    ]);
  });

  it('names only places that are there, for every provider', () => {
    for (const { slug, operations } of PROVIDERS) {
      if ((operations.chat ?? operations.completions) === undefined) continue;
      const fields = {
        temperature: 0.7,
        top_p: 0.9,
        stop: ['a', 'b'],
        max_tokens: 100,
        seed: 1,
        n: 2,
        tools: TOOLS,
        response_format: FORMAT,
      };
      const request = requestFor('chat', `@${slug}/any-model`, fields);
      const endpoint = prepared(request);
      for (const [index, listed] of (locateParameters(endpoint, request) ?? []).entries()) {
        expect(listed.map(({ param }) => param)).toEqual(expect.arrayContaining(Object.keys(fields)));
        const body = bodiesOf(endpoint)[index];
        const wrong = listed.filter(({ path, action }) => (path === null ? action === 'sent' : valueAt(body, path) === undefined));
        expect([slug, wrong]).toEqual([slug, []]);
      }
    }
  });

  it('compares no bodies that are very large', () => {
    const messages = [{ role: 'user', content: 'x'.repeat(6_000_000) }];
    const request = requestFor('chat', '@novita/any-model', { messages, temperature: 1, top_p: 1 });
    expect(locateParameters(prepared(request), request)).toBeNull();
  });
});
