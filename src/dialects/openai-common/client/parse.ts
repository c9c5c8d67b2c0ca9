/** Parses a request body in OpenAI's format. Unified parameters have OpenAI's names, so only forms of values are converted. */
import type { Adjustment } from '../../../unified/adjustment.ts';
import { isObject, type JsonObject } from '../../../lib/json.ts';
import { readBody } from '../../../unified/request/body.ts';
import { checkField } from '../../../unified/request/explain-issue.ts';
import { arePlainMessages, MESSAGES, PROMPT, toPrompt, type Message, type PromptValue } from '../../../unified/request/message.ts';
import { normalizeRequest } from '../../../unified/request/normal-form.ts';
import { INPUT_FIELDS, type Operation } from '../../../unified/request/parameters.ts';
import type { AnswerOptions } from './answer-options.ts';
import { buildRequest, type Input, type UnifiedRequest } from '../../../unified/request/request.ts';
import { OpenAiConversation } from './conversation.ts';

/**
 * Reads a body of any operation. The inputs of embeddings are its prompt.
 *
 * @throws RouterError `invalid_request` that names the field, the value and what was expected.
 */
export function parseOpenAi(operation: Operation, given: unknown): UnifiedRequest {
  const adjustments: Adjustment[] = [];
  const fields = normalizeRequest(operation, readBody(given, adjustments), adjustments);
  const answerOptions = readAnswerOptions(fields, given);
  return buildRequest({ operation, fields, readInput: () => readInput(operation, fields), names: {}, adjustments, answerOptions });
}

/** @param given the body as received, because `fields` has tools instead of functions. */
function readAnswerOptions({ stream, stream_options: options }: JsonObject, given: unknown): AnswerOptions {
  const includeUsage = stream === true && isObject(options) ? options['include_usage'] : null;
  return {
    includeUsage: typeof includeUsage === 'boolean' ? includeUsage : null,
    wantsFunctionCall: isObject(given) && Array.isArray(given['functions']),
  };
}

function readInput(operation: Operation, fields: JsonObject): Input {
  const name = INPUT_FIELDS[operation];
  const value = fields[name];
  if (operation !== 'chat') {
    checkField(name, value, { check: PROMPT, known: undefined, names: {} });
    return { kind: 'prompt', prompt: toPrompt(value as PromptValue) };
  }
  if (!arePlainMessages(value)) checkField(name, value, { check: MESSAGES, known: undefined, names: {} });
  return { kind: 'messages', conversation: new OpenAiConversation(value as Message[]) };
}
