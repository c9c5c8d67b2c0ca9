/** A request of the toy format: `{who, say, live, limit, halt, heat, mind: {depth}, mark}`. */
import type { HeaderReader } from '../../../src/dialects/dialect.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { isObject } from '../../../src/lib/json.ts';
import type { Adjustment } from '../../../src/unified/adjustment.ts';
import { RouterError } from '../../../src/unified/error.ts';
import { readBody } from '../../../src/unified/request/body.ts';
import type { ParameterNames } from '../../../src/unified/request/client-path.ts';
import { buildRequest, type UnifiedRequest } from '../../../src/unified/request/request.ts';
import { ToyConversation } from './conversation.ts';

/** Paths of unified parameters in a body of this format. */
export const NAMES: ParameterNames = {
  model: 'who',
  messages: 'say',
  stream: 'live',
  max_tokens: 'limit',
  stop: 'halt',
  temperature: 'heat',
  reasoning_effort: 'mind.depth',
};

/** Reads a body. `mark` is written back into the answer; the header `toy-mark` stands for it. */
export function parse(given: unknown, headers: HeaderReader): UnifiedRequest {
  const adjustments: Adjustment[] = [];
  const body = readBody(given, adjustments);
  const { who, say, live, limit, halt, heat, mind, mark = headers('toy-mark'), ...rest } = body;
  const fields: JsonObject = { ...rest, model: who, stream: live, max_tokens: limit, stop: halt, temperature: heat };
  if (isObject(mind)) fields['reasoning_effort'] = mind['depth'];
  const readInput = () => {
    if (typeof say !== 'string') throw new RouterError('invalid_request', 'say is missing; expected a string.', { param: 'say' });
    return { kind: 'messages' as const, conversation: new ToyConversation(say) };
  };
  return buildRequest({ operation: 'chat', fields, readInput, names: NAMES, adjustments, answerOptions: mark === null ? {} : { mark } });
}
