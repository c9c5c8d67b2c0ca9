/** xAI. The sentence stands in `error`, its kind in `code`. */
import { error, type ErrorCase } from './error-case.ts';

const body = (code: string, sentence: string) => ({ code, error: sentence });
const INVALID = 'Client specified an invalid argument';

export const XAI: readonly ErrorCase[] = [
  error(
    'bad-key',
    400,
    body(INVALID, 'Incorrect API key provided: gs***tF. You can obtain an API key from https://console.x.ai.'),
    'continuedev/continue#10161',
  ),
  error(
    'no-money',
    429,
    body(
      'Some resource has been exhausted',
      'Your team 16f2151a has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit.',
    ),
    'continuedev/continue#10373',
  ),
  error(
    'no-money',
    403,
    body(
      'permission-denied',
      'Your team deadb has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit.',
    ),
    'Anantys-oss/koan#2412',
  ),
  error(
    'no-money',
    403,
    body(
      'The caller does not have permission to execute the specified operation',
      "Your newly created team doesn't have any credits or licenses yet. You can purchase those on https://console.x.ai/team/481c.",
    ),
    'continuedev/continue#12670',
  ),
  error(
    'no-money',
    403,
    body(
      'permission-denied',
      'You have run out of credits or need a Grok subscription. Add credits at https://grok.com/?_s=usage or upgrade at https://grok.com/supergrok.',
    ),
    'Wei-Shaw/sub2api#4069',
  ),
  error(
    'content-refused',
    403,
    body(
      'The caller does not have permission to execute the specified operation',
      'Content violates usage guidelines. Team: t, API key ID: k, Model: grok-4-0709, Failed check: SAFETY_CHECK_TYPE_BIO',
    ),
    'UKGovernmentBEIS/inspect_ai#2267',
  ),
  error(
    'prompt-too-long',
    400,
    body(INVALID, "This model's maximum prompt length is 131072 but the request contains 537812 tokens."),
    'earendil-works/pi overflow.ts',
  ),
  error(
    'prompt-too-long',
    400,
    body(INVALID, 'Failed to start sampling: [input_too_large] Current message (1149677 tokens) exceeds budget (975424 tokens)'),
    'UKGovernmentBEIS/inspect_ai#5208',
  ),
  error('rate-limited', 429, body('Some resource has been exhausted', 'Too many requests'), 'docs.x.ai rate limits, read 2026-08'),
  error('provider-fault', 500, body('Internal error', 'Service error'), 'docs.x.ai debugging, read 2026-08'),
];
