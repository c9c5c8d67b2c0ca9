/** `@anthropic-ai/sdk`: its stream helper, its tool runner over several turns, its counts, lists, errors and retries. */
import Anthropic, { APIError, BadRequestError, RateLimitError } from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { describe, expect, it } from 'vitest';
import { SEAL } from '../../agents/reply.ts';
import { CITIES, CONVERSATION, describeFormats, serveScripted, WEATHER, WORDS } from './scripted.ts';

const { url, upstream } = serveScripted();
const client = (maxRetries = 0) => new Anthropic({ baseURL: url(), apiKey: 'any', maxRetries });
const ask = (model: string) => ({ model, max_tokens: 2000, messages: [{ role: 'user' as const, content: 'The weather?' }] });
const thinking = { type: 'enabled' as const, budget_tokens: 1024 };

const tools = [{ name: WEATHER.name, description: WEATHER.description, input_schema: WEATHER.schema }];

function weatherTool(cities: string[]) {
  const run = ({ city }: { city: string }) => {
    cities.push(city);
    return WORDS.result;
  };
  return betaTool({ name: WEATHER.name, description: WEATHER.description, inputSchema: WEATHER.schema, run });
}

describeFormats('@anthropic-ai/sdk', ['chat', 'gemini', 'anthropic', 'responses'], (model, format) => {
  it('reads the same message streamed and not, and the helper sees each block', async () => {
    const first = CONVERSATION.slice(0, 1);
    const request = { ...ask(model), tools, thinking };
    upstream().script(first);
    const whole = await client().messages.create(request);
    upstream().script(first);
    const seen: string[] = [];
    const stream = client()
      .messages.stream(request)
      .on('thinking', (text) => seen.push(`thinking ${text}`))
      .on('text', (text) => seen.push(`text ${text}`))
      .on('contentBlock', ({ type }) => seen.push(type));
    const message = await stream.finalMessage();
    const shapeOf = ({ content }: Anthropic.Message) =>
      content.map((block) => ({ ...block, ...('id' in block ? { id: '' } : {}), signature: '' }));
    expect(message.stop_reason).toBe('tool_use');
    expect(shapeOf(message)).toEqual(shapeOf(whole));
    // Gemini signs each call: the signature is a block of its own before the call, without text.
    const kinds = message.content.map(({ type }) => type);
    const call = format === 'gemini' ? ['thinking', 'tool_use'] : ['tool_use'];
    expect(kinds).toEqual(['thinking', 'text', ...call, ...call]);
    expect(seen.filter((word) => /^(thinking|text) /.test(word))).toEqual([`thinking ${WORDS.thought}`, `text ${WORDS.said}`]);
    expect(message.usage).toMatchObject({ input_tokens: 1000, output_tokens: 9 });
    expect(whole.usage).toMatchObject(message.usage);
  });

  it('goes on over several turns, with its thinking, by a hand-written loop', async () => {
    upstream().script(CONVERSATION);
    const messages: Anthropic.MessageParam[] = ask(model).messages;
    const cities: string[] = [];
    let message = await client()
      .messages.stream({ ...ask(model), messages, tools, thinking })
      .finalMessage();
    while (message.stop_reason === 'tool_use') {
      const calls = message.content.filter((block) => block.type === 'tool_use');
      cities.push(...calls.map(({ input }) => (input as { city: string }).city));
      messages.push(
        { role: 'assistant', content: message.content },
        { role: 'user', content: calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: WORDS.result })) },
      );
      message = await client()
        .messages.stream({ ...ask(model), messages, tools, thinking })
        .finalMessage();
    }
    expect(cities).toEqual(CITIES);
    expect(message.content).toMatchObject([{ type: 'text', text: WORDS.answer }]);
    const [, second, third] = upstream().received;
    expect(second?.text.includes(SEAL)).toBe(format !== 'chat');
    expect(third?.text.split(WORDS.result)).toHaveLength(4);
  });

  it('goes on with its tool runner, although the thread that it opens is refused', async () => {
    for (const stream of [false, true]) {
      const cities: string[] = [];
      upstream().script(CONVERSATION);
      const request = { ...ask(model), tools: [weatherTool(cities)], max_iterations: 5 };
      const { beta } = client();
      const runner = stream ? beta.messages.toolRunner({ ...request, stream }) : beta.messages.toolRunner(request);
      const final = await runner.runUntilDone();
      expect(cities).toEqual(CITIES);
      expect(final.content).toMatchObject([{ type: 'text', text: WORDS.answer }]);
      // Anthropic keeps threads; for all others the SDK has to send the conversation again.
      const last = upstream().received.at(-1)?.text;
      expect(last).toMatch(
        format === 'anthropic' ? /"previous_message_id":"msg_up"/ : /The weather\?.*Oslo.*Rome.*sunny.*sunny.*Bergen.*sunny/s,
      );
    }
  });

  it('throws at a stream that breaks off, and at an answer that does', async () => {
    upstream().script([{ kind: 'cut', text: 'half an ' }]);
    await expect(client().messages.stream(ask(model)).finalMessage()).rejects.toBeInstanceOf(APIError);
    await expect(client().messages.create(ask(model))).rejects.toMatchObject({ status: expect.any(Number) as number });
  });

  it('throws its own classes of errors', async () => {
    upstream().script([{ kind: 'overflow', tokens: 250_000, limit: 200_000 }]);
    const tooLong = client().messages.create(ask(model));
    await expect(tooLong).rejects.toBeInstanceOf(BadRequestError);
    await expect(tooLong).rejects.toMatchObject({
      message: expect.stringMatching(/prompt is too long: \d+ tokens > \d+ maximum/) as string,
    });
    upstream().script([{ kind: 'spent' }]);
    await expect(client().messages.create(ask(model))).rejects.toMatchObject({ status: 402, type: 'billing_error' });
    upstream().script([{ kind: 'busy', afterS: 120 }]);
    await expect(client().messages.create(ask(model))).rejects.toBeInstanceOf(RateLimitError);
  });

  it('counts tokens', async () => {
    const { input_tokens: bare } = await client().messages.countTokens({ model, messages: ask(model).messages });
    const { input_tokens: more } = await client().messages.countTokens({ model, messages: ask(model).messages, tools });
    expect(more).toBeGreaterThan(bare);
    expect((await client().beta.messages.countTokens({ model, messages: ask(model).messages })).input_tokens).toBe(bare);
  });
});

describe('@anthropic-ai/sdk', () => {
  it('repeats a request that was refused for its rate, and reads the answer', async () => {
    const busy = { kind: 'busy', afterS: 0 } as const;
    upstream().script([busy, busy, { kind: 'text', text: WORDS.answer }]);
    const { content } = await client(1).messages.create(ask('@novita/any-model'));
    expect(content).toMatchObject([{ text: WORDS.answer }]);
    expect(upstream().received).toHaveLength(3); // the router asks twice, the SDK once more
  });

  it('reads errors of its own kinds at paths of no format', async () => {
    await expect(client().models.retrieve('no/such-model')).rejects.toMatchObject({ status: 404, type: 'not_found_error' });
    await expect(client().beta.files.list()).rejects.toMatchObject({ status: 404, type: 'not_found_error' });
  });

  it('lists the models, and retrieves one of them', async () => {
    const [first] = (await client().models.list({ limit: 5 })).data;
    expect(first).toMatchObject({ type: 'model', id: expect.any(String) as string, display_name: expect.any(String) as string });
    expect(await client().models.retrieve(String(first?.id))).toMatchObject({ id: first?.id, type: 'model' });
  });
});
