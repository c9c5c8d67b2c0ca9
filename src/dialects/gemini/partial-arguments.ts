/**
 * Joins arguments of a call that arrive in pieces, each with its path: `{jsonPath: "$.a.b[0]", stringValue, willContinue}`. Vertex sends them
 * only on request, and the router does not request them (aiplatform v1beta1 protos, PartialArg, read 2026-11-20).
 */
import { sizeOf, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import { wordOf, type JsonObject } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';

/** Gathers the pieces. */
export type Arguments = { push(pieces: readonly unknown[]): void; /** The arguments as JSON. */ text(): string };

/** Names that would reach the prototype of all objects. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** Deepest path: writing the arguments as JSON recurses. */
const MAX_STEPS = 100;

/** Longest list that a path can create. */
const MAX_ITEMS = 10_000;

/** @param budget memory budget of the answer. */
export function createArguments(begun: unknown, budget?: AnswerBudget): Arguments {
  const root: JsonObject = isObject(begun) ? { ...begun } : {};
  return {
    push: (pieces) =>
      pieces.filter(isObject).forEach((piece) => {
        budget?.take(sizeOf(piece));
        put(root, piece);
      }),
    text: () => JSON.stringify(root),
  };
}

function put(root: JsonObject, piece: WireObject): void {
  const steps = [...wordOf(piece.jsonPath).matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]/g)].map(([, name, position, quoted]) =>
    position === undefined ? (name ?? quoted ?? '') : Number(position),
  );
  const last = steps.pop();
  if (
    last === undefined ||
    steps.length > MAX_STEPS ||
    steps.concat(last).some((step) => FORBIDDEN.has(String(step)) || Number(step) > MAX_ITEMS)
  )
    return;
  let node = root;
  for (const [position, step] of steps.entries()) {
    const next = steps[position + 1] ?? last;
    const child = node[step];
    // Lists and objects are gone into alike.
    node = (typeof child === 'object' && child !== null ? child : (node[step] = typeof next === 'number' ? [] : {})) as JsonObject;
  }
  const before = node[last];
  const { stringValue } = piece;
  if (typeof stringValue === 'string') node[last] = typeof before === 'string' ? before + stringValue : stringValue;
  else node[last] = piece.numberValue ?? piece.boolValue ?? null;
}
