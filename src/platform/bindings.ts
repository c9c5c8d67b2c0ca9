/** Reaches what an operator may bind besides variables. Each binding is optional; without it the feature that needs it is off. */
import type { Env } from './env.ts';

/** What is used of a Durable Object namespace. `Stub`: the methods of its objects. */
type ObjectNamespace<Stub> = { idFromName(name: string): unknown; get(id: unknown): Stub };

const hasMethod = (bound: unknown, method: string): boolean =>
  typeof bound === 'object' && bound !== null && typeof (bound as Record<string, unknown>)[method] === 'function';

/** Returns how to reach objects by name; null where the namespace is not bound. A stub is used by the request that got it only. */
export function objectsOf<Stub>(env: Env, binding: string): ((name: string) => Stub) | null {
  const bound = Object.hasOwn(env, binding) ? env[binding] : undefined;
  if (!hasMethod(bound, 'idFromName')) return null;
  const namespace = bound as ObjectNamespace<Stub>;
  return (name) => namespace.get(namespace.idFromName(name));
}
