/** Counts what the router allocates on V8's heap: each object is seen by V8's heap profiler, with the function that made it. */
import { Session } from 'node:inspector';
import { isRouterFile } from './source.ts';

/** Objects, their bytes, and how many of the objects each function has made. */
export type Allocations = { objects: number; bytes: number; makers: ReadonlyMap<string, number> };

type Frame = { functionName: string; url: string; lineNumber: number };
type Node = { id: number; callFrame: Frame; children: readonly Node[] };
type Profile = { head: Node; samples: readonly { size: number; nodeId: number }[] };

const session = new Session();

/** The inspector answers before `post` returns. */
function post(method: string, params: object = {}): unknown {
  let answer: unknown;
  session.post(method, params, (error, result) => {
    if (error !== null) throw new Error(`${method}: ${error.message}`);
    answer = result;
  });
  return answer;
}

/** Starts to count. The process needs the flags of `run.ts`: without them V8 looks at some objects only. */
export function startAllocations(): void {
  session.connect();
  post('HeapProfiler.startSampling', {
    samplingInterval: 1,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
}

/** Ends it, and returns what was allocated by the router. */
export function stopAllocations(): Allocations {
  const { profile } = post('HeapProfiler.stopSampling') as { profile: Profile };
  session.disconnect();
  const makerOf = new Map<number, string>();
  collect(profile.head, null, makerOf);
  const makers = new Map<string, number>();
  let [objects, bytes] = [0, 0];
  for (const { size, nodeId } of profile.samples) {
    const maker = makerOf.get(nodeId);
    if (maker === undefined) continue;
    objects++;
    bytes += size;
    makers.set(maker, (makers.get(maker) ?? 0) + 1);
  }
  return { objects, bytes, makers };
}

/** Names the nodes of the router. Built-in functions belong to what called them. @param parent null = not the router. */
function collect({ id, callFrame, children }: Node, parent: string | null, makerOf: Map<number, string>): void {
  const maker = callFrame.url === '' ? parent : nameOf(callFrame);
  if (maker !== null) makerOf.set(id, maker);
  for (const child of children) collect(child, maker, makerOf);
}

const nameOf = ({ functionName, url, lineNumber }: Frame): string | null =>
  isRouterFile(url)
    ? `${functionName || 'a function'} (${url.replace(/^.*?\/(src|node_modules)\//, '').replace(/\?.*/, '')}:${lineNumber + 1})`
    : null;
