/** Renders requests for tests of the dialect. A test states only what it is about. */
import { inputOf } from '../messages-input.ts';
import type { FittedCall, RenderedRequest } from '../../../src/dialects/dialect.ts';
import { bedrockUpstream } from '../../../src/dialects/bedrock/index.ts';
import { RouterError } from '../../../src/unified/error.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { PLAIN_CALL } from '../plain-call.ts';

/** The habits of recent Claude models. */
export const CLAUDE = ['thinking-by-anthropic-fields', 'cache-points', 'cache-points-on-tools', 'no-blank-stops'];

export const HELLO = [{ role: 'user', content: 'hello' }];

/** A rendered request. */
export function rendered(
  messages: readonly unknown[] = HELLO,
  parameters: JsonObject = {},
  quirks: readonly string[] = [],
): RenderedRequest {
  const call: FittedCall = {
    ...PLAIN_CALL,
    input: inputOf(messages),
    parameters,
    quirks,
  };
  return bedrockUpstream.render(call);
}

/** What was reported: parameter and action. */
export const reported = ({ adjustments }: RenderedRequest) => adjustments.map(({ param, action }) => `${param} ${action}`);

/** The error of a request that cannot be rendered. */
export function refusalOf(messages: readonly unknown[], parameters: JsonObject = {}, quirks: readonly string[] = []): RouterError {
  try {
    rendered(messages, parameters, quirks);
  } catch (thrown) {
    if (thrown instanceof RouterError) return thrown;
    throw thrown;
  }
  throw new Error('it was rendered');
}
