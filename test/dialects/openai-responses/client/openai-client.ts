/** Reads a stream with the `openai` package, as an application does. */
import OpenAI from 'openai';
import type { Response as OpenAiResponse } from 'openai/resources/responses/responses';

/** The final response. @throws what the package throws. */
export async function readWithOpenAi(stream: string): Promise<{ response: OpenAiResponse; types: string[] }> {
  const fetch = () => Promise.resolve(new Response(stream, { headers: { 'content-type': 'text/event-stream' } }));
  const client = new OpenAI({ apiKey: 'x', fetch, maxRetries: 0 });
  const types: string[] = [];
  const answer = client.responses.stream({ model: 'm', input: 'hi' });
  answer.on('event', ({ type }) => types.push(type));
  return { response: await answer.finalResponse(), types };
}
