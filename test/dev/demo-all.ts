/**
 * `npm run demo -- --all`: one request, explained for every provider there is a file for. Nothing is sent: the table shows
 * what each would be sent, and what each would not.
 */
import { operationFor } from '../../src/registry/operation.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import type { ServingOperation } from './serve.ts';
import { printTable } from './table.ts';

/** What an agent might ask, with a little of everything. */
const REQUEST = {
  messages: [
    { role: 'system', content: 'You tell the time.' },
    { role: 'user', content: 'What time is it in Quito?' },
  ],
  max_tokens: 2000,
  temperature: 1.8,
  top_p: 0.9,
  top_k: 40,
  top_a: 0.2,
  min_p: 0.05,
  frequency_penalty: 0.5,
  repetition_penalty: 1.1,
  seed: 7,
  stop: ['a1', 'b2', 'c3', 'd4', 'e5', 'f6'],
  reasoning: { effort: 'high' },
  tools: [
    {
      type: 'function',
      function: { name: 'get_time', parameters: { type: 'object', properties: { city: { type: 'string', minLength: 1 } } } },
    },
  ],
  parallel_tool_calls: true,
  user: 'demo',
};

type AdjustmentFields = { param: string; action: string; from?: unknown; to?: unknown };
type ExplainBody = {
  plan?: { calls: { dialect: string; model: string }[] };
  adjustments?: AdjustmentFields[];
  error?: { message: string };
};

/** What one provider would be sent. */
type Row = { provider: string; model: string; dialect: string; clamped: string; dropped: string; other: string };

/** Explains the request at every provider. The dialect `error` shows a request that could not be explained. */
export async function explainEverywhere(router: ServingOperation): Promise<Row[]> {
  const rows: Row[] = [];
  for (const provider of PROVIDERS) {
    const { slug, models } = provider;
    const model = models.find(({ id }) => operationFor(provider, 'chat', id) !== null)?.id ?? 'any-model';
    rows.push({ provider: slug, model, ...describe(await explainAt(router, `@${slug}/${model}`)) });
  }
  return rows;
}

/** Prints one line for each provider. */
export function printEverywhere(rows: readonly Row[]): void {
  console.log('\nOne request, explained for every provider (POST /v1/explain; nothing is sent):\n');
  console.log(`  ${Object.keys(REQUEST).join(', ')}\n`);
  printTable(rows);
  console.log(`  ${rows.length} providers.`);
}

async function explainAt(router: ServingOperation, model: string): Promise<ExplainBody> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${router.url}/v1/explain`, { method: 'POST', headers, body: JSON.stringify({ model, ...REQUEST }) });
  return (await response.json()) as ExplainBody; // our own router's JSON
}

function describe({ plan, adjustments = [], error }: ExplainBody): Omit<Row, 'provider' | 'model'> {
  if (error !== undefined) return { dialect: 'error', clamped: error.message, dropped: '', other: '' };
  const named = (...actions: string[]) => adjustments.filter(({ action }) => actions.includes(action));
  return {
    dialect: plan?.calls[0]?.dialect ?? '',
    clamped: named('clamped')
      .map(({ param, from, to }) => `${param} ${String(from)}>${String(to)}`)
      .join(' '),
    dropped: named('dropped')
      .map(({ param }) => param)
      .join(' '),
    other: named('renamed', 'defaulted', 'emulated', 'learned')
      .map(({ param, action }) => `${param}:${action}`)
      .join(' '),
  };
}
