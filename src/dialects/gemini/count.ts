/** `countTokens` of Google (ai.google.dev and cloud.google.com, countTokens, read 2026-11-30). */
import type { TokenCounter } from '../dialect.ts';
import { pickFields } from '../shared/pick-fields.ts';
import { numberOf } from '../../lib/json.ts';
import { BARE_COUNT } from './rules.ts';

/** Vertex AI takes these fields themselves, AI Studio a whole request with the name of the model in it. */
const FIELDS = ['contents', 'systemInstruction', 'tools', 'generationConfig'] as const;

/** Counts at Google. */
export const counter: TokenCounter = {
  path: '/models/{model}:countTokens',
  render: (body, { model, quirks }) =>
    quirks.includes(BARE_COUNT) ? pickFields(body, FIELDS) : { generateContentRequest: { model: `models/${model}`, ...body } },
  read: ({ totalTokens }) => numberOf(totalTokens),
};
