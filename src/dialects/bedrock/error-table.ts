/** Maps exceptions of Converse to meanings (botocore 1.43.107, exception shapes, read 2026-11-20). Names are in lower case, without "exception". */
import type { ErrorRow } from '../../unified/error-rows.ts';
import { SHARED_ROWS } from '../openai-common/upstream/error-table.ts';

export const ERROR_ROWS: readonly ErrorRow[] = [
  { means: 'rate-limited', codes: ['throttling', 'servicequotaexceeded'] }, // "Too many tokens, please wait before trying again."
  { means: 'prompt-too-long', words: ["exceed* the model's context", "exceed* the model's maximum input"] },
  // "The maximum tokens you requested exceed the model limit of 4096." (RooCodeInc/Roo-Code#248, read 2026-11-30): a value is refused.
  { means: 'invalid-request', words: ['maximum tokens you requested exceed'], type: 'max_tokens_exceeded' },
  // "This model doesn't support the stopSequences field." (langgenius/dify-official-plugins#1767)
  { means: 'not-supported', words: ["doesn't support the * field"] },
  { means: 'not-permitted', words: ['operation not allowed'] }, // a 400 about the account, aws/aws-cli#8717
  ...SHARED_ROWS,
  { means: 'not-permitted', codes: ['accessdenied'] },
  {
    means: 'bad-key',
    codes: ['unrecognizedclient', 'expiredtoken', 'invalidsignature', 'incompletesignature', 'missingauthenticationtoken'],
  },
  { means: 'no-such-model', codes: ['resourcenotfound'] },
  { means: 'timeout', codes: ['modeltimeout'] },
  { means: 'provider-fault', codes: ['modelerror', 'modelstreamerror'] },
  { means: 'overloaded', codes: ['modelnotready', 'serviceunavailable'] },
  { means: 'provider-fault', codes: ['internalserver'], type: 'server' },
  { means: 'invalid-request', codes: ['validation'] },
];
