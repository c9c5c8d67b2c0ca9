/** Reaches the objects of answers that are made apart from their client's connection: the port `streams`. */
import { GENERATION_PREFIX } from '../dialects/response-id.ts';
import { sha256Hex } from '../lib/hash.ts';
import type { StreamName, Streams, StreamStart } from '../ports.ts';
import { missingStream, RouterError } from '../unified/error.ts';
import { objectsOf } from './bindings.ts';
import type { Env } from './env.ts';
import type { NamedCall, NoAnswer, OpenCall, ReadResult, StreamStub } from './stream-call.ts';
import { reach } from './reach.ts';

/**
 * Characters of an id that name its object. With an idempotency key they are made from account and key, so that the same request finds the same
 * object; the rest is always new, so that each answer has an id of its own.
 */
const NAME_CHARACTERS = 14;

/** Letters and digits of a generation id (`platform/system.ts`). */
const ID = /^[0-9A-Za-z]{20}$/;

/** The port; null where the objects are not bound. */
export function createStreams(env: Env): Streams | null {
  const objects = objectsOf<StreamStub>(env, 'STREAMS');
  if (objects === null) return null;
  const objectOf = (id: string) => objects(id.slice(0, NAME_CHARACTERS));
  return {
    async open(start: StreamStart, after: number) {
      const id = await idOf(start);
      const result = await reach(objectOf(id).open({ ...callOf(start), id, after }), UNREACHABLE);
      return result.kind === 'current'
        ? responseOf(result.id, { body: JSON.stringify(result.answer), headers: JSON_TYPE })
        : read(result, id);
    },
    async read(name, after) {
      const id = plainId(name);
      return read(ID.test(id) ? await reach(objectOf(id).read({ ...namedCall(name), after }), UNREACHABLE) : MISSING, name.id);
    },
    async current(name) {
      if (!ID.test(plainId(name))) return null;
      const result = await reach(objectOf(plainId(name)).current(namedCall(name)), UNREACHABLE);
      return result.kind === 'current' ? result.answer : null;
    },
    async stop(name) {
      if (!ID.test(plainId(name))) return false;
      return (await reach(objectOf(plainId(name)).stop(namedCall(name)), UNREACHABLE)).isFound;
    },
    async forget(name) {
      if (!ID.test(plainId(name))) return false;
      return (await reach(objectOf(plainId(name)).forget(namedCall(name)), UNREACHABLE)).isFound;
    },
  };
}

const MISSING: NoAnswer = { kind: 'missing' };

const JSON_TYPE = [['content-type', 'application/json']] as const;

const plainId = ({ id }: Pick<StreamName, 'id'>): string => id.replace(/^[a-z]+[-_]/, '');

const namedCall = ({ caller, id }: StreamName): NamedCall => ({ id: plainId({ id }), account: caller.account });

const callOf = ({ caller, trace, request, format, background }: StreamStart): Omit<OpenCall, 'id' | 'after'> => ({
  caller,
  trace: trace ?? null,
  url: request.url,
  headers: [...request.headers],
  body: request.body,
  format,
  background: background ?? null,
});

/** The id of a new answer. */
async function idOf({ caller, generationId, idempotencyKey }: StreamStart): Promise<string> {
  const fresh = generationId.slice(GENERATION_PREFIX.length);
  if (idempotencyKey === null) return fresh;
  const name = BigInt(`0x${await sha256Hex(`${caller.account}|${idempotencyKey}`, 20)}`).toString(36);
  return name.padStart(NAME_CHARACTERS, '0').slice(-NAME_CHARACTERS) + fresh.slice(NAME_CHARACTERS);
}

const UNREACHABLE = 'The object that keeps this answer (binding STREAMS) could not be reached. Try again in a moment.';

/** The response. @throws RouterError where there is no answer. */
function read(result: ReadResult, id: string): Response {
  if (result.kind !== 'answer') throw ERRORS[result.kind](id);
  return responseOf(result.id, result);
}

type Answer = { status?: number; headers: readonly (readonly [string, string])[]; body: BodyInit | null };

function responseOf(id: string, { status = 200, headers: given, body }: Answer): Response {
  const headers = new Headers(given.map(([name, value]): [string, string] => [name, value]));
  const generationId = GENERATION_PREFIX + id;
  headers.set('x-generation-id', generationId);
  headers.set('x-request-id', generationId);
  if (status < 400) headers.set('x-tributary-stream', `/v1/streams/${generationId}`);
  return new Response(body, { status, headers });
}

/** Why there is no answer, for a client. */
const ERRORS: Readonly<Record<NoAnswer['kind'], (id: string) => RouterError>> = {
  missing: missingStream,
  conflict: () => {
    const message = 'Idempotency-Key: another request of this key had the same value a short time ago. Use a new value for a new request.';
    return new RouterError('unprocessable', message, { param: 'Idempotency-Key' });
  },
  'too-many-readers': () =>
    new RouterError('rate_limit_exceeded', 'This stream is read too often at the same time. Close a reader, then try again.', {
      retryAfterSeconds: 1,
    }),
  interrupted: () =>
    new RouterError('server', 'The router was restarted before this answer began. Send the request again.', { retryable: true }),
  cancelled: () => new RouterError('server', 'The answer was cancelled by its client.', { status: 499, retryable: false }),
};
