// Claude at Amazon Bedrock by InvokeModel: Anthropic's fields, without those that stand in the path or belong to Anthropic's own service.
// Source: botocore 1.43.107, InvokeModel; npm @anthropic-ai/bedrock-sdk. Written by hand; must not look at the router's own data.

import { listOf, oneOf, text } from '../checks.ts';
import type { System } from '../system.ts';
import { bedrockClaudeFormat, writeClaudeError } from '../wire-formats/bedrock-claude.ts';
import { fields, together } from './anthropic.ts';
import { amazonBedrock } from './bedrock.ts';

const { model: _model, stream: _stream, inference_geo: _geo, container: _container, service_tier: _tier, ...own } = fields;

/** `us.anthropic.claude-x-v1:0` is Anthropic's `claude-x`. */
const plainId = (model: string): string => model.replace(/^.*anthropic\./u, '').replace(/-v\d+(:\d+)?$/u, '');

/** Claude by its two addresses. */
export const bedrockClaude: readonly System[] = ['invoke', 'invoke-with-response-stream'].map((action) => ({
  ...amazonBedrock,
  slug: `amazon-bedrock/${action}`,
  wireFormat: bedrockClaudeFormat,
  writeError: writeClaudeError,
  operations: {
    ...amazonBedrock.operations,
    chat: {
      fields: { ...own, anthropic_version: oneOf('bedrock-2023-05-31'), anthropic_beta: listOf(text()) },
      required: ['anthropic_version', 'max_tokens', 'messages'],
      unknown: 'refuse',
      together: (body, model) => together({ ...body, ...(model == null ? {} : { model: plainId(model) }) }, model),
    },
  },
}));
