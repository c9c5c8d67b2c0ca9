/** An OpenAI-shaped provider for tests of client packages: it answers with a text, a tool call, or half of an answer. */
import type { ServerResponse } from 'node:http';
import { bodyOf, listen, STREAM_HEADERS, type OwnUpstream } from '../../support/http-upstream.ts';

/** The answer to any prompt. */
export const TEXT = 'Rivers run to the sea.';

/** To this prompt it sends half of the answer, and breaks the connection. */
export const BREAK_OFF = 'Break off, please.';

/** What every answer costs. */
export const TOKENS = { prompt: 11, completion: 7 } as const;

/** It calls this tool where it may and has no result yet. */
export const TOOL: { name: string; description: string; parameters: Record<string, unknown> } = {
  name: 'weather',
  description: 'The weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
};

/** The arguments of the tool call, the result of the tool, and the text after it. */
export const TURN = { city: 'Oslo', result: 'sunny', text: 'It is sunny in Oslo.' } as const;

type RequestBody = { stream?: boolean; tools?: unknown[]; messages: { role: string; content: unknown }[] };
type Delta = Record<string, unknown>;

/** Serves it. */
export function startUpstream(): Promise<OwnUpstream> {
  return listen((request, response) => void bodyOf(request).then((body) => answer(JSON.parse(body) as RequestBody, response)));
}

function answer({ stream = false, tools, messages }: RequestBody, response: ServerResponse): void {
  const last = messages.at(-1);
  const said = textOf(last?.content);
  if (said === BREAK_OFF) return breakOff(stream, response);
  const callsTool = tools !== undefined && last?.role !== 'tool';
  const text = last?.role === 'tool' ? `It is ${said} in ${TURN.city}.` : TEXT;
  if (stream) return sendStream(callsTool ? toolDeltas() : textDeltas(text), callsTool ? 'tool_calls' : 'stop', response);
  const message = callsTool ? { role: 'assistant', content: null, tool_calls: [toolCall()] } : { role: 'assistant', content: text };
  sendJson(bodyWith(message, callsTool ? 'tool_calls' : 'stop'), response);
}

const textOf = (content: unknown): string =>
  Array.isArray(content) ? content.map((part) => (part as { text?: string }).text ?? '').join('') : String(content);

const USAGE = {
  prompt_tokens: TOKENS.prompt,
  completion_tokens: TOKENS.completion,
  total_tokens: TOKENS.prompt + TOKENS.completion,
};

const toolCall = () => ({ id: 'call_1', type: 'function', function: { name: TOOL.name, arguments: JSON.stringify({ city: TURN.city }) } });

const bodyWith = (message: object, reason: string) => ({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message, finish_reason: reason }],
  usage: USAGE,
});

const textDeltas = (text: string): Delta[] => text.split(/(?<= )/).map((content) => ({ content }));

function toolDeltas(): Delta[] {
  const { function: called, ...head } = toolCall();
  const [begin, end] = [called.arguments.slice(0, 6), called.arguments.slice(6)];
  return [
    { tool_calls: [{ index: 0, ...head, function: { name: called.name, arguments: '' } }] },
    ...[begin, end].map((piece) => ({ tool_calls: [{ index: 0, function: { arguments: piece } }] })),
  ];
}

const frame = (delta: Delta, reason: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;

function sendStream(deltas: readonly Delta[], reason: string, response: ServerResponse): void {
  const usage = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage: USAGE })}\n\n`;
  response.writeHead(200, STREAM_HEADERS);
  response.end(
    [frame({ role: 'assistant', content: '' }), ...deltas.map((delta) => frame(delta)), frame({}, reason), usage].join('') +
      'data: [DONE]\n\n',
  );
}

function sendJson(body: object, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function breakOff(stream: boolean, response: ServerResponse): void {
  const body = JSON.stringify(bodyWith({ role: 'assistant', content: TEXT }, 'stop'));
  response.writeHead(200, stream ? STREAM_HEADERS : { 'content-type': 'application/json' });
  response.write(
    stream
      ? textDeltas(TEXT)
          .slice(0, 2)
          .map((delta) => frame(delta))
          .join('')
      : body.slice(0, body.length / 2),
    () => response.destroy(),
  );
}
