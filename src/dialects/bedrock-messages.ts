/**
 * Claude at Amazon Bedrock for clients of Anthropic's format: InvokeModel takes and returns bodies of the Messages API. The model stands in the
 * address, version and betas in the body, and each event of a stream is in a frame, `{"chunk": {"bytes": base64}}` (botocore 1.43.107, InvokeModel
 * and InvokeModelWithResponseStream, read 2026-11-20; npm @anthropic-ai/bedrock-sdk, client.js, as last known 2025-11).
 */
import { fromBase64, toBase64 } from '../lib/base64.ts';
import { isObject, parseBounded, textOf, type JsonObject } from '../lib/json.ts';
import { createNotJsonError, type RouterError } from '../unified/error.ts';
import { errorEvent } from '../unified/response/event.ts';
import { anthropicNative, renderBody, withCallIds } from './anthropic/upstream/native.ts';
import { cloudBody } from './anthropic/upstream/cloud-body.ts';
import { FORMAT } from './anthropic/format-name.ts';
import { readException, parseError as parseBedrockError } from './bedrock/error.ts';
import { bedrockUpstream } from './bedrock/index.ts';
import type { Decoder, DecoderOptions, FittedCall, RenderedRequest, UpstreamDialect } from './dialect.ts';
import { nativeCall } from './shared/native-body.ts';

/** Version of the Messages API at Bedrock. */
const VERSION = 'bedrock-2023-05-31';

function render(call: FittedCall): RenderedRequest {
  const betas = textOf(nativeCall(call).native.headers['anthropic-beta']);
  const { model: _, stream: __, ...body } = cloudBody(renderBody(call));
  const listed = betas === null ? {} : { anthropic_beta: betas.split(',').map((beta) => beta.trim()) };
  const path = call.stream ? '/model/{model}/invoke-with-response-stream' : '/model/{model}/invoke';
  return { body: { anthropic_version: VERSION, ...listed, ...body }, adjustments: [], path };
}

const countBody = (body: JsonObject): JsonObject => ({
  input: { invokeModel: { body: toBase64(new TextEncoder().encode(JSON.stringify(body))) } },
});

/** Unwraps the frames; anything but a chunk is an exception. */
function createDecoder(options: DecoderOptions): Decoder {
  const inner = anthropicNative.createDecoder(options);
  return {
    push(payload) {
      const frame = parseBounded(payload);
      const [name, content] = isObject(frame) ? (Object.entries(frame)[0] ?? []) : [];
      const bytes = isObject(content) ? textOf(content['bytes']) : null;
      const event = bytes === null ? null : textIn(bytes);
      if (event !== null) return inner.push(event);
      if (bytes !== null) return [errorEvent(createNotJsonError())];
      const error = name === undefined ? null : readException(name, content);
      return error === null ? [] : [errorEvent(asAnthropic(error))];
    },
  };
}

/** The text in base64; null where it is none. */
function textIn(base64: string): string | null {
  try {
    return new TextDecoder().decode(fromBase64(base64));
  } catch {
    return null;
  }
}

/** What Bedrock states of a wrong request are the words of the model's own API, without their form. */
function asAnthropic(error: RouterError): RouterError {
  if (error.meaning !== 'invalid-request' && error.meaning !== 'not-supported') return error;
  const payload: JsonObject = { type: 'error', error: { type: 'invalid_request_error', message: error.message } };
  return error.with({ original: { format: FORMAT, payload } });
}

/** The dialect. */
export const bedrockMessages: UpstreamDialect = {
  ...anthropicNative,
  name: bedrockUpstream.name,
  framing: 'aws-event-stream',
  needsBytes: () => true,
  // The service counts a body of InvokeModel as well as a conversation (botocore 1.43.107, CountTokensInput, read 2026-11-20).
  ...(bedrockUpstream.counter && { counter: { ...bedrockUpstream.counter, render: countBody } }),
  render: withCallIds(render),
  createDecoder,
  parseError: (status, body, header) => asAnthropic(parseBedrockError(status, body, header)),
};
