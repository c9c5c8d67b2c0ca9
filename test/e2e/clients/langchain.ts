/** A client of the contract over any chat model of LangChain. */
import { HumanMessage, ToolMessage, type AIMessageChunk, type BaseMessage, type UsageMetadata } from '@langchain/core/messages';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { Client } from './contract.ts';
import { TOOL, TURN } from './upstream.ts';

/** @param create a chat model of a name. */
export function langchainClient(create: (model: string) => BaseChatModel): Client {
  async function answer(
    model: Pick<BaseChatModel, 'invoke' | 'stream'>,
    messages: BaseMessage[],
    stream: boolean,
  ): Promise<AIMessageChunk> {
    if (!stream) return await model.invoke(messages);
    const chunks: AIMessageChunk[] = [];
    for await (const chunk of await model.stream(messages)) chunks.push(chunk);
    const whole = chunks.reduce((one, other) => one.concat(other));
    // `@langchain/openrouter` shows an error in a stream in no other way.
    if (whole.response_metadata['finish_reason'] === 'error') throw new Error('the stream ended with finish_reason "error"');
    return whole;
  }

  return {
    async ask(model, prompt, stream) {
      const { text, usage_metadata: told } = await answer(create(model), [new HumanMessage(prompt)], stream);
      const usage = told as UsageMetadata | undefined;
      return { text, promptTokens: usage?.input_tokens, completionTokens: usage?.output_tokens };
    },
    async useTool(model, stream) {
      const bound = create(model).bindTools?.([{ type: 'function', function: TOOL }]);
      if (bound === undefined) throw new Error('a model without tools');
      const question = new HumanMessage('The weather in Oslo?');
      const calling = await answer(bound, [question], stream);
      const [call] = calling.tool_calls ?? [];
      const result = new ToolMessage({ content: TURN.result, tool_call_id: call?.id ?? '' });
      const { text } = await answer(bound, [question, calling, result], stream);
      return { city: call?.args['city'], text };
    },
  };
}
