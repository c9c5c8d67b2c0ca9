/** The `@openrouter/sdk` package. Its streams bring an error as a chunk with `error`, which callers read. */
import { OpenRouter } from '@openrouter/sdk';
import type { ChatFunctionTool, ChatMessages, ChatStreamChunk, ChatToolCall, ChatUsage } from '@openrouter/sdk/models';
import { describeClient } from './contract.ts';
import { TOOL, TURN } from './upstream.ts';

type Whole = { text: string; toolCalls: ChatToolCall[]; usage: ChatUsage | undefined };

/** A stream as one answer. */
async function wholeOf(stream: AsyncIterable<ChatStreamChunk>): Promise<Whole> {
  const whole: Whole = { text: '', toolCalls: [], usage: undefined };
  for await (const { choices, usage, error } of stream) {
    if (error !== undefined) throw new Error(error.message);
    for (const { delta } of choices) {
      whole.text += delta.content ?? '';
      for (const { index, id, function: called } of delta.toolCalls ?? []) {
        const call = (whole.toolCalls[index] ??= { id: id ?? '', type: 'function', function: { name: called?.name ?? '', arguments: '' } });
        call.function.arguments += called?.arguments ?? '';
      }
    }
    whole.usage = usage ?? whole.usage;
  }
  return whole;
}

describeClient('@openrouter/sdk', '/api/v1', (serverURL) => {
  const { chat } = new OpenRouter({ serverURL, apiKey: 'any', retryConfig: { strategy: 'none' } });

  async function send(model: string, messages: ChatMessages[], stream: boolean, tools?: ChatFunctionTool[]): Promise<Whole> {
    const answer = await chat.send({ chatRequest: { model, messages, stream, ...(tools === undefined ? {} : { tools }) } });
    if (!('choices' in answer)) return wholeOf(answer);
    const message = answer.choices[0]?.message;
    return { text: String(message?.content ?? ''), toolCalls: message?.toolCalls ?? [], usage: answer.usage };
  }

  return {
    async ask(model, prompt, stream) {
      const { text, usage } = await send(model, [{ role: 'user', content: prompt }], stream);
      return { text, promptTokens: usage?.promptTokens, completionTokens: usage?.completionTokens };
    },
    async useTool(model, stream) {
      const tools: ChatFunctionTool[] = [{ type: 'function', function: TOOL }];
      const question: ChatMessages = { role: 'user', content: 'The weather in Oslo?' };
      const { toolCalls } = await send(model, [question], stream, tools);
      const [call] = toolCalls;
      if (call === undefined) throw new Error('no tool was called');
      const turn: ChatMessages[] = [
        question,
        { role: 'assistant', content: null, toolCalls },
        { role: 'tool', toolCallId: call.id, content: TURN.result },
      ];
      const { text } = await send(model, turn, stream, tools);
      return { city: (JSON.parse(call.function.arguments) as { city: unknown }).city, text };
    },
  };
});
