/** Records of caller keys. */
import { UNRESTRICTED, type KeyRecord } from '../../src/accounts/key-record.ts';

/** When the keys of tests were made, in milliseconds since 1970. */
export const CREATED_MS = 1_700_000_000_000;

/** A key without restrictions, but for `changes`. */
export const keyRecord = (changes: Partial<KeyRecord> = {}): KeyRecord => ({
  ...UNRESTRICTED,
  hash: 'a'.repeat(64),
  name: 'a key',
  label: 'sk-trb-v1-ab...wxyz',
  createdMs: CREATED_MS,
  updatedMs: CREATED_MS,
  ...changes,
});
