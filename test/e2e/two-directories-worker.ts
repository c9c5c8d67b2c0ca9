/**
 * The Worker, and beside it as many isolates as are named, each with its own records of keys and a clock that the test sets: `GET
 * /isolate/<name>?ms=<time>` answers with the status that the key of the request gets there. The Durable Object is the only link between them.
 */
import { createAuthenticate, type Authenticate } from '../../src/http/authenticate.ts';
import { DIRECTORY } from '../../src/platform/key-directory-object.ts';
import { createKeyStore, type DirectoryStub } from '../../src/platform/key-directory.ts';
import { objectsOf } from '../../src/platform/bindings.ts';
import { toRouterError } from '../../src/unified/error.ts';
import worker from '../../src/worker.ts';

export { KeyDirectoryObject, KeyObject } from '../../src/worker.ts';

let now = 0;
const isolates = new Map<string, Authenticate>();

function isolate(name: string, env: Readonly<Record<string, unknown>>): Authenticate {
  const known = isolates.get(name);
  if (known !== undefined) return known;
  const objects = objectsOf<DirectoryStub>(env, 'KEY_DIRECTORY');
  if (objects === null) throw new Error('KEY_DIRECTORY is not bound');
  const clock = { nowMs: () => now, setTimer: () => () => undefined };
  const directory = createKeyStore({
    connect: () => objects(DIRECTORY),
    accountOf: () => ({ setRefused: async () => ({}) }),
    clock,
    background: () => undefined,
  });
  const made = createAuthenticate({ directory, clock });
  isolates.set(name, made);
  return made;
}

export default {
  async fetch(request: Request, env: Readonly<Record<string, unknown>>): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const [, place, name = ''] = pathname.split('/');
    if (place !== 'isolate') return worker.fetch(request, env);
    now = Number(searchParams.get('ms'));
    const status = await isolate(
      name,
      env,
    )(request.headers).then(
      () => 200,
      (thrown: unknown) => toRouterError(thrown).status,
    );
    return new Response(null, { status });
  },
};
