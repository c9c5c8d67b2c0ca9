/** `openai` at `POST /responses`: plain calls, its stream helper, its structured outputs, tools over several turns, and its errors. */
import OpenAI, { APIError, BadRequestError, RateLimitError } from 'openai';
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { SEAL } from '../../agents/reply.ts';
import { CITIES, CONVERSATION, describeFormats, serveScripted, WEATHER, WORDS } from './scripted.ts';

const { url, upstream } = serveScripted();
const client = () => new OpenAI({ baseURL: `${url()}/v1`, apiKey: 'any', maxRetries: 0 });
const ask = (model: string) => ({ model, input: 'The weather?', store: false });
const reasoning = { effort: 'low', summary: 'auto' } as const;
const tools = [
  { type: 'function' as const, name: WEATHER.name, description: WEATHER.description, strict: true, parameters: WEATHER.schema },
];

type Item = OpenAI.Responses.ResponseOutputItem;
/** Without what differs in each answer, and what only some formats have. */
const shapeOf = (item: Item) => ({
  type: item.type,
  text: item.type === 'message' ? item.content.map((part) => ({ ...part, parsed: null })) : item.type === 'reasoning' ? item.summary : null,
  call: item.type === 'function_call' ? [item.name, item.arguments, item.status] : null,
});

describeFormats('openai responses', ['chat', 'gemini', 'anthropic', 'responses'], (model, format) => {
  it('reads the same response streamed and not, and the helper sees each delta', async () => {
    const request = { ...ask(model), tools, reasoning, include: ['reasoning.encrypted_content' as const] };
    upstream().script(CONVERSATION.slice(0, 1));
    const whole = await client().responses.create(request);
    upstream().script(CONVERSATION.slice(0, 1));
    const seen = { text: '', thought: '', calls: 0 };
    const stream = client()
      .responses.stream(request)
      .on('response.output_text.delta', ({ delta }) => (seen.text += delta))
      .on('response.reasoning_summary_text.delta', ({ delta }) => (seen.thought += delta))
      .on('response.function_call_arguments.done', () => seen.calls++);
    const response = await stream.finalResponse();
    expect(seen).toEqual({ text: WORDS.said, thought: WORDS.thought, calls: 2 });
    expect(response.output.map(shapeOf)).toEqual(whole.output.map(shapeOf));
    expect(response.output_text).toBe(WORDS.said);
    expect(response.output.flatMap((item) => (item.type === 'reasoning' ? item.summary : []))).toMatchObject([{ text: WORDS.thought }]);
    expect(response.usage).toEqual(whole.usage);
    expect(response.usage).toMatchObject({ input_tokens: 1000, output_tokens: 9, total_tokens: 1009 });
  });

  it('goes on over several turns, with its reasoning', async () => {
    upstream().script(CONVERSATION);
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'The weather?' }];
    const cities: string[] = [];
    let text = '';
    while (text === '') {
      const request = { model, input, store: false, tools, reasoning, include: ['reasoning.encrypted_content' as const] };
      const response = await client().responses.stream(request).finalResponse();
      const calls = response.output.filter((item) => item.type === 'function_call');
      if (calls.length === 0) text = response.output_text;
      cities.push(...calls.map((call) => (JSON.parse(call.arguments) as { city: string }).city));
      input.push(...(response.output as OpenAI.Responses.ResponseInputItem[]));
      input.push(...calls.map((call) => ({ type: 'function_call_output' as const, call_id: call.call_id, output: WORDS.result })));
    }
    expect(text).toBe(WORDS.answer);
    expect(cities).toEqual(CITIES);
    const [, second, third] = upstream().received;
    expect(second?.text.includes(SEAL)).toBe(format !== 'chat');
    expect(third?.text.split(WORDS.result)).toHaveLength(4);
  });

  it('parses structured output and the arguments of functions', async () => {
    const report = z.object({ city: z.string(), degrees: z.number() });
    const said = { city: 'Oslo', degrees: 4 };
    upstream().script([{ kind: 'text', text: JSON.stringify(said) }]);
    const parsed = await client().responses.parse({ ...ask(model), text: { format: zodTextFormat(report, 'report') } });
    expect(parsed.output_parsed).toEqual(said);
    const streamed = client().responses.stream({ ...ask(model), text: { format: zodTextFormat(report, 'report') } });
    expect((await streamed.finalResponse()).output_parsed).toEqual(said);
    upstream().script(CONVERSATION.slice(1));
    const weather = zodResponsesFunction({ name: WEATHER.name, parameters: z.object({ city: z.string() }) });
    const { output } = await client().responses.parse({ ...ask(model), tools: [weather] });
    expect(output.find(({ type }) => type === 'function_call')).toMatchObject({ parsed_arguments: { city: 'Bergen' } });
  });

  it('gets the call of a custom tool as one, and takes its output back', async () => {
    const patch = '*** Begin Patch\n"a" \\ é';
    const custom = { type: 'custom' as const, name: 'apply_patch', description: 'Applies a patch.' };
    upstream().script([
      { kind: 'parts', parts: [{ kind: 'custom', name: 'apply_patch', input: patch }] },
      { kind: 'text', text: WORDS.answer },
    ]);
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'Patch it.' }];
    const first = await client()
      .responses.stream({ ...ask(model), input, tools: [custom] })
      .finalResponse();
    const call = first.output.find((item) => item.type === 'custom_tool_call');
    expect(call).toMatchObject({ name: 'apply_patch', input: patch });
    input.push(...(first.output as OpenAI.Responses.ResponseInputItem[]), {
      type: 'custom_tool_call_output',
      call_id: String(call?.call_id),
      output: 'applied',
    });
    expect((await client().responses.create({ ...ask(model), input, tools: [custom] })).output_text).toBe(WORDS.answer);
    expect(upstream().received[1]?.text).toContain('applied');
  });

  it('throws its own classes of errors, and at answers that break off', async () => {
    upstream().script([{ kind: 'overflow', tokens: 250_000, limit: 200_000 }]);
    const tooLong = client().responses.create(ask(model));
    await expect(tooLong).rejects.toBeInstanceOf(BadRequestError);
    await expect(tooLong).rejects.toMatchObject({ code: 'context_length_exceeded' });
    upstream().script([{ kind: 'spent' }]);
    await expect(client().responses.create(ask(model))).rejects.toMatchObject({ status: 429, code: 'insufficient_quota' });
    upstream().script([{ kind: 'busy', afterS: 120 }]);
    await expect(client().responses.create(ask(model))).rejects.toBeInstanceOf(RateLimitError);
    upstream().script([{ kind: 'cut', text: 'half an ' }]);
    await expect(client().responses.stream(ask(model)).finalResponse()).rejects.toThrow(/connection|broke|ended/);
    await expect(client().responses.create(ask(model))).rejects.toBeInstanceOf(APIError);
  });
});

it('openai names the item that it refers to and the router does not have', async () => {
  const input = [{ type: 'item_reference' as const, id: 'msg_9' }];
  const error = await client()
    .responses.create({ model: '@novita/any-model', input })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BadRequestError);
  expect((error as Error).message).toMatch(/msg_9.*store: false/s);
});

it('openai sends a stored prompt without input to OpenAI, and to no other provider', async () => {
  upstream().script([{ kind: 'text', text: WORDS.answer }]);
  const prompt = { id: 'pmpt_1' };
  expect((await client().responses.create({ model: '@openai/gpt-5.5', prompt, store: false })).output_text).toBe(WORDS.answer);
  expect(JSON.parse(upstream().received[0]?.text ?? '')).toEqual({ model: 'gpt-5.5', prompt, store: false });
  await expect(client().responses.create({ model: '@novita/any-model', prompt })).rejects.toMatchObject({ status: 400, param: 'prompt' });
});
