/** What the numbers of Workers AI mean (https://developers.cloudflare.com/workers-ai/platform/errors/, read 2026-11-20). */
import type { ErrorRow } from '../../unified/error-rows.ts';
import { SHARED_ROWS } from '../openai-common/upstream/error-table.ts';

export const ERROR_ROWS: readonly ErrorRow[] = [
  // The free allocation of the day is used up: asking again today with this account is no use.
  { means: 'no-money', codes: ['3036', '4006'], type: 'rate_limit_exceeded' },
  // Of Cloudflare's gateway: anomalyco/opencode#32051 (10000), cert-manager/cert-manager#4465 (9109), libdns/cloudflare#9 (6003); read
  // 2026-11-30.
  { means: 'bad-key', codes: ['10000', '9109', '6003'] },
  { means: 'overloaded', codes: ['3040'] },
  { means: 'not-permitted', codes: ['3023', '3041', '5016', '5018'] },
  { means: 'no-such-model', codes: ['3042', '5007'] },
  { means: 'timeout', codes: ['3007', '3008'] },
  { means: 'prompt-too-long', codes: ['5021'] },
  { means: 'invalid-request', codes: ['3006'], type: 'payload_too_large' },
  { means: 'invalid-request', codes: ['3003', '3039', '5004', '5005', '5019'] }, // 5005: the model accepts no LoRA
  ...SHARED_ROWS,
];
