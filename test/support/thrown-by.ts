import { RouterError } from '../../src/unified/error.ts';

/** The error that a function throws. @throws Error where there is none. */
export function thrownBy(act: () => unknown): RouterError {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof RouterError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}
