/** A fitted call of a provider without quirks, for tests of `render`. */
import type { FittedCall } from '../../src/dialects/dialect.ts';

/** Everything but the input. */
export const PLAIN_CALL: Omit<FittedCall, 'input'> = {
  model: 'm',
  parameters: {},
  stream: false,
  streamOptions: false,
  template: 'plain',
  roles: {},
  messageFields: [],
  quirks: [],
};
