/** The whole way there and back, with the simulator in the provider's place: what is sent is taken, and what comes back can be sent again. */
import { describe, expect, it } from 'vitest';
import { geminiUpstream } from '../../../src/dialects/gemini/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { firstBody, line, prepared, requestFor } from '../../fitting/sent.ts';
import { send } from '../../simulator/client.ts';
import { asHistory } from '../render-input.ts';
import { replay, replayBody, type Outcome } from '../replay.ts';

const tools = [
  { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } },
];

async function play(slug: string, model: string, fields: JsonObject): Promise<{ outcome: Outcome; told: string[] }> {
  const answer = prepared(requestFor('chat', `@${slug}/${model}`, fields));
  const { path, streamPath } = geminiUpstream;
  const own = (fields['stream'] === true ? (streamPath ?? path) : path).replace('{model}', model);
  const response = await send(`/${slug}/v1${own}`, firstBody(answer));
  const isStream = response.ok && fields['stream'] === true;
  const outcome = isStream
    ? replay(geminiUpstream, [new Uint8Array(await response.arrayBuffer())])
    : replayBody(geminiUpstream, await response.json());
  return { outcome, told: answer.adjustments.map(line) };
}

describe.each([
  ['google-ai-studio', 'gemini-3-pro-preview'],
  ['google-ai-studio', 'gemini-2.5-flash'],
  ['google-vertex', 'gemini-3-flash-preview'],
])('Gemini simulated answers: %s, %s', (slug, model) => {
  const messages = [{ role: 'user', content: 'What is the weather?' }];

  it('calls a tool, and reads its result in the next turn', async () => {
    for (const stream of [false, true]) {
      const { outcome: first } = await play(slug, model, { messages, tools, stream });
      const [choice] = first.result.choices;
      expect(choice).toMatchObject({ finishReason: 'tool_calls', toolCalls: [{ name: 'get_weather' }] });
      const result = { role: 'tool', tool_call_id: choice?.toolCalls[0]?.id, content: '{"sky":"clear"}' };
      const { outcome: second, told } = await play(slug, model, { messages: [...messages, asHistory(first), result], tools, stream });
      expect(second.error).toBeNull();
      expect(second.result.choices[0]).toMatchObject({ finishReason: 'stop', text: expect.stringContaining('clear') as string });
      expect(told).toEqual([]);
    }
  });

  it('streams what it says at once', async () => {
    const [whole, streamed] = await Promise.all([play(slug, model, { messages }), play(slug, model, { messages, stream: true })]);
    expect(streamed.outcome.result.choices).toEqual(whole.outcome.result.choices);
    expect(streamed.outcome.result.usage).toEqual(whole.outcome.result.usage);
    expect(whole.outcome.result.choices[0]?.text).not.toBe('');
  });
});
