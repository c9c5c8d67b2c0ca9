/** A request that lacks only its key, and ports that a scheme must not touch, for the tests of all schemes. */
import { RouterError } from '../../../src/unified/error.ts';
import type { AuthPorts, Unsigned } from '../../../src/upstream/auth/index.ts';
import { CallBody } from '../../../src/upstream/call-body.ts';
import { createFakeClock } from '../../support/fake-ports.ts';

export const CALL: Unsigned = {
  url: 'https://api.acme.example/v1/chat/completions',
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: new CallBody({ model: 'm' }),
};

/** No network. */
export const OFFLINE: AuthPorts = {
  clock: createFakeClock(Date.parse('2026-11-20T12:00:00Z')),
  fetch: () => Promise.reject(new Error('this scheme must not call fetch')),
};

/** The error that something ends in, thrown or rejected. */
export async function errorOf(run: () => unknown): Promise<RouterError> {
  const thrown: unknown = await Promise.resolve()
    .then(run)
    .catch((error: unknown) => error);
  if (!(thrown instanceof RouterError)) throw new Error(`no RouterError: ${String(thrown)}`);
  return thrown;
}
