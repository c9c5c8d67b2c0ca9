/** A client of the contract over any provider of the AI SDK. */
import { generateText, jsonSchema, stepCountIs, streamText, tool, type LanguageModel } from 'ai';
import type { Client } from './contract.ts';
import { TOOL, TURN } from './upstream.ts';

/** @param modelOf the provider's way to name a model. */
export function aiSdkClient(modelOf: (name: string) => LanguageModel): Client {
  async function run(options: Parameters<typeof generateText>[0], stream: boolean) {
    if (!stream) return generateText({ ...options, maxRetries: 0 });
    const { fullStream, text, usage } = streamText({ ...options, maxRetries: 0, onError: () => undefined });
    for await (const part of fullStream) if (part.type === 'error') throw part.error;
    return { text: await text, usage: await usage };
  }

  return {
    async ask(model, prompt, stream) {
      const { text, usage } = await run({ model: modelOf(model), prompt }, stream);
      return { text, promptTokens: usage.inputTokens, completionTokens: usage.outputTokens };
    },
    async useTool(model, stream) {
      let city: unknown;
      const weather = tool({
        description: TOOL.description,
        inputSchema: jsonSchema<{ city: string }>(TOOL.parameters),
        execute: (call) => {
          ({ city } = call);
          return TURN.result;
        },
      });
      const prompt = 'The weather in Oslo?';
      const { text } = await run({ model: modelOf(model), prompt, tools: { [TOOL.name]: weather }, stopWhen: stepCountIs(3) }, stream);
      return { city, text };
    },
  };
}
