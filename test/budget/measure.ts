/** Counts what one request costs, once everything that is made once has been made. */
import { streamFrames, wholeBody } from '../bench/wire.ts';
import { startAllocations, stopAllocations } from './allocations.ts';
import { clock, countCalls } from './platform.ts';
import { countPromises } from './promises.ts';
import { EVENTS, type Scenario } from './scenarios.ts';
import { createKey, loadWorker, type Worker } from './worker.ts';

/** What is counted. `signals`: of the platform. `calls`: of the platform, without timers and signals. `bytes` are on V8's heap. */
export type Counts = { promises: number; timers: number; signals: number; calls: number; objects: number; bytes: number };

/** Counts of a row, for each request and for each event of a stream. */
export type Row = { request: Counts; event: Counts | null };

/** A row, and of the whole request how often it calls the platform, and which functions make most of its objects. */
export type Measured = Row & { callsByName: Readonly<Record<string, number>>; objectsByMaker: Readonly<Record<string, number>> };

type Counted = { counts: Counts; details: Omit<Measured, keyof Row> };

/** Requests before counting: caches are filled, and V8 has compiled and knows the types. */
const WARMING = 10;

/** Requests over which allocations are counted. */
const COUNTED = 4;

/** Functions that are named. */
const MAKERS = 40;

const SIGNALS = [
  'new AbortController',
  'AbortController.abort',
  'AbortSignal.any',
  'AbortSignal.timeout',
  'Request.signal',
  'EventTarget.addEventListener',
];

/** Counts one row. */
export async function measure(scenario: Scenario): Promise<Measured> {
  const worker = await loadWorker(scenario.key !== null);
  const authorization = scenario.key === null ? {} : { authorization: `Bearer ${await createKey(worker, scenario.key)}` };
  const short = await countRequest(worker, scenario, authorization);
  if (!scenario.isStream) return { request: short.counts, event: null, ...short.details };
  const script = { ...scenario.script, events: 2 * EVENTS };
  const long = await countRequest(worker, { ...scenario, script }, authorization);
  const event = eachOf(short.counts, (name, count) => round((long.counts[name] - count) / EVENTS));
  return { request: eachOf(short.counts, (name, count) => round(count - EVENTS * event[name])), event, ...short.details };
}

async function countRequest(worker: Worker, scenario: Scenario, headers: Readonly<Record<string, string>>): Promise<Counted> {
  answerWith(scenario);
  for (let made = 0; made < WARMING; made++) await ask(worker, scenario, headers);
  startAllocations();
  for (let made = 0; made < COUNTED; made++) await ask(worker, scenario, headers);
  const { objects, bytes, makers } = stopAllocations();
  countCalls(true);
  const stop = countPromises();
  await ask(worker, scenario, headers);
  const promises = stop();
  const names = countCalls(false);
  const timers = names.get('setTimeout') ?? 0;
  const signals = SIGNALS.reduce((sum, name) => sum + (names.get(name) ?? 0), 0);
  const calls = [...names.values()].reduce((sum, count) => sum + count, 0) - timers - signals;
  const most = [...makers].toSorted(([, one], [, other]) => other - one).slice(0, MAKERS);
  return {
    counts: { promises, timers, signals, calls, objects: Math.round(objects / COUNTED), bytes: Math.round(bytes / COUNTED) },
    details: {
      callsByName: Object.fromEntries([...names].toSorted(([one], [other]) => (one < other ? -1 : 1))),
      objectsByMaker: Object.fromEntries(most.map(([maker, count]) => [maker, count / COUNTED])),
    },
  };
}

/** Sends the request of a row, reads the answer, and waits until nothing is left to do. */
async function ask(worker: Worker, { body, headers, isStream }: Scenario, more: Readonly<Record<string, string>>): Promise<void> {
  const text = JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  const response = await worker.fetch(
    new Request('http://127.0.0.1/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': length, ...headers, ...more },
      body: text,
    }),
  );
  const answer = await response.text();
  if (response.status !== 200 || isStream !== answer.startsWith('data: '))
    throw new Error(`HTTP ${response.status}: ${answer.slice(0, 500)}`);
  await new Promise((resolve) => void setImmediate(resolve));
}

/** The upstream: answers as the script says. Time goes on by the pace with each piece of a stream. */
function answerWith({ format, script, isStream }: Scenario): void {
  const pieces = isStream ? streamFrames(format, script) : [wholeBody(format, script)];
  const type = isStream ? 'text/event-stream' : 'application/json';
  const length = isStream ? {} : { 'content-length': String(pieces[0]?.byteLength) };
  globalThis.fetch = () => {
    let next = 0;
    const body = new ReadableStream<Uint8Array>({
      type: 'bytes',
      pull(controller) {
        clock.advance(script.paceMs);
        const piece = pieces[next++];
        if (piece === undefined) throw new Error('read after its end');
        controller.enqueue(new Uint8Array(piece));
        if (next === pieces.length) controller.close();
      },
    });
    return Promise.resolve(new Response(body, { headers: { 'content-type': type, ...length } }));
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;

function eachOf(counts: Counts, make: (name: keyof Counts, count: number) => number): Counts {
  const names = Object.keys(counts) as (keyof Counts)[]; // our own object
  return Object.fromEntries(names.map((name) => [name, make(name, counts[name])])) as Counts;
}
