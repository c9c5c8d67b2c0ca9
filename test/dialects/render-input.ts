/** Requests for tests of a dialect's `render`, and answers that come back as history. A test states only what it is about. */
import { inputOf } from './messages-input.ts';
import type { FittedCall, RenderedRequest, UpstreamDialect } from '../../src/dialects/dialect.ts';
import { RouterError } from '../../src/unified/error.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { line } from '../fitting/sent.ts';
import type { Outcome } from './replay.ts';
import { PLAIN_CALL } from './plain-call.ts';

/** The parts of a call that a test sets. */
export type RenderInput = {
  messages?: readonly unknown[];
  prompt?: string;
  parameters?: JsonObject;
  quirks?: readonly string[];
  stream?: boolean;
};

/** The request as this dialect writes it. */
export function rendered(
  dialect: UpstreamDialect,
  { messages, prompt, parameters = {}, quirks = [], stream = false }: RenderInput = {},
): RenderedRequest {
  const call: FittedCall = {
    ...PLAIN_CALL,
    input:
      prompt === undefined
        ? inputOf(messages ?? [{ role: 'user', content: 'hello' }])
        : { kind: 'prompt', prompt: { kind: 'text', value: prompt } },
    parameters,
    stream,
    quirks,
  };
  return dialect.render(call);
}

/** What was reported, a short line each. */
export const reported = ({ adjustments }: RenderedRequest): string[] => adjustments.map(line);

/** The place and the message of a request that is refused. */
export function refusalOf(dialect: UpstreamDialect, asked: RenderInput): readonly [path: string | undefined, message: string] {
  try {
    rendered(dialect, asked);
  } catch (thrown) {
    if (thrown instanceof RouterError && thrown.type === 'invalid_request') return [thrown.details.param, thrown.message];
    throw thrown;
  }
  throw new Error('it was rendered');
}

/** An answer as the message that a client sends back with the next request. */
export function asHistory({ result }: Outcome): JsonObject {
  const [choice] = result.choices;
  if (choice === undefined) throw new Error('there is no answer');
  return {
    role: 'assistant',
    content: choice.text,
    reasoning: choice.reasoning,
    reasoning_details: choice.reasoningDetails,
    tool_calls: choice.toolCalls.map(({ id, name, arguments: given }) => ({ id, type: 'function', function: { name, arguments: given } })),
  };
}
