/** What the routes read of one request besides its text: its caller, its id, and the dependencies of its tenant. */
import type { Context, Hono } from 'hono';
import type { Caller } from '../../accounts/caller.ts';
import type { RequestTrace } from '../../accounts/telemetry.ts';
import type { RequestFacts } from '../../calls/context.ts';
import type { Deps } from '../deps.ts';
import type { Identity } from '../request-facts.ts';

/**
 * A request that an object of the router makes to the application itself, for a caller that has been accepted before. It comes beside the request,
 * so no header can imitate it.
 */
export type InternalCall = { identity?: Identity; onAccepted?: () => void };

/** Values of one request. `deps` and `caller` are set once the caller is authenticated. `commonHeaders`: see `common-headers.ts`. */
export type AppEnv = {
  Variables: {
    generationId: string;
    deps: Deps;
    caller: Caller;
    trace: RequestTrace | undefined;
    commonHeaders: RequestFacts['commonHeaders'];
  };
  Bindings: InternalCall;
};

/** The routes below a base. */
export type Api = Hono<AppEnv>;

/** One request, as Hono passes it to a route. */
export type RouteContext = Context<AppEnv>;

/** The caller of a request and the id of its answer, for a request of an object of the router; undefined for any other. */
export const internalIdentity = (context: RouteContext): Identity | undefined => internalCall(context)?.identity;

/** Called once a request of an object of the router is planned and reserved; null for any other request. */
export const acceptedOf = (context: RouteContext): (() => void) | null =>
  internalIdentity(context) === undefined ? null : (internalCall(context)?.onAccepted ?? (() => undefined));

/** The caller of a request, the id of its answer and its trace. */
export function identityOf(context: RouteContext): Identity {
  const trace = context.get('trace');
  return { caller: context.get('caller'), generationId: context.get('generationId'), ...(trace === undefined ? {} : { trace }) };
}

const internalCall = (context: RouteContext): InternalCall | undefined => context.env as InternalCall | undefined;
