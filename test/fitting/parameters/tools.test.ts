/** Tool choice for providers that have no such field: emulated by the tools that are offered, never lost silently. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json.ts';
import { chosenCall, planRoute } from '../../../src/routing/plan.ts';
import { CATALOG, line, OPEN_CONTEXT, requestFor, sent } from '../sent.ts';

const tool = (name: string) => ({ type: 'function', function: { name, parameters: { type: 'object' } } });
const named = (name: string) => ({ type: 'function', function: { name } });
const allowed = (mode: string, ...names: string[]) => ({ type: 'allowed_tools', allowed_tools: { mode, tools: names.map(named) } });

/** Names of the tools that are sent, the choice, and the report. */
function at(model: string, fields: JsonObject): [string[] | undefined, unknown, string[]] {
  const { body, adjustments } = sent('chat', model, { tools: [tool('look'), tool('find')], ...fields });
  const tools = body['tools'] as { function: { name: string } }[] | undefined;
  return [tools?.map(({ function: fn }) => fn.name), body['tool_choice'], adjustments.filter(({ param }) => /tool/.test(param)).map(line)];
}

describe('fitTools with a choice that the provider does not accept', () => {
  it.each<readonly [string, unknown, string[] | undefined, unknown, string[]]>([
    ['@minimax/m', 'auto', ['look', 'find'], undefined, []],
    ['@minimax/m', 'none', undefined, undefined, ['tool_choice emulated "none"']],
    ['@minimax/m', { type: 'none' }, undefined, undefined, ['tool_choice emulated "none"']],
    ['@minimax/m', named('find'), ['find'], undefined, ['tool_choice emulated "find"']],
    ['@minimax/m', 'required', ['look', 'find'], undefined, ['tool_choice dropped "required"']],
    ['@zai/glm-4.6', 'none', undefined, undefined, ['tool_choice emulated "none"']],
    ['@lm-studio/m', named('find'), ['find'], 'required', ['tool_choice emulated "find" -> "required"']],
    ['@deepinfra/m', named('find'), ['find'], undefined, ['tool_choice emulated "find"']],
    ['@moonshot/kimi-latest', 'required', ['look', 'find'], undefined, ['tool_choice dropped "required"']],
    ['@groq/m', allowed('required', 'find', 'look'), ['look', 'find'], 'required', ['tool_choice emulated "find, look" -> "required"']],
    ['@groq/m', allowed('auto', 'find'), ['find'], undefined, ['tool_choice emulated "find"']],
    ['@openai/gpt-4o', named('find'), ['look', 'find'], named('find'), []],
  ])('%s, %j: %j are sent, with %j', (model, choice, tools, arrives, report) => {
    expect(at(model, { tool_choice: choice })).toEqual([tools, arrives, report]);
  });

  it('sends the name of the only tool, where only names are accepted', () => {
    expect(at('@moonshot/kimi-latest', { tools: [tool('look')], tool_choice: 'required' })).toEqual([
      ['look'],
      named('look'),
      ['tool_choice emulated "required" -> "look"'],
    ]);
  });

  it('rejects a tool that is not in tools', () => {
    expect(() => at('@minimax/m', { tool_choice: named('seek') })).toThrow('tool_choice: no tool is named "seek".');
  });

  it('reports no parallel_tool_calls for none', () => {
    expect(at('@minimax/m', { tool_choice: 'none', parallel_tool_calls: false })[2]).toEqual(['tool_choice emulated "none"']);
  });
});

describe('fit input_type', () => {
  function embedded(model: string, type: string): [JsonObject, string[]] {
    const { fitted, rendered } = chosenCall(planRoute(requestFor('embeddings', model, { input_type: type }), CATALOG, OPEN_CONTEXT));
    return [rendered?.body ?? {}, fitted.adjustments.map(line)];
  }

  it.each<readonly [string, string, JsonObject, string[]]>([
    ['@cohere/embed-v4.0', 'query', { input_type: 'search_query' }, []],
    ['@cohere/embed-v4.0', 'passage', { input_type: 'search_document' }, []],
    ['@amazon-bedrock/cohere.embed-english-v3', 'document', { input_type: 'search_document' }, []],
    ['@amazon-bedrock/cohere.embed-english-v3', 'RETRIEVAL_QUERY', { input_type: 'search_query' }, []],
    ['@google-ai-studio/gemini-embedding-001', 'query', { requests: [{ taskType: 'RETRIEVAL_QUERY' }] }, []],
    ['@google-ai-studio/gemini-embedding-001', 'QUESTION_ANSWERING', { requests: [{ taskType: 'QUESTION_ANSWERING' }] }, []],
    ['@openai/text-embedding-3-small', 'query', { input: 'Hi' }, ['input_type dropped "search_query"']],
  ])('%s, %s', (model, type, gets, report) => {
    const [body, adjustments] = embedded(model, type);
    expect(body).toMatchObject(gets);
    expect(adjustments).toEqual(report);
  });
});
