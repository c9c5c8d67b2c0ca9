/**
 * Rows made by chance from fixed seeds: any faults in any order at three endpoints. Nothing is expected of them but what holds always:
 * the whole text or a true beginning with a typed error, one end, nothing twice, no more than four attempts, nothing left open.
 */
import { BEHAVIOURS, type BehaviourName } from './behaviours.ts';
import { SHORT, type Expected, type Letter, type Row } from './expectation.ts';
import type { Script } from './scripted-upstream.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** How many. */
const COUNT = 30;

/** Those that take too long in a row, and those that say something else than the text. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'cut in a tool call',
  '401 for one key',
  '429 for one key',
  'huge headers',
  'drip',
  'slow words',
  'keep-alives, then silence',
]);

const NAMES = (Object.keys(BEHAVIOURS) as BehaviourName[]).filter((name) => !LEFT_OUT.has(name));

const ALWAYS: Expected = { gets: ['whole', 'error:* *', 'broken:*'], attempts: null };

/** The rows; the same at every run. */
export function randomRows(): Row[] {
  return Array.from({ length: COUNT }, (_, index) => randomRow(index + 1));
}

function randomRow(seed: number): Row {
  const draw = createDraw(seed);
  const script = (): Script => {
    const answers = Array.from({ length: 1 + draw(3) }, () => (draw(4) === 0 ? 'ok' : (NAMES[draw(NAMES.length)] ?? 'ok')));
    return { answers, takesPrefill: draw(3) === 0, otherText: false };
  };
  const scripts: Record<Extract<Letter, 'A' | 'B' | 'C'>, Script> = { A: script(), B: script(), C: script() };
  return { name: `by chance, seed ${seed}`, scripts, provider: SHORT, setups: { mixed: ALWAYS } };
}

/** Whole numbers from 0 to below a bound, whose sequence is fixed by its seed. */
function createDraw(seed: number): (below: number) => number {
  const random = seededRandom(seed * 0x9e3779b1);
  return (below) => (random() * 2 ** 32) % below;
}
