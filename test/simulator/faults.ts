// The catalogue of misbehaviour: reads `x-simulator-fault` and rewrites steps accordingly.
// Pure; whole-response faults are carried out by worker.ts, byte-level ones by delivery.ts.

import { complain } from './checks.ts';
import type { Complaint, Fields } from './checks.ts';
import { envelope, looseChunk } from './shape.ts';
import type { Rendering } from './wire-format.ts';
import { comment, isContentStep } from './steps.ts';
import type { Step } from './steps.ts';

/** Every fault, whether it takes a number, and what it does. */
const catalogue = {
  status: { takesNumber: true, effect: 'answers with that status; 429 brings retry-after: 2' },
  'html-502': { takesNumber: false, effect: "answers 502 with a proxy's HTML page" },
  'empty-200': { takesNumber: false, effect: 'answers 200 with no body' },
  'error-in-200': { takesNumber: false, effect: 'answers 200 with a JSON error' },
  redirect: { takesNumber: false, effect: 'answers 307 to /health' },
  'silent-ms': { takesNumber: true, effect: 'waits that long before the headers' },
  'json-for-stream': { takesNumber: false, effect: 'answers in JSON though a stream was asked for' },
  'stream-for-json': { takesNumber: false, effect: 'answers in a stream though JSON was asked for' },
  'wrong-content-type': { takesNumber: false, effect: 'calls whatever it sends text/plain' },
  'split-bytes': { takesNumber: true, effect: 'sends the body in pieces of at most that many bytes' },
  'error-first': { takesNumber: false, effect: 'begins the stream with an error event, then ends' },
  'error-after': { takesNumber: true, effect: 'sends an error event after that many content chunks, then ends' },
  'cut-after': { takesNumber: true, effect: 'breaks the body off after that many content chunks' },
  'end-after': { takesNumber: true, effect: 'ends the body cleanly after that many content chunks' },
  'stall-after': { takesNumber: true, effect: 'falls silent after that many content chunks' },
  'malformed-after': { takesNumber: true, effect: 'sends one frame of broken JSON after that many content chunks' },
  'no-done': { takesNumber: false, effect: 'leaves out [DONE]' },
  'double-done': { takesNumber: false, effect: 'sends [DONE] twice' },
  'no-usage': { takesNumber: false, effect: 'leaves out the usage, streamed or not' },
  crlf: { takesNumber: false, effect: 'ends lines with CR LF' },
  comments: { takesNumber: false, effect: 'puts an SSE comment before every event' },
  flood: { takesNumber: true, effect: 'streams that many content chunks of 1 KiB' },
} as const satisfies Record<string, { takesNumber: boolean; effect: string }>;

/** The name of a fault. */
export type FaultName = keyof typeof catalogue;

/** A fault to commit; the argument is 0 for faults that take none. */
export interface Fault {
  readonly name: FaultName;
  readonly argument: number;
}

/** All names, in the order of the error for an unknown one. */
export const faultNames = Object.keys(catalogue) as readonly FaultName[];

/** A fault as the header asks for it; null = for every request, otherwise for those with this seed alone. */
interface AskedFault extends Fault {
  readonly seed: number | null;
}

/**
 * Reads the header: the fault for a request with this seed, null where there is none, or a complaint that lists the names.
 * `cut-after=2` is for every request, `cut-after=2; seed=6` for those with seed 6, several stand with commas between them.
 */
export function readFault(header: string | null, seed: unknown): Fault | Complaint | null {
  if (header === null) return null;
  const asked = header.split(',').map(parseFault);
  const faults = asked.filter((fault) => fault !== null);
  if (faults.length < asked.length) {
    const usages = faultNames.map((known) => (catalogue[known].takesNumber ? `${known}=N` : known));
    return complain(
      `Unknown fault '${header}'. Known: ${usages.join(', ')}; each may end in '; seed=N'.`,
      'x-simulator-fault',
      'unknown_fault',
    );
  }
  const fault = faults.find((one) => one.seed === null || one.seed === seed);
  return fault === undefined ? null : { name: fault.name, argument: fault.argument };
}

/** One fault of the header; null when it is not in the catalogue, or not written as it is there. */
function parseFault(text: string): AskedFault | null {
  const [said = '', condition, ...more] = text.split(';').map((piece) => piece.trim());
  const [name = '', argument] = said.split('=', 2);
  const entry = Object.hasOwn(catalogue, name) ? catalogue[name as FaultName] : undefined;
  const isNumber = argument !== undefined && /^\d+$/u.test(argument);
  if (entry === undefined || entry.takesNumber !== isNumber || (!isNumber && argument !== undefined)) return null;
  const seed = condition === undefined ? null : /^seed=(-?\d+)$/u.exec(condition)?.[1];
  if (seed === undefined || more.length > 0) return null;
  return { name: name as FaultName, argument: isNumber ? Number(argument) : 0, seed: seed === null ? null : Number(seed) };
}

/** The error a system meets in the middle of its work. */
export const upstreamFailure: Complaint = complain('The simulated model ran aground.', null, 'simulated_failure', 500);

/** A JSON body with the fault worked in. */
export function bendBody(body: Fields, fault: Fault | null): Fields {
  if (fault?.name !== 'no-usage') return body;
  const { usage: _forgotten, ...rest } = body;
  return rest;
}

/** The steps of a body with the fault worked in. Faults about streams leave a JSON body alone. */
export function bend(steps: readonly Step[], fault: Fault | null, rendering: Rendering, mode: 'stream' | 'json'): Iterable<Step> {
  const isStream = mode === 'stream';
  const count = fault?.argument ?? 0;
  switch (fault?.name) {
    case 'error-first':
      return isStream ? [errorEvent(rendering)] : steps;
    case 'error-after':
      return isStream ? [...take(steps, count), errorEvent(rendering)] : steps;
    case 'cut-after':
      return [...take(steps, count), { kind: 'break' }];
    case 'end-after':
      return take(steps, count);
    case 'stall-after':
      return [...take(steps, count), { kind: 'stall' }];
    case 'malformed-after':
      return malform(steps, count);
    case 'no-done':
      return steps.filter((step) => step.kind !== 'done');
    case 'double-done':
      return steps.flatMap((step): Step[] => (step.kind === 'done' ? [step, step] : [step]));
    case 'no-usage':
      return steps.flatMap(forgetUsage);
    case 'comments':
      return isStream ? steps.flatMap((step) => [comment('keep-alive'), step]) : steps;
    case 'flood':
      return isStream ? flood(steps, count, rendering) : steps;
    default:
      return steps;
  }
}

/** Everything up to the n-th content step; nothing at all for 0. */
function take(steps: readonly Step[], count: number): Step[] {
  const places = steps.flatMap((step, place) => (isContentStep(step) ? [place] : []));
  const last = count === 0 ? -1 : (places[count - 1] ?? places.at(-1) ?? -1);
  return steps.slice(0, last + 1);
}

function malform(steps: readonly Step[], count: number): Step[] {
  const kept = take(steps, count);
  return [...kept, { kind: 'raw', text: 'data: {"choices":[{"index":0,\n\n', isContent: false }, ...steps.slice(kept.length)];
}

function forgetUsage(step: Step): Step[] {
  if (step.kind !== 'chunk' || step.payload['usage'] === undefined) return [step];
  const { usage: _forgotten, ...payload } = step.payload;
  return Array.isArray(payload['choices']) && payload['choices'].length === 0 ? [] : [{ ...step, payload }];
}

/** Made one by one as they are pulled: a flood of any size takes no memory. What leads in and what closes the stream stays. */
function* flood(steps: readonly Step[], count: number, rendering: Rendering): Generator<Step> {
  const chunk = looseChunk('~'.repeat(1024), rendering);
  yield* steps.slice(0, Math.max(0, steps.findIndex(isContentStep)));
  for (let sent = 0; sent < count; sent += 1) yield chunk;
  yield* steps.slice(Math.max(0, steps.findLastIndex(isContentStep)));
}

function errorEvent(rendering: Rendering): Step {
  if (rendering.wireFormat !== undefined) return rendering.wireFormat.errorStep(upstreamFailure);
  const payload = rendering.habits.writeStreamError(upstreamFailure, envelope(rendering, true));
  return { kind: 'chunk', payload, isContent: false };
}
