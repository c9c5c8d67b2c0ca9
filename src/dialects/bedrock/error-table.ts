/** What exceptions of Converse mean (botocore 1.43.107, exception shapes, read 2026-11-20). Names are in lower case and without "exception". */
import type { ErrorRow } from '../../unified/error-rows.ts';
import { SHARED_ROWS } from '../openai-common/error-table.ts';

export const ERROR_ROWS: readonly ErrorRow[] = [
  { means: 'rate-limited', codes: ['throttling', 'servicequotaexceeded'] },
  { means: 'prompt-too-long', words: ['exceed* the model* context', 'exceed* the model* maximum input'] },
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
