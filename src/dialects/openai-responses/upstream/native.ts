/** OpenAI Responses towards a client of the same format: its body goes out, and the answer comes back, with all items and events. */
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import type { Adjustment } from '../../../unified/adjustment.ts';
import type { Block } from '../../../unified/request/conversation.ts';
import type { FittedCall, RenderedRequest, UpstreamDialect } from '../../dialect.ts';
import { isEnvelope } from '../../shared/envelope.ts';
import { nativeBody, nativeCall, type NativeInput } from '../../shared/native-body.ts';
import { withBody } from '../../shared/originals.ts';
import { createNativeDecoder, decodeNativeBody } from './decode.ts';
import { parseError } from './error.ts';
import { openaiResponsesUpstream } from './index.ts';
import { REASONING_FORMAT } from './messages.ts';
import { FORMAT } from '../format-name.ts';
import { errorBody } from './originals.ts';

const INPUT: NativeInput = {
  field: 'input',
  systemField: 'instructions',
  writeBlock,
};

/** An edited part or item: the client's own with what was edited. */
function writeBlock(block: Block, given: JsonObject): JsonObject[] {
  switch (block.type) {
    case 'text':
      return [{ type: 'input_text', ...given, [block.isRefusal === true ? 'refusal' : 'text']: block.text }];
    case 'image':
      return [{ ...given, image_url: block.url }];
    case 'reasoning': {
      const { state } = block;
      if (state?.format !== REASONING_FORMAT || state.kind !== 'encrypted') return [];
      const { id: _, ...item } = given;
      return [{ ...item, ...(block.id === null ? {} : { id: block.id }), encrypted_content: state.data }];
    }
    default:
      return [given];
  }
}

/**
 * How ids of items begin, by type: "Invalid 'input[1].id': ... Expected an ID that begins with 'rs'." (OpenAI's answer;
 * github.com/nodetool-ai/nodetool/issues/4252, read 2026-11-30). Ids of other types are not checked.
 */
const ID_PREFIXES: Readonly<Record<string, string>> = { message: 'msg', function_call: 'fc', reasoning: 'rs', custom_tool_call: 'ctc' };

function hasForeignId({ type = 'message', id }: JsonObject): boolean {
  const prefix = typeof type === 'string' && Object.hasOwn(ID_PREFIXES, type) ? ID_PREFIXES[type] : undefined;
  return id !== undefined && prefix !== undefined && !(typeof id === 'string' && id.startsWith(prefix));
}

/**
 * True for reasoning that the provider has no content of. Where it stores nothing, it looks in vain for an item without encrypted content
 * ("Item with id ... not found"; github.com/maximhq/bifrost/issues/5410, read 2026-11-30).
 */
function isLost({ type, encrypted_content: encrypted }: JsonObject, isStored: boolean): boolean {
  const text = textOf(encrypted);
  return type === 'reasoning' && (text === null ? !isStored : isEnvelope(text));
}

const LOST: Adjustment = {
  param: 'input',
  action: 'dropped',
  reason: 'reasoning can be sent back only with the encrypted content that this provider made',
};

function render(call: FittedCall): RenderedRequest {
  const { headers, subPath } = nativeCall(call).native;
  const place = subPath === undefined ? {} : { subPath };
  const body = nativeBody(nativeCall(call), INPUT);
  const { input, store } = body;
  if (!Array.isArray(input)) return { body, adjustments: [], headers, ...place };
  const kept = input.filter((item: unknown) => !isObject(item) || !isLost(item, store !== false));
  const items = kept.map((item: unknown) => (isObject(item) && hasForeignId(item) ? withoutId(item) : item));
  const isSame = items.length === input.length && items.every((item, index) => item === input[index]);
  return { body: isSame ? body : { ...body, input: items }, adjustments: kept.length < input.length ? [LOST] : [], headers, ...place };
}

function withoutId(item: JsonObject): JsonObject {
  const { id: _, ...rest } = item;
  return rest;
}

/** For a client of the same format. */
export const openaiResponsesNative: UpstreamDialect = {
  ...openaiResponsesUpstream,
  render,
  createDecoder: createNativeDecoder,
  decodeBody: decodeNativeBody,
  parseError: (status, body) => withBody(parseError(status, body), body, { format: FORMAT, errorBody }),
};
