/** Repairs a request that was refused for the reasoning in it. */
import type { Adjustment } from '../../../unified/adjustment.ts';
import { arrayOf, type JsonObject } from '../../../lib/json.ts';
import type { Refused } from '../../dialect.ts';
import { isObject } from './wire.ts';

/**
 * Reasoning that another model or account made, whose signature is not valid, or whose prefix has changed: "Invalid `signature` in `thinking`
 * block", "The block is bound to a different conversation" (https://platform.claude.com/docs/en/build-with-claude/preserved-thinking), "each
 * thinking block must contain non-whitespace thinking" (github.com/decolua/9router/issues/859); read 2026-11-30.
 */
const REJECTED = /invalid `?signature`? in `?thinking|bound to a different (?:conversation|account)|each thinking block must contain/i;

const isThinking = (block: unknown): boolean => isObject(block) && (block.type === 'thinking' || block.type === 'redacted_thinking');

/** Leaves out all reasoning after that error, since blocks behind the one at fault are not valid either. */
export function repair(body: JsonObject, { message }: Refused): { body: JsonObject; adjustment: Adjustment } | null {
  const messages = arrayOf(body['messages']);
  const kept = messages.flatMap(withoutThinking);
  if (!REJECTED.test(message) || kept.every((one, index) => one === messages[index])) return null;
  const repaired = withoutBudget({ ...body, messages: kept });
  const also =
    repaired['thinking'] === body['thinking'] ? '' : ', and without thinking, since the calls that it goes on with have none now';
  const why = 'another model or account made it, or what comes before it has changed';
  const reason = `the provider could not read the reasoning: ${why}; sent again without it${also}`;
  return { body: repaired, adjustment: { param: 'messages.reasoning', action: 'dropped', reason } };
}

/** A message of nothing but reasoning is left out. */
function withoutThinking(message: unknown): unknown[] {
  if (!isObject(message) || !Array.isArray(message.content) || !message.content.some(isThinking)) return [message];
  const content = message.content.filter((block: unknown) => !isThinking(block));
  return content.length === 0 ? [] : [{ ...message, content }];
}

/** A budget requires the reasoning of calls whose results are the last message; an adaptive model does not (see `thinking.ts`). */
function withoutBudget({ thinking, ...body }: JsonObject): JsonObject {
  const last = arrayOf(body['messages']).at(-1);
  const isResult = isObject(last) && arrayOf(last.content).some((block) => isObject(block) && block.type === 'tool_result');
  const isBudget = isObject(thinking) && thinking.type === 'enabled';
  return thinking === undefined || (isBudget && isResult) ? body : { ...body, thinking };
}
