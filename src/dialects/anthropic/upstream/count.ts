/** `POST /messages/count_tokens`: the fields that count, of SDK 1.14's MessageCountTokensParams and its beta (read 2026-11-30). */
import type { TokenCounter } from '../../dialect.ts';
import { pickFields } from '../../shared/pick-fields.ts';
import { numberOf } from '../../../lib/json.ts';

const FIELDS = [
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
  'speed',
  'context_management',
  'compaction',
  'mcp_servers',
  'output_format',
  'anthropic_version',
] as const;

/** A body in the client's own format is counted as it is. Vertex AI has the model in the body here, and in the path elsewhere. */
export const counter: TokenCounter = {
  path: '/messages/count_tokens',
  render: (body, { native, model }) => ({ ...(native === undefined ? pickFields(body, FIELDS) : body), model }),
  read: ({ input_tokens: tokens }) => numberOf(tokens),
};
