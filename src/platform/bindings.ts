/** Reaches what an operator may bind besides variables. Each binding is optional; without it the feature that needs it is off. */
import type { Env } from './env.ts';

/** What is used of a Durable Object namespace. `Stub`: the methods of its objects. */
type ObjectNamespace<Stub> = { idFromName(name: string): unknown; get(id: unknown): Stub };

const hasMethod = (bound: unknown, method: string): boolean =>
  typeof bound === 'object' && bound !== null && typeof (bound as Record<string, unknown>)[method] === 'function';

/** Returns what is bound by a name; null where nothing is that has the method. @param method shows that it is of this kind. */
export function boundTo<Kind>(env: Env, binding: string, method: keyof Kind & string): Kind | null {
  const bound = Object.hasOwn(env, binding) ? env[binding] : undefined;
  return hasMethod(bound, method) ? (bound as Kind) : null; // the platform decides the rest of its type
}

/** Returns how to reach objects by name; null where the namespace is not bound. A stub is used by the request that got it only. */
export function objectsOf<Stub>(env: Env, binding: string): ((name: string) => Stub) | null {
  const namespace = boundTo<ObjectNamespace<Stub>>(env, binding, 'idFromName');
  return namespace === null ? null : (name) => namespace.get(namespace.idFromName(name));
}
