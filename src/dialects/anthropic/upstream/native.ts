/**
 * Anthropic's Messages API towards a client of the same format: the client's body goes out, and the answer comes back, in the client's own
 * words. Claude Code depends on fields, blocks and the wording of errors that no other format has (measured with 2.1.332 on 2026-11-30).
 */
import type { JsonObject } from '../../../lib/json.ts';
import type { Block } from '../../../unified/request/conversation.ts';
import type { FittedCall, RenderedRequest, UpstreamDialect } from '../../dialect.ts';
import { nativeBody, nativeCall, type NativeInput } from '../../shared/native-body.ts';
import { withBody } from '../../shared/originals.ts';
import { withToolWords } from '../../shared/tool-names.ts';
import { cloudBody } from './cloud-body.ts';
import { createNativeDecoder, decodeNativeBody } from './decode.ts';
import { parseError } from './error.ts';
import { anthropicUpstream } from './index.ts';
import { CLAUDE_FORMAT, FORMAT } from '../format-name.ts';
import { errorBody } from './originals.ts';
import { CALL_IDS } from './request.ts';
import { BODY_VERSION, FILES_AS_BYTES, VERSION_IN_BODY } from './rules.ts';

const INPUT: NativeInput = {
  field: 'messages',
  systemField: 'system',
  writeBlock,
};

/** An edited block: the client's own with what was edited. */
function writeBlock(block: Block, given: JsonObject): JsonObject[] {
  switch (block.type) {
    case 'text':
      return [{ ...given, type: 'text', text: block.text }];
    case 'image':
    case 'document': {
      const { source } = block;
      if (source.kind === 'url') return [given];
      return [{ ...given, source: { type: 'base64', media_type: source.mediaType, data: source.base64 } }];
    }
    case 'reasoning': {
      const { state, text } = block;
      if (state?.format !== CLAUDE_FORMAT) return [];
      if (state.kind === 'encrypted') return [{ type: 'redacted_thinking', data: state.data }];
      return state.kind === 'signature' ? [{ type: 'thinking', thinking: text, signature: state.data }] : [];
    }
    case 'tool-call':
      return [{ ...given, id: block.id }];
    case 'tool-result':
      return [{ ...given, tool_use_id: block.callId }];
    default:
      return [given];
  }
}

/**
 * Makes a native `render` one that gets ids of calls as Claude accepts them. A conversation may have ids of other providers (`functions.f:0`), and
 * those that number calls per answer repeat them. Ids of Claude's own are never changed.
 */
export const withCallIds = (render: UpstreamDialect['render']): UpstreamDialect['render'] =>
  withToolWords(() => ({ names: null, ids: CALL_IDS }), render);

/** The body of a call, as api.anthropic.com accepts it. */
export const renderBody = (call: FittedCall): JsonObject => nativeBody(nativeCall(call), INPUT);

function render(call: FittedCall): RenderedRequest {
  const { headers } = nativeCall(call).native;
  const body = renderBody(call);
  if (!call.quirks.includes(VERSION_IN_BODY)) return { body, adjustments: [], headers };
  const { model: _, ...rest } = cloudBody(body);
  return { body: { anthropic_version: BODY_VERSION, ...rest }, adjustments: [], headers };
}

/** For a client of the same format. */
export const anthropicNative: UpstreamDialect = {
  ...anthropicUpstream,
  // The provider reads addresses itself; a quirk states where it does not.
  needsBytes: (_, quirks) => quirks.includes(FILES_AS_BYTES),
  render: withCallIds(render),
  createDecoder: createNativeDecoder,
  decodeBody: decodeNativeBody,
  parseError: (status, body, header) => withBody(parseError(status, body, header), body, { format: FORMAT, errorBody }),
};
