/** How long a Worker takes from the start of its process to its first answer. */
import { runLoad, type Question } from './client.ts';
import { serveWorker, type WorkerdConfig } from '../dev/workerd.ts';

/** A Worker that is started, and what it is asked first. @param question made from its URL. */
export type Starter = { worker: WorkerdConfig; question: (url: string) => Question };

/** Milliseconds from the start of the process to its first answer. @throws when that is not a 200. */
export async function coldStartMs({ worker, question }: Starter): Promise<number> {
  const start = performance.now();
  const serving = await serveWorker(worker);
  try {
    const [answer] = await runLoad({ count: 1, atOnce: 1, staggerMs: 0, deadlineMs: 10_000 }, question(serving.url));
    const tookMs = performance.now() - start;
    if (answer?.status !== 200) throw new Error(`the first answer was HTTP ${answer?.status}`);
    return tookMs;
  } finally {
    await serving.stop();
  }
}
