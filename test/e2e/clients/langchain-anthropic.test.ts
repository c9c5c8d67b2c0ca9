/** `@langchain/anthropic` at `POST /messages`: invoke and stream, tools over several turns, thinking, counts and errors. */
import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage, ToolMessage, type AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { expect, it } from 'vitest';
import { SEAL } from '../../agents/reply.ts';
import { CITIES, CONVERSATION, describeFormats, serveScripted, WEATHER, WORDS } from './scripted.ts';

const { url, upstream } = serveScripted();
const create = (model: string, thinking = false) =>
  new ChatAnthropic({
    model,
    apiKey: 'any',
    anthropicApiUrl: url(),
    maxRetries: 0,
    maxTokens: 2000,
    ...(thinking ? { thinking: { type: 'enabled' as const, budget_tokens: 1024 } } : {}),
  });

type Asked = Pick<ChatAnthropic, 'invoke' | 'stream'>;

async function answer(model: Asked, messages: BaseMessage[], stream: boolean): Promise<AIMessageChunk> {
  if (!stream) return model.invoke(messages);
  const chunks: AIMessageChunk[] = [];
  for await (const chunk of await model.stream(messages)) chunks.push(chunk);
  return chunks.reduce((one, other) => one.concat(other));
}

describeFormats('@langchain/anthropic', ['chat', 'gemini', 'anthropic'], (model, format) => {
  it.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('goes on over several turns with tools (stream: %s, thinking: %s)', async (stream, thinking) => {
    upstream().script(CONVERSATION);
    const bound = create(model, thinking).bindTools([
      { name: WEATHER.name, description: WEATHER.description, input_schema: WEATHER.schema },
    ]);
    const messages: BaseMessage[] = [new HumanMessage('The weather?')];
    const cities: unknown[] = [];
    let said = await answer(bound, messages, stream);
    // In a stream the package reads the prompt's tokens at the start only, where other formats than Anthropic's have no count yet.
    const counted = stream && format !== 'anthropic' ? {} : { input_tokens: 1000 };
    expect(said.usage_metadata).toMatchObject({ ...counted, output_tokens: 9 });
    while ((said.tool_calls ?? []).length > 0) {
      const calls = said.tool_calls ?? [];
      cities.push(...calls.map(({ args }) => (args as { city: string }).city));
      messages.push(said, ...calls.map(({ id }) => new ToolMessage({ content: WORDS.result, tool_call_id: String(id) })));
      said = await answer(bound, messages, stream);
    }
    expect(cities).toEqual(CITIES);
    expect(said.text).toBe(WORDS.answer);
    const [, second, third] = upstream().received;
    expect(third?.text.split(WORDS.result)).toHaveLength(4);
    expect(second?.text.includes(SEAL)).toBe(format !== 'chat');
  });

  it('reads structured output', async () => {
    upstream().script([{ kind: 'call', name: WEATHER.name, input: { city: 'Oslo' } }]);
    const structured = create(model).withStructuredOutput<{ city: string }>(WEATHER.schema, {
      name: WEATHER.name,
      method: 'functionCalling',
    });
    expect(await structured.invoke('Which city?')).toEqual({ city: 'Oslo' });
  });

  it('throws at errors, and at an answer that breaks off', async () => {
    upstream().script([{ kind: 'overflow', tokens: 250_000, limit: 200_000 }]);
    await expect(create(model).invoke('x')).rejects.toThrow(/prompt is too long/);
    upstream().script([{ kind: 'cut', text: 'half an ' }]);
    for (const stream of [false, true]) {
      await expect(answer(create(model), [new HumanMessage('x')], stream)).rejects.toThrow(/connection|broke|ended/);
    }
  });
});
