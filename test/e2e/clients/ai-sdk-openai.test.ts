/** `@ai-sdk/openai` with its default model and `@ai-sdk/open-responses`, both at `POST /responses`, over several turns with tools. */
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenResponses } from '@ai-sdk/open-responses';
import { generateText, jsonSchema, Output, type LanguageModel } from 'ai';
import { describe, expect, it } from 'vitest';
import { SEAL } from '../../agents/reply.ts';
import { converse, readBreaks, readError } from './ai-sdk-turns.ts';
import { CITIES, CONVERSATION, describeFormats, serveScripted, WORDS } from './scripted.ts';

const { url, upstream } = serveScripted();
const openai = (model: string) => createOpenAI({ baseURL: `${url()}/v1`, apiKey: 'any' })(model);
const openResponses = (model: string) => createOpenResponses({ name: 'tributary', url: `${url()}/v1/responses`, apiKey: 'any' })(model);
const stateless = {
  openai: {
    store: false,
    reasoningSummary: 'auto',
    reasoningEffort: 'low',
    forceReasoning: true,
    include: ['reasoning.encrypted_content'],
  },
};

const CLIENTS: [string, (model: string) => LanguageModel][] = [
  ['@ai-sdk/openai with store: false', openai],
  ['@ai-sdk/open-responses', openResponses],
];

describe.each(CLIENTS)('%s', (name, create) => {
  describeFormats(name, ['chat', 'gemini', 'responses'], (model, format) => {
    it.each([false, true])('goes on over several turns with tools and its reasoning (stream: %s)', async (stream) => {
      upstream().script(CONVERSATION);
      const seen = await converse({ model: create(model), stream, providerOptions: stateless });
      expect(seen).toMatchObject({ cities: CITIES, text: WORDS.answer, thought: WORDS.thought, finish: 'stop', promptTokens: 3000 });
      const [, second, third] = upstream().received;
      expect(third?.text.split(WORDS.result)).toHaveLength(4);
      expect(second?.text.includes(SEAL)).toBe(format !== 'chat');
    });

    it('reads JSON of a schema', async () => {
      upstream().script([{ kind: 'text', text: '{"city":"Oslo"}' }]);
      const schema = jsonSchema<{ city: string }>({
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
        additionalProperties: false,
      });
      const { output } = await generateText({
        model: create(model),
        prompt: 'Which city?',
        output: Output.object({ schema }),
        providerOptions: stateless,
      });
      expect(output).toEqual({ city: 'Oslo' });
    });

    it('reports an answer that breaks off as an error', async () => {
      upstream().script([{ kind: 'cut', text: 'half an ' }]);
      const [whole, streamed] = await readBreaks(create(model), stateless);
      expect(whole).toMatchObject({ statusCode: 502, responseBody: expect.stringMatching(/connection|broke|ended/) as string });
      expect(streamed?.message).toMatch(/connection|broke|ended/);
    });
  });
});

describe('@ai-sdk/openai without store: false', () => {
  it('is told to set it in the second turn, since it refers to items instead of sending them', async () => {
    upstream().script(CONVERSATION);
    const error = await readError(converse({ model: openai('@novita/any-model'), stream: false, providerOptions: {} }));
    expect(error).toMatchObject({ statusCode: 400 });
    expect(error.message).toMatch(/store: false/);
  });
});
