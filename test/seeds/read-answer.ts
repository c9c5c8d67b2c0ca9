/** An answer of the router as its client reads it, streamed or not, chat or completions, in one shape. */
import { arrayOf, isObject, type JsonObject } from '../../src/lib/json.ts';

type ReadToken = { token: string; logprob: number | null; top: Record<string, number>; offset?: number };
type ReadChoice = { text: string; finishReason: string | null; tokens: ReadToken[] | null };
export type Read = { choices: ReadChoice[]; adjustments: JsonObject[]; usage: JsonObject | null };

export function readResponse(text: string, operation: 'chat' | 'completions', isStream: boolean): Read {
  const payloads = isStream ? payloadsOf(text) : [text];
  const read: Read = { choices: [], adjustments: [], usage: null };
  for (const payload of payloads) {
    const chunk = JSON.parse(payload) as JsonObject;
    for (const choice of arrayOf(chunk['choices']).filter(isObject)) readChoice(choice, operation, read);
    if (isObject(chunk['usage'])) read.usage = chunk['usage'];
    if (Array.isArray(chunk['adjustments'])) read.adjustments = chunk['adjustments'] as JsonObject[];
    if (chunk['error'] !== undefined) throw new Error(`an error in the answer: ${JSON.stringify(chunk['error'])}`);
  }
  return read;
}

function payloadsOf(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.startsWith('data: '));
  if (lines.at(-1) !== 'data: [DONE]') throw new Error('a stream that does not end with [DONE]');
  return lines.slice(0, -1).map((line) => line.slice('data: '.length));
}

function readChoice(choice: JsonObject, operation: 'chat' | 'completions', { choices }: Read): void {
  const kept = (choices[Number(choice['index'])] ??= { text: '', finishReason: null, tokens: null });
  const said = isObject(choice['message']) ? choice['message'] : choice['delta'];
  const text = operation === 'completions' ? choice['text'] : isObject(said) ? said['content'] : '';
  if (kept.finishReason !== null && typeof text === 'string' && text !== '') throw new Error('text after a finish reason');
  if (typeof text === 'string') kept.text += text;
  if (typeof choice['finish_reason'] === 'string') {
    if (kept.finishReason !== null) throw new Error('two finish reasons of one choice');
    kept.finishReason = choice['finish_reason'];
  }
  if (!isObject(choice['logprobs'])) return;
  const tokens =
    operation === 'completions' ? legacyTokens(choice['logprobs']) : arrayOf(choice['logprobs']['content']).filter(isObject).map(chatToken);
  if (tokens.length > 0) (kept.tokens ??= []).push(...tokens);
}

const chatToken = ({ token, logprob, top_logprobs: top }: JsonObject): ReadToken => ({
  token: String(token),
  logprob: Number(logprob),
  top: Object.fromEntries(
    arrayOf(top)
      .filter(isObject)
      .map((entry) => [String(entry['token']), Number(entry['logprob'])]),
  ),
});

function legacyTokens({ tokens, token_logprobs: logprobs, top_logprobs: tops, text_offset: offsets }: JsonObject): ReadToken[] {
  return arrayOf(tokens).map((token, place) => {
    const top = arrayOf(tops)[place];
    return {
      token: String(token),
      logprob: Number(arrayOf(logprobs)[place]),
      top: isObject(top) ? (top as Record<string, number>) : {},
      offset: Number(arrayOf(offsets)[place]),
    };
  });
}
