/** Section of what grows around a request: models of the catalogue, keys, answers in the cache. Ten times as many must not cost a request more. */
import { printTable } from '../dev/table.ts';
import { BUDGET, startKind, type Code, type Kind } from './accounts.ts';
import type { Built } from './build-worker.ts';
import { buildWithCatalogue, LISTED } from './catalogue.ts';
import { coldStartMs } from './cold-start.ts';
import { onCell, progress, title, wanted, type Field, type Results } from './field.ts';
import { measure } from './measure.ts';
import type { Options } from './options.ts';
import { aroundRow, show } from './report.ts';
import { AROUND } from './scenarios.ts';
import { variablesFor } from './stage.ts';
import { median } from './statistics.ts';
import { toQuestion } from './targets.ts';
import { prepareWorker } from '../dev/workerd.ts';

/** What there is ten times as much of. `once` and `tenfold`: kinds of callers and their router. */
type Around = { name: string; once: Kind; tenfold: Kind; codes: readonly [once: Code, tenfold: Code] };

/** Prints what a request costs with ten times as much around it. */
export async function runGrowing({ upstream }: Field, built: Built, options: Options, results: Results): Promise<void> {
  const around = (await allAround(built, options)).filter(({ name }) => wanted(`grows: ${name}`, options));
  if (around.length === 0) return;
  const rows = [];
  for (const { name, once, tenfold, codes } of around) {
    progress(`growth: starting ${name}`);
    const started = [await startKind(once, codes[0], upstream), await startKind(tenfold, codes[1], upstream)];
    const rounds = Math.ceil(options.rounds / 2); // differences that would show are large
    const [measured] = await measure(
      started.map(({ target }) => target),
      [AROUND],
      { ...options, rounds },
      onCell(`growth, ${name}`),
    );
    await Promise.all(started.map(({ process }) => process.stop()));
    results[`grows: ${name}`] = measured;
    if (measured !== undefined) rows.push(aroundRow(name, measured));
  }
  title('Ten times as much around a request: its CPU must not grow');
  printTable(rows);
  const catalogue = around.find(({ once }) => once.modelPattern === LISTED);
  if (catalogue !== undefined) await printColdStarts(catalogue, upstream, options, results);
}

async function allAround(built: Built, options: Options): Promise<Around[]> {
  const code = { router: built.tributary, cache: built.cache };
  const keys = (name: string, created: Kind['created']): Around => {
    const kind = (count: number): Kind => ({
      name: `${count}`,
      hasObjects: true,
      ...(created === undefined ? {} : { created }),
      keys: count,
    });
    return { name, once: kind(10), tenfold: kind(100), codes: [code, code] };
  };
  const cached = (count: number): Kind => ({ name: `${count}`, hasObjects: true, created: BUDGET, cached: count });
  const fixed: Around[] = [
    keys('created keys, 10', {}),
    keys('created keys with a budget, 10', BUDGET),
    { name: 'answers in the cache, of a key with a budget, 100', once: cached(100), tenfold: cached(1000), codes: [code, code] },
  ];
  const name = 'models of the catalogue';
  if (!wanted(`grows: ${name}`, options)) return fixed;
  progress('growth: building the router with ten times the models');
  const [once, tenfold] = await Promise.all([buildWithCatalogue(1, AROUND.script), buildWithCatalogue(10, AROUND.script)]);
  const listed = (models: number): Kind => ({ name: `${models} models`, hasObjects: false, modelPattern: LISTED });
  const codes = [once, tenfold].map((made) => ({ ...code, router: made.code })) as [Code, Code];
  return [{ name: `${name}, ${once.models}`, once: listed(once.models), tenfold: listed(tenfold.models), codes }, ...fixed];
}

/** Starts of each router in a round. */
const STARTS = 2;

async function printColdStarts({ once, tenfold, codes }: Around, upstream: string, options: Options, results: Results): Promise<void> {
  const variables = { ALLOW_ANONYMOUS: 'true', ...variablesFor(upstream) };
  const rows = [];
  for (const [kind, code] of [
    [once, codes[0]],
    [tenfold, codes[1]],
  ] as const) {
    const worker = prepareWorker(code.router, { variables });
    const target = { name: kind.name, pid: null, isRaw: false, modelPattern: LISTED, headers: {} };
    const tookMs: number[] = [];
    for (let turn = 0; turn < options.rounds * STARTS; turn++) {
      progress(`growth: cold start with ${kind.name}, ${turn + 1} of ${options.rounds * STARTS}`);
      tookMs.push(await coldStartMs({ worker, question: (url) => toQuestion({ ...target, baseUrl: `${url}/v1` }, AROUND) }));
    }
    results[`cold start: ${kind.name}`] = tookMs;
    rows.push({
      catalogue: kind.name,
      'first answer': show(median(tookMs), ' ms'),
      'KiB of source': show(Buffer.byteLength(code.router) / 1024),
    });
  }
  title("Cold start by the size of the catalogue (both built in one way, which is not wrangler's)");
  printTable(rows);
}
