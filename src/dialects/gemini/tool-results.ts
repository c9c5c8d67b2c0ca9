/**
 * Writes tool results as functionResponse parts: by name, one per call of the turn before and in its order. Otherwise the provider returns
 * "Please ensure that the number of function response parts is equal to the number of function call parts" (google-gemini/gemini-cli
 * issue 16906; @google/genai 2.32.0, FunctionResponse; read 2026-11-20).
 */
import { refuseBlock, type BlockOf } from '../../unified/request/conversation.ts';
import { hasLongNumbers } from '../../lib/exact-json.ts';
import { isObject, parseBounded, type JsonObject } from '../../lib/json.ts';
import { NO_CALL_IDS } from './rules.ts';
import type { WriteContext } from './write-context.ts';

/**
 * Writes the results of these calls. A call without a result gets a placeholder result.
 *
 * @throws RouterError `invalid_request` for a result without its call.
 */
export function renderResults(
  calls: readonly BlockOf<'tool-call'>[],
  results: readonly BlockOf<'tool-result'>[],
  writing: WriteContext,
): JsonObject[] {
  /** Results without a call so far, by id, the first one last. */
  const left = new Map<string, BlockOf<'tool-result'>[]>();
  for (const result of results.toReversed()) {
    const same = left.get(result.callId);
    if (same === undefined) left.set(result.callId, [result]);
    else same.push(result);
  }
  const taken = new Set<BlockOf<'tool-result'>>();
  const parts = calls.map(({ id, name }) => {
    const result = left.get(id)?.pop();
    if (result !== undefined) taken.add(result);
    if (result === undefined) {
      const reason = 'this provider requires an answer to every tool call: one that has none gets "No result was given."';
      writing.log.add({ param: 'messages', action: 'emulated', reason });
    }
    const response = result === undefined ? { error: 'No result was given.' } : responseOf(result, writing);
    return { functionResponse: { ...callId(id, writing), name: name, response } };
  });
  const stray = results.find((result) => !taken.has(result));
  if (stray !== undefined) throw refuseBlock(stray, 'a tool result must follow the assistant message with its call, once');
  return parts;
}

/** Returns the id of a call, if the provider accepts ids. */
export const callId = (id: string, { quirks }: WriteContext): { id?: string } => (quirks.includes(NO_CALL_IDS) || id === '' ? {} : { id });

/**
 * Returns the response as an object: the object in the text, or one around the text. A JSON Schema is sent as text, because Gemini 3
 * resolves the references (`$ref`) of a structure and rejects those without a target (github.com/vercel/ai/issues/14369, read
 * 2026-11-30). Files follow in the user's content.
 */
function responseOf({ blocks, isError }: BlockOf<'tool-result'>, writing: WriteContext): JsonObject {
  if (blocks.some(({ type }) => type !== 'text')) {
    const reason = 'this provider accepts text in tool results: files follow as content of the user';
    writing.log.add({ param: 'messages.content', action: 'emulated', reason });
  }
  const text = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  // The provider parses a response into doubles, which cannot hold long numbers.
  const isPlain = /^\s*\{/.test(text) && !hasLongNumbers(text) && !/"(?:\$|\\u0024)(?:ref|defs)"/.test(text);
  const value = isPlain ? parseBounded(text) : null;
  if (isError) return { error: isObject(value) ? value : text };
  return isObject(value) ? value : { output: text };
}
