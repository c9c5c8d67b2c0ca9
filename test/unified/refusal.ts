/** How a body is refused: the field at fault and the message, or null when it is accepted. */
import { RouterError } from '../../src/unified/error.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { Operation } from '../../src/unified/request/parameters.ts';
import { parseOpenAi } from '../../src/dialects/openai-common/client/parse.ts';
import type { UnifiedRequest } from '../../src/unified/request/request.ts';

/** The smallest body of each operation, with more fields; an undefined one takes a field away. */
export function parse(operation: Operation, fields: JsonObject = {}): UnifiedRequest {
  const content = operation === 'chat' ? { messages: [{ role: 'user', content: 'Hi' }] } : { prompt: 'Hi' };
  return parseOpenAi(operation, { model: 'author/model', ...content, ...fields });
}

/** `[param, message]` of the 400. */
export function refusal(operation: Operation, fields: JsonObject): readonly [string | undefined, string] | null {
  try {
    parse(operation, fields);
    return null;
  } catch (thrown) {
    if (!(thrown instanceof RouterError)) throw thrown;
    if (thrown.type !== 'invalid_request' || thrown.status !== 400)
      throw new Error(`expected a 400, got ${thrown.type}`, { cause: thrown });
    return [thrown.details.param, thrown.message];
  }
}
