/** `@ai-sdk/anthropic` at `POST /messages`, over several turns with tools and thinking. */
import { createAnthropic } from '@ai-sdk/anthropic';
import { generateText, jsonSchema, Output } from 'ai';
import { expect, it } from 'vitest';
import { SEAL } from '../../agents/reply.ts';
import { converse, readBreaks, readError } from './ai-sdk-turns.ts';
import { CITIES, CONVERSATION, describeFormats, serveScripted, WORDS } from './scripted.ts';

const { url, upstream } = serveScripted();
const create = (model: string) => createAnthropic({ baseURL: `${url()}/v1`, apiKey: 'any' })(model);

describeFormats('@ai-sdk/anthropic', ['chat', 'gemini', 'anthropic'], (model, format) => {
  it.each([
    [false, { type: 'enabled', budgetTokens: 1024 }],
    [true, { type: 'enabled', budgetTokens: 1024 }],
    [true, { type: 'adaptive' }],
  ])('goes on over several turns with tools and its thinking (stream: %s, %o)', async (stream, thinking) => {
    upstream().script(CONVERSATION);
    const seen = await converse({ model: create(model), stream, providerOptions: { anthropic: { thinking } } });
    expect(seen).toMatchObject({ cities: CITIES, text: WORDS.answer, thought: WORDS.thought, finish: 'stop', promptTokens: 3000 });
    const [, second, third] = upstream().received;
    expect(third?.text.split(WORDS.result)).toHaveLength(4);
    expect(second?.text.includes(SEAL)).toBe(format !== 'chat');
  });

  it('reads JSON of a schema', async () => {
    // With this model of its list, the SDK uses `output_config`; with names that it does not know, a tool.
    const json = { city: 'Oslo' };
    upstream().script([
      format === 'anthropic' ? { kind: 'text', text: JSON.stringify(json) } : { kind: 'call', name: 'json', input: json },
    ]);
    const schema = jsonSchema<{ city: string }>({
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    });
    const { output } = await generateText({
      model: create(model),
      prompt: 'Which city?',
      maxOutputTokens: 500,
      output: Output.object({ schema }),
    });
    expect(output).toEqual(json);
  });

  it('reports errors in its words, also of an answer that breaks off', async () => {
    upstream().script([{ kind: 'overflow', tokens: 250_000, limit: 200_000 }]);
    const tooLong = await readError(converse({ model: create(model), stream: false, providerOptions: {} }));
    expect(tooLong).toMatchObject({ statusCode: 400, message: expect.stringContaining('prompt is too long') as string });
    upstream().script([{ kind: 'cut', text: 'half an ' }]);
    for (const error of await readBreaks(create(model), {})) expect(error.message).toMatch(/connection|broke|ended/);
  });
});
