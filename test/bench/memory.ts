/** What an open stream takes of memory: many slow ones at a time on a fresh process, its largest size against that of before. */
import { runLoad } from './client.ts';
import { checkAnswers, CELL_MS } from './measure.ts';
import { residentBytes } from './process-figures.ts';
import type { Scenario } from './scenarios.ts';
import { toQuestion, type Target } from './targets.ts';

/** Milliseconds between looks at the process. */
const SAMPLE_MS = 50;

/** Milliseconds for a process to come to rest after its first requests. */
const REST_MS = 500;

/** Bytes of resident memory for each stream that is open; null where the process is not known. */
export async function bytesPerStream(target: Target, scenario: Scenario): Promise<number | null> {
  const { pid } = target;
  if (pid === null) return null;
  const question = toQuestion(target, scenario);
  const warming = { ...scenario, script: { ...scenario.script, paceMs: 0 } };
  const warmingLoad = { count: 100, atOnce: 10, staggerMs: 0, deadlineMs: CELL_MS };
  checkAnswers(await runLoad(warmingLoad, toQuestion(target, warming)), target, warming);
  await new Promise((resolve) => {
    setTimeout(resolve, REST_MS);
  });
  const restingBytes = residentBytes(pid);
  let open = 0;
  let peakBytes = restingBytes;
  const sample = () => {
    peakBytes = Math.max(peakBytes, residentBytes(pid));
  };
  const timer = setInterval(sample, SAMPLE_MS);
  try {
    const load = { count: scenario.answers, atOnce: scenario.atOnce, staggerMs: scenario.staggerMs, deadlineMs: CELL_MS };
    const answers = await runLoad(load, question, () => {
      open++;
      if (open === scenario.answers) sample();
    });
    checkAnswers(answers, target, scenario);
  } finally {
    clearInterval(timer);
  }
  return (peakBytes - restingBytes) / scenario.answers;
}
