/** A conversation that a client package moves from one provider to another and back: thinking returns to its maker, and to no other. */
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, stepCountIs, tool, type LanguageModel, type ModelMessage } from 'ai';
import { expect, it } from 'vitest';
import { FORMATS, type FormatName } from '../../agents/formats.ts';
import { SEAL, type Reply } from '../../agents/reply.ts';
import { callFor, serveScripted, WEATHER, WORDS } from './scripted.ts';

const { url, upstream } = serveScripted();

const CLIENTS: Record<string, (model: string) => LanguageModel> = {
  '@ai-sdk/anthropic': (model) => createAnthropic({ baseURL: `${url()}/v1`, apiKey: 'any' })(model),
  '@ai-sdk/openai': (model) => createOpenAI({ baseURL: `${url()}/v1`, apiKey: 'any' })(model),
};

const providerOptions = {
  openai: { store: false, forceReasoning: true, reasoningSummary: 'auto', include: ['reasoning.encrypted_content'] },
  anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } },
};

const weather = tool({ inputSchema: jsonSchema<{ city: string }>(WEATHER.schema), execute: () => WORDS.result });

/** One question: the model thinks, calls the tool and answers. Returns the last body that was sent upstream. */
async function ask(model: LanguageModel, messages: ModelMessage[], thought: string): Promise<string> {
  const first: Reply = { kind: 'parts', parts: [{ kind: 'thinking', text: thought }, callFor('Oslo')] };
  upstream().script([first, { kind: 'text', text: WORDS.answer }]);
  messages.push({ role: 'user', content: 'The weather?' });
  const tools = { [WEATHER.name]: weather };
  const limits = { stopWhen: stepCountIs(2), maxRetries: 0, maxOutputTokens: 500 };
  const { steps } = await generateText({ model, messages, tools, providerOptions, ...limits });
  messages.push(...steps.flatMap(({ response }) => response.messages));
  return upstream().received.at(-1)?.text ?? '';
}

const PAIRS: [FormatName, FormatName][] = [
  ['anthropic', 'gemini'],
  ['gemini', 'responses'],
  ['responses', 'anthropic'],
  ['anthropic', 'chat'],
];

it.each(Object.keys(CLIENTS).flatMap((name) => PAIRS.map(([one, other]) => [name, one, other] as const)))(
  '%s: from %s to %s and back',
  async (name, one, other) => {
    const modelOf = (format: FormatName) => CLIENTS[name]?.(FORMATS[format].model) ?? '';
    const messages: ModelMessage[] = [];
    await ask(modelOf(one), messages, 'thought of the first');
    const there = await ask(modelOf(other), messages, 'thought of the second');
    const back = await ask(modelOf(one), messages, 'thought of the third');
    expect(there).not.toContain('thought of the first');
    expect(back).toContain('thought of the first');
    expect(back).not.toContain('thought of the second');
    expect(back.split(SEAL)).toHaveLength(3);
    expect(back.split(WORDS.result)).toHaveLength(6); // three results, and two answers that repeat them
    expect(there + back).not.toContain('trb1.');
  },
);
