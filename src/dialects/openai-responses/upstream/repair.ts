/** Repairs a request that was refused for the state in it. */
import { arrayOf, type JsonObject } from '../../../lib/json.ts';
import type { Adjustment } from '../../../unified/adjustment.ts';
import type { Refused } from '../../dialect.ts';
import { isObject } from './wire.ts';

/** Encrypted reasoning that this account or model did not make (github.com/Wei-Shaw/sub2api/issues/3138, read 2026-11-30). */
const FOREIGN_STATE = 'invalid_encrypted_content';

/** Leaves out all reasoning after that error: which item is meant is not stated, and an item of half a turn is refused too. */
export function repair(body: JsonObject, { code }: Refused): { body: JsonObject; adjustment: Adjustment } | null {
  const input = arrayOf(body['input']);
  const kept = input.filter((item) => !isObject(item) || item.type !== 'reasoning');
  if (code !== FOREIGN_STATE || kept.length === input.length) return null;
  const reason = 'the provider could not read the encrypted reasoning, which another account or model made; sent again without reasoning';
  return { body: { ...body, input: kept }, adjustment: { param: 'messages.reasoning', action: 'dropped', reason } };
}
