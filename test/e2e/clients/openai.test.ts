/** The `openai` package: its plain calls, and its helper that runs tools. */
import OpenAI from 'openai';
import { describeClient } from './contract.ts';
import { TOOL, TURN } from './upstream.ts';

describeClient('openai', '/v1', (baseURL) => {
  const { completions } = new OpenAI({ baseURL, apiKey: 'any', maxRetries: 0 }).chat;
  return {
    async ask(model, prompt, stream) {
      const body = { model, messages: [{ role: 'user' as const, content: prompt }] };
      if (!stream) {
        const { choices, usage } = await completions.create(body);
        return { text: choices[0]?.message.content ?? '', promptTokens: usage?.prompt_tokens, completionTokens: usage?.completion_tokens };
      }
      let text = '';
      let usage: OpenAI.CompletionUsage | null | undefined;
      for await (const chunk of await completions.create({ ...body, stream, stream_options: { include_usage: true } })) {
        text += chunk.choices[0]?.delta.content ?? '';
        usage = chunk.usage ?? usage;
      }
      return { text, promptTokens: usage?.prompt_tokens, completionTokens: usage?.completion_tokens };
    },
    async useTool(model, stream) {
      let city: unknown;
      const run = (call: { city: string }) => {
        ({ city } = call);
        return TURN.result;
      };
      const parse = (text: string) => JSON.parse(text) as { city: string };
      const tools = [{ type: 'function' as const, function: { ...TOOL, function: run, parse } }] as const;
      const body = { model, messages: [{ role: 'user' as const, content: 'The weather in Oslo?' }], tools };
      const runner = stream ? completions.runTools({ ...body, stream }) : completions.runTools(body);
      const text = (await runner.finalContent()) ?? '';
      return { city, text };
    },
  };
});
