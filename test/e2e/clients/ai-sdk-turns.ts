/** A conversation with tools through the AI SDK, streamed and not. */
import { generateText, jsonSchema, stepCountIs, streamText, tool, type LanguageModel } from 'ai';
import { WEATHER, WORDS } from './scripted.ts';

type ProviderOptions = NonNullable<Parameters<typeof generateText>[0]['providerOptions']>;

/** What is asked: the SDK runs the tool and asks again by itself. */
export type Question = { model: LanguageModel; stream: boolean; providerOptions: ProviderOptions };

/** What was seen. `thought`, `promptTokens`: those of all steps. */
export type Conversed = { cities: string[]; text: string; thought: string; finish: string; promptTokens: number | undefined };

/** Asks for the weather, with the tool. */
export async function converse({ model, stream, providerOptions }: Question): Promise<Conversed> {
  const cities: string[] = [];
  const weather = tool({
    description: WEATHER.description,
    inputSchema: jsonSchema<{ city: string }>(WEATHER.schema),
    execute: ({ city }) => {
      cities.push(city);
      return WORDS.result;
    },
  });
  const options = {
    model,
    providerOptions,
    prompt: 'The weather?',
    tools: { [WEATHER.name]: weather },
    stopWhen: stepCountIs(5),
    maxOutputTokens: 500,
    maxRetries: 0,
  };
  const result = stream ? streamText({ ...options, onError: () => undefined }) : await generateText(options);
  if ('fullStream' in result) for await (const part of result.fullStream) if (part.type === 'error') throw part.error;
  const [text, finish, usage, steps] = await Promise.all([result.text, result.finishReason, result.usage, result.steps]);
  const thought = steps.map(({ reasoningText }) => reasoningText ?? '').join('');
  return { cities, text, thought, finish, promptTokens: usage.inputTokens };
}

/** The errors of an answer that breaks off, not streamed and streamed. */
export async function readBreaks(model: LanguageModel, providerOptions: ProviderOptions): Promise<Error[]> {
  return [
    await readError(converse({ model, stream: false, providerOptions })),
    await readError(converse({ model, stream: true, providerOptions })),
  ];
}

/** What a promise rejects with. */
export const readError = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error('no error'),
    (thrown: Error) => thrown,
  );
