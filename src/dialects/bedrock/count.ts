/** CountTokens of Bedrock: the parts of a Converse request that count (docs.aws.amazon.com, API_runtime_CountTokens, read 2026-11-30). */
import type { TokenCounter } from '../dialect.ts';
import { pickFields } from '../shared/pick-fields.ts';
import { numberOf } from '../../lib/json.ts';

const FIELDS = ['messages', 'system', 'toolConfig', 'additionalModelRequestFields'] as const;

/** Counts at Bedrock. */
export const counter: TokenCounter = {
  path: '/model/{model}/count-tokens',
  render: (body) => ({ input: { converse: pickFields(body, FIELDS) } }),
  read: ({ inputTokens }) => numberOf(inputTokens),
};
