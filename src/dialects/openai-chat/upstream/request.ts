/**
 * Builds requests of OpenAI chat completions. Ranges are checked in `unified/` and `fitting/`. This file handles what the format cannot
 * express: fields of messages, roles, and a prompt that must become a message (`openai-common/messages.ts`).
 */
import type { Adjustment } from '../../../unified/adjustment.ts';
import type { WireObject } from '../../openai-common/wire.ts';
import type { Message } from '../../../unified/request/message.ts';
import type { FittedCall, RenderedRequest } from '../../dialect.ts';
import { messagesOf, OPENAI_MESSAGE_FIELDS, renderMessages } from '../../openai-common/upstream/messages.ts';
import { instructionFor, schemaToCheck } from '../../../unified/request/format-instruction.ts';
import { withSignatures } from './signatures.ts';
import { setMarks, withoutToolMarks } from './cache-marks.ts';
import { arrangeMessages, ONLY_STREAMS, reshapeFormat } from './quirks.ts';
import { withToolWords } from '../../shared/tool-names.ts';
import { wordForm } from '../../shared/name-mapping.ts';

/**
 * Names: OpenAI's reference, create chat completion (openai-openapi f85dbe2). Ids: "string too long. Expected a string with maximum
 * length 40" (messages[].tool_calls[].id; github.com/vercel/ai/issues/8132, read 2026-11-30), also returned by Azure.
 */
const WORDS = { names: wordForm('A-Za-z0-9_-', 64), ids: wordForm('!-~', 40) };

/** Writes the body for the upstream. */
export const render = withToolWords(() => WORDS, renderFitted);

/** Writes the messages; for a Google model with the signatures of its calls. */
function renderChat(messages: readonly Message[], call: FittedCall, adjustments: Adjustment[]): readonly WireObject[] {
  if (!/gemini/i.test(call.model))
    return renderMessages(messages, { own: OPENAI_MESSAGE_FIELDS, roles: call.roles, messageFields: call.messageFields }, adjustments);
  const messageFields = [...call.messageFields, 'extra_content'];
  const keepsDetails = messageFields.includes('reasoning_details');
  const signed = messages.map((message) => withSignatures(message, keepsDetails));
  return renderMessages(signed, { own: OPENAI_MESSAGE_FIELDS, roles: call.roles, messageFields }, adjustments);
}

function renderFitted(call: FittedCall): RenderedRequest {
  const { input, quirks } = call;
  const adjustments: Adjustment[] = [];
  const { reshaped, promptFormat } = reshapeFormat(call.parameters, quirks, adjustments);
  const all = messagesOf(input, adjustments, promptFormat === null ? null : instructionFor(promptFormat));
  const messages =
    input.kind === 'messages' ? arrangeMessages(renderChat(setMarks(all, call), call, adjustments), quirks, adjustments) : all;
  const body: WireObject = { model: call.model, messages, ...withoutToolMarks(reshaped, call) };
  const isForced = !call.stream && quirks.includes(ONLY_STREAMS);
  if (isForced) adjustments.push({ param: 'stream', action: 'emulated', reason: 'this model only streams: the router gathers its answer' });
  if (call.stream || isForced) {
    body.stream = true;
    if (call.streamOptions) body.stream_options = { include_usage: true };
  }
  return { body, adjustments, ...(promptFormat === null ? {} : { mapping: { schema: schemaToCheck(promptFormat) } }) };
}
