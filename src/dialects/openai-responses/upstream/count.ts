/** `POST /responses/input_tokens`: the fields that count (InputTokenCountParams of openai 7.59.0, read 2026-11-30). */
import type { TokenCounter } from '../../dialect.ts';
import { pickFields } from '../../shared/pick-fields.ts';
import { numberOf } from '../../../lib/json.ts';

const FIELDS = [
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'text',
  'truncation',
  'conversation',
  'previous_response_id',
] as const;

/** Counts at a provider of this format. */
export const counter: TokenCounter = {
  path: '/responses/input_tokens',
  render: (body) => pickFields(body, FIELDS),
  read: ({ input_tokens: tokens }) => numberOf(tokens),
};
