/** `@openai/agents` at `POST /responses`: an agent with a function tool, a handoff, an output type, and streams. */
import { Agent } from '@openai/agents';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { SEAL } from '../../agents/reply.ts';
import { createRunner } from './agents-runner.ts';
import { callFor, CITIES, CONVERSATION, describeFormats, serveScripted, WORDS } from './scripted.ts';
import { weatherTool } from './weather-tool.ts';

const { url, upstream } = serveScripted();

const runner = createRunner(url);

const modelSettings = {
  store: false,
  reasoning: { effort: 'low', summary: 'auto' },
  providerData: { include: ['reasoning.encrypted_content'] },
} as const;

describeFormats('@openai/agents', ['chat', 'gemini', 'responses'], (model, format) => {
  it.each([false, true])('runs its tool over several turns (stream: %s)', async (stream) => {
    upstream().script(CONVERSATION);
    const cities: string[] = [];
    const agent = new Agent({ name: 'weather', instructions: 'Be brief.', model, modelSettings, tools: [weatherTool(cities)] });
    const result = stream ? await runner().run(agent, 'The weather?', { stream }) : await runner().run(agent, 'The weather?');
    if ('toTextStream' in result) {
      let text = '';
      for await (const piece of result.toTextStream()) text += piece;
      await result.completed;
      if (text !== WORDS.said + WORDS.answer) throw new Error(`the stream has the text ${text}`);
    }
    expect(result.finalOutput).toBe(WORDS.answer);
    expect(result.state.usage).toMatchObject({ requests: 3, inputTokens: 3000, outputTokens: 27 });
    expect(cities).toEqual(CITIES);
    expect(upstream().received[1]?.text.includes(SEAL)).toBe(format !== 'chat');
    expect(upstream().received[2]?.text.split(WORDS.result)).toHaveLength(4);
  });

  it('hands a conversation to another agent, which answers in its output type', async () => {
    const report = { city: 'Oslo', degrees: 4 };
    upstream().script([
      { kind: 'call', name: 'transfer_to_reporter', input: {} },
      { kind: 'parts', parts: [callFor('Oslo')] },
      { kind: 'text', text: JSON.stringify(report) },
    ]);
    const outputType = z.object({ city: z.string(), degrees: z.number() });
    const reporter = new Agent({ name: 'reporter', instructions: 'Report.', model, modelSettings, outputType, tools: [weatherTool([])] });
    const triage = Agent.create({ name: 'triage', instructions: 'Hand over.', model, modelSettings, handoffs: [reporter] });
    const result = await runner().run(triage, 'The weather?');
    expect(result.lastAgent?.name).toBe('reporter');
    expect(result.finalOutput).toEqual(report);
    expect(upstream().received).toHaveLength(3);
  });

  it('fails at a stream that breaks off', async () => {
    upstream().script([{ kind: 'cut', text: 'half an ' }]);
    const agent = new Agent({ name: 'weather', instructions: 'Be brief.', model, modelSettings });
    const result = await runner().run(agent, 'The weather?', { stream: true });
    const read = async () => {
      for await (const piece of result.toTextStream()) void piece;
      await result.completed;
    };
    await expect(read()).rejects.toThrow(/connection|broke|ended/);
  });
});
