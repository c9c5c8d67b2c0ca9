/**
 * Replaces what the platform gives the router: time, and everything that crosses into native code in workerd, each with a counter in front of it.
 * It must run before the Worker is loaded. Only calls of the router count, not those that Node makes of itself.
 */
import { createFakeClock } from '../support/fake-ports.ts';
import { isCalledByRouter } from './source.ts';

/** Time of the router. It goes on when the scripted upstream says so. */
export const clock = createFakeClock();

/** Calls of the router by name, since {@link takeCalls}. */
let calls = new Map<string, number>();

/** True while calls are counted: finding the caller takes time. */
let isCounting = false;

function count(name: string, wrapper: (...args: never[]) => unknown): void {
  if (isCounting && isCalledByRouter(wrapper)) calls.set(name, (calls.get(name) ?? 0) + 1);
}

/** Counts from now on, or no longer. Returns what was counted before. */
export function countCalls(shouldCount: boolean): ReadonlyMap<string, number> {
  const counted = calls;
  calls = new Map();
  isCounting = shouldCount;
  return counted;
}

type Callable = (...args: unknown[]) => unknown;

/** Methods of the platform that cost a change into native code. */
const METHODS: readonly (readonly [owner: object, name: string, methods: readonly string[]])[] = [
  [
    Headers.prototype,
    'Headers',
    ['get', 'set', 'has', 'append', 'delete', 'forEach', 'entries', 'keys', 'values', Symbol.iterator as never],
  ],
  [Request.prototype, 'Request', ['text', 'json', 'arrayBuffer', 'bytes', 'clone']],
  [Response.prototype, 'Response', ['text', 'json', 'arrayBuffer', 'bytes', 'clone']],
  [ReadableStream.prototype, 'ReadableStream', ['getReader', 'tee', 'pipeTo', 'pipeThrough', 'cancel']],
  [ReadableStreamBYOBReader.prototype, 'reader', ['read', 'cancel', 'releaseLock']],
  [ReadableStreamDefaultReader.prototype, 'reader', ['read', 'cancel', 'releaseLock']],
  [ReadableStreamDefaultController.prototype, 'controller', ['enqueue', 'close', 'error']],
  [ReadableByteStreamController.prototype, 'controller', ['enqueue', 'close', 'error']],
  [WritableStreamDefaultWriter.prototype, 'writer', ['write', 'close', 'abort']],
  [TextEncoder.prototype, 'TextEncoder', ['encode', 'encodeInto']],
  [TextDecoder.prototype, 'TextDecoder', ['decode']],
  [EventTarget.prototype, 'EventTarget', ['addEventListener', 'removeEventListener']],
  [AbortController.prototype, 'AbortController', ['abort']],
  [Object.getPrototypeOf(crypto) as object, 'crypto', ['getRandomValues', 'randomUUID']],
  [Object.getPrototypeOf(crypto.subtle) as object, 'subtle', ['digest', 'sign', 'verify', 'encrypt', 'decrypt', 'importKey']],
];

/** Properties that are made when they are read. */
const GETTERS: readonly (readonly [owner: object, name: string, getters: readonly string[]])[] = [
  [Request.prototype, 'Request', ['headers', 'url', 'method', 'signal', 'body']],
  [Response.prototype, 'Response', ['headers', 'status', 'ok', 'body']],
];

/** Classes of the platform. */
const CLASSES = [
  'Headers',
  'Request',
  'Response',
  'ReadableStream',
  'TransformStream',
  'TextEncoder',
  'TextDecoder',
  'AbortController',
  'URL',
  'URLSearchParams',
] as const;

/** Puts everything in place. */
export function replacePlatform(): void {
  for (const [owner, name, methods] of METHODS) for (const method of methods) countMethod(owner, name, method);
  for (const [owner, name, getters] of GETTERS) for (const getter of getters) countGetter(owner, name, getter);
  for (const name of CLASSES) countClass(name);
  countMethod(AbortSignal, 'AbortSignal', 'any');
  countMethod(AbortSignal, 'AbortSignal', 'timeout');
  replaceTime();
  replaceCache();
}

function countMethod(owner: object, name: string, method: string): void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, method);
  if (descriptor === undefined) throw new Error(`${name} has no ${String(method)}`);
  const original = descriptor.value as Callable;
  const counting = function (this: unknown, ...args: unknown[]): unknown {
    count(`${name}.${String(method)}`, counting);
    return Reflect.apply(original, this, args);
  };
  Object.defineProperty(owner, method, { ...descriptor, value: counting });
}

function countGetter(owner: object, name: string, getter: string): void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, getter);
  const original = descriptor?.get;
  if (original === undefined) throw new Error(`${name} has no ${getter}`);
  const counting = function (this: unknown): unknown {
    count(`${name}.${getter}`, counting);
    return Reflect.apply(original, this, []);
  };
  Object.defineProperty(owner, getter, { ...descriptor, get: counting });
}

function countClass(name: (typeof CLASSES)[number]): void {
  const original = globalThis[name];
  const construct = (target: typeof original, args: unknown[], made: new () => unknown): object => {
    count(`new ${name}`, construct as never);
    return Reflect.construct(target, args, made) as object;
  };
  Object.defineProperty(globalThis, name, { configurable: true, writable: true, value: new Proxy(original, { construct }) });
}

function replaceTime(): void {
  const setTimer = (run: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]): unknown => {
    if (isCounting) calls.set('setTimeout', (calls.get('setTimeout') ?? 0) + 1);
    return { clear: clock.setTimer(delayMs, () => run(...args)) };
  };
  const clearTimer = (timer?: { clear?: () => void }): void => timer?.clear?.();
  Object.assign(globalThis, { setTimeout: setTimer, clearTimeout: clearTimer });
  Date.now = clock.nowMs;
  Math.random = () => 0.5;
}

function replaceCache(): void {
  const kept = new Map<string, string>();
  const edge = {
    match: async (url: string) => (kept.has(url) ? new Response(kept.get(url)) : undefined),
    put: async (url: string, response: Response) => void kept.set(url, await response.text()),
    delete: async (url: string) => kept.delete(url),
  };
  Object.assign(globalThis, { caches: { default: edge } });
}
