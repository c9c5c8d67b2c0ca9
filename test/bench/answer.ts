/**
 * Takes an answer apart and says whether it is the one that was scripted: every character, every event, the end and the usage. A fast
 * wrong answer is worth nothing. Pure; knows no target.
 */
import { eventTexts, type Script } from './script.ts';
import { PROMPT_TOKENS, type Format } from './wire.ts';

/** What an answer must be. `mayBeCached`: it may come from the cache, which reports no tokens. */
export type ExpectedShape = { format: Format; script: Script; stream: boolean; choices: number; mayBeCached?: boolean };

/** What an answer is. */
type AnswerFacts = {
  texts: string[];
  contentEvents: number;
  calls: number;
  ends: number;
  promptTokens: number;
  completionTokens: number;
  done: boolean;
};

type Usage = { prompt_tokens?: number; completion_tokens?: number; input_tokens?: number; output_tokens?: number };
type MessageBody = { content?: string | null; tool_calls?: { function: { arguments: string } }[] };
type Choice = { index: number; delta?: MessageBody; message?: MessageBody; finish_reason?: string | null };
type ChatChunk = { choices: Choice[]; usage?: Usage | null; error?: unknown };
type AnthropicEvent = {
  type: string;
  delta?: { text?: string; stop_reason?: string };
  message?: { usage: Usage };
  content?: { text: string }[];
  stop_reason?: string;
  usage?: Usage;
};

const nothing = (): AnswerFacts => ({ texts: [], contentEvents: 0, calls: 0, ends: 0, promptTokens: 0, completionTokens: 0, done: false });

/** What is wrong with an answer; null when nothing is. */
export function findFault(raw: string, expected: ExpectedShape): string | null {
  let seen: AnswerFacts;
  try {
    const read = expected.format === 'openai' ? readChat : readAnthropic;
    seen = read(raw, expected.stream);
  } catch (thrown) {
    return `it cannot be read (${thrown instanceof Error ? thrown.message : String(thrown)}): ${raw.slice(0, 300)}`;
  }
  return compare(seen, expected);
}

function compare(seen: AnswerFacts, { script, stream, choices, mayBeCached = false }: ExpectedShape): string | null {
  const text = eventTexts(script).join('');
  if (seen.texts.length !== choices) return `it has ${seen.texts.length} choices, not ${choices}`;
  for (const [choice, said] of seen.texts.entries()) {
    if (said !== text)
      return `the text of choice ${choice} has ${said?.length ?? 0} characters, or others than the ${text.length} scripted`;
  }
  const events = script.events * choices;
  if (stream && seen.contentEvents !== events) return `it has ${seen.contentEvents} content events, not ${events}`;
  if (seen.calls !== script.calls) return `it has ${seen.calls} tool calls, not ${script.calls}`;
  if (seen.ends !== choices) return `${seen.ends} choices have ended, not ${choices}`;
  const isCached = mayBeCached && seen.promptTokens === 0 && seen.completionTokens === 0;
  if (!isCached && (seen.promptTokens !== PROMPT_TOKENS * choices || seen.completionTokens !== events)) {
    return `its usage is ${seen.promptTokens} + ${seen.completionTokens} tokens, not ${PROMPT_TOKENS * choices} + ${events}`;
  }
  return seen.done ? null : 'its last word is missing';
}

/** The payloads of a stream. @throws when it does not end where an event ends. */
export function payloadsOf(raw: string): string[] {
  const blocks = raw.split('\n\n');
  if (blocks.pop() !== '') throw new Error('the stream ends in the middle of an event');
  return blocks.flatMap((block) => {
    const line = block.split('\n').find((text) => text.startsWith('data:'));
    return line === undefined ? [] : [line.slice('data:'.length).trimStart()];
  });
}

function readChat(raw: string, stream: boolean): AnswerFacts {
  const seen = nothing();
  const payloads = stream ? payloadsOf(raw) : [raw];
  seen.done = !stream || payloads.at(-1) === '[DONE]';
  if (stream && seen.done) payloads.pop();
  for (const payload of payloads) {
    const chunk = JSON.parse(payload) as ChatChunk; // checked as it is read
    if (chunk.error !== undefined) throw new Error('an error in the answer');
    for (const { index, delta, message, finish_reason: reason } of chunk.choices) {
      const content = delta?.content ?? message?.content ?? '';
      seen.texts[index] = (seen.texts[index] ?? '') + content;
      if (content !== '') seen.contentEvents++;
      for (const call of (delta ?? message)?.tool_calls ?? []) if (/^\{"river":\d+\}$/.test(call.function.arguments)) seen.calls++;
      if (reason === 'stop' || reason === 'tool_calls') seen.ends++;
    }
    if (chunk.usage) [seen.promptTokens, seen.completionTokens] = [chunk.usage.prompt_tokens ?? 0, chunk.usage.completion_tokens ?? 0];
  }
  return seen;
}

function readAnthropic(raw: string, stream: boolean): AnswerFacts {
  const seen = { ...nothing(), texts: [''] };
  const events = (stream ? payloadsOf(raw) : [raw]).map((payload) => JSON.parse(payload) as AnthropicEvent); // checked as it is read
  for (const { type, delta, message, content, stop_reason: reason, usage } of events) {
    const text = delta?.text ?? content?.map((block) => block.text).join('') ?? '';
    seen.texts[0] += text;
    if (text !== '') seen.contentEvents++;
    if ((delta?.stop_reason ?? reason) === 'end_turn') seen.ends++;
    seen.promptTokens = message?.usage.input_tokens ?? usage?.input_tokens ?? seen.promptTokens;
    seen.completionTokens = usage?.output_tokens ?? seen.completionTokens;
    seen.done = type === (stream ? 'message_stop' : 'message');
  }
  return seen;
}
