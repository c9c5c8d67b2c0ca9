/**
 * `npm run demo`: one request that fits no provider as it is, streamed through each of the five systems the project started from. The router and the
 * simulator run on free ports; the text is printed as it comes, then what was changed and what it cost. Needs no key and no network.
 * With `--all`: one request, explained for every provider. With `--json`: the same as one JSON document.
 */
import { parseArgs, styleText } from 'node:util';
import { explainEverywhere, printEverywhere } from './demo-all.ts';
import { serveRouter, serveSimulator, type ServingOperation } from './serve.ts';
import { printTable } from './table.ts';

const { values: options } = parseArgs({
  options: {
    fast: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

/** Out of range for every provider, in one parameter or another. */
const SAMPLING = {
  temperature: 0,
  top_p: 0,
  top_k: 500,
  top_a: 0.3,
  frequency_penalty: 2,
  repetition_penalty: 2,
  stop: ['a1', 'b2', 'c3', 'd4', 'e5', 'f6'],
};

type Demo = { title: string; model: string; path: string; body: Record<string, unknown> };

const chat = {
  path: '/v1/chat/completions',
  body: { ...SAMPLING, logprobs: true, top_logprobs: 20, messages: [{ role: 'user', content: 'Tell me about rivers.' }] },
};
const completions = { path: '/v1/completions', body: { ...SAMPLING, logprobs: 20, echo: true, prompt: 'A river is' } };

const DEMOS: readonly Demo[] = [
  { title: 'TokensMind AI, text completion', model: '@tokensmind/any-model', ...completions },
  { title: 'OpenRouter, chat', model: '@openrouter/any/model', ...chat },
  { title: 'Novita AI, chat', model: '@novita/any-model', ...chat },
  { title: 'A completions-only server, chat through a template', model: '@completions-compatible/any-model', ...chat },
  { title: 'OctoAI, text completion', model: '@octoai/any-model', ...completions },
];

type Chunk = {
  choices: { text?: string; delta?: { content?: string } }[];
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number; cost: number | null; estimated?: string[] };
  adjustments?: { param: string; action: string; from?: unknown; to?: unknown }[];
  error?: { message: string };
};

/** The chunks of a stream, as they come. */
async function* chunksOf(response: Response): AsyncGenerator<Chunk> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body ?? []) {
    const frames = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      if (frame.startsWith('data: {')) yield JSON.parse(frame.slice(6)) as Chunk; // our own router's JSON
    }
  }
}

/** What one system answered. `error`: why there is no whole answer; null = there is one. */
type Shown = { title: string; path: string; model: string; text: string; last: Chunk | null; error: string | null };

/** Streams one request and prints it as it comes. */
async function show(router: ServingOperation, { title, path, model, body }: Demo): Promise<Shown> {
  print(`\n${styleText('bold', title)}  (POST ${path}, ${model})\n\n`);
  const response = await fetch(router.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, max_tokens: 24, ...body }),
  });
  const shown: Shown = { title, path, model, text: '', last: null, error: null };
  if (!response.ok) {
    const error = `HTTP ${response.status}: ${await response.text()}`;
    print(`${error}\n`);
    return { ...shown, error };
  }
  print('  ');
  for await (const chunk of chunksOf(response)) {
    const text = chunk.choices.map((choice) => choice.text ?? choice.delta?.content ?? '').join('');
    print(text.replaceAll('\n', '\n  '));
    shown.text += text;
    shown.last = chunk;
  }
  print('\n\n');
  if (!options.json) printReport(shown.last);
  const { error, usage } = shown.last ?? {};
  return { ...shown, error: error?.message ?? (usage === undefined ? 'the stream broke: no usage came' : null) };
}

/** Prints text for people. */
function print(text: string): void {
  if (!options.json) process.stdout.write(text);
}

const toJson = ({ title, path, model, text, last, error }: Shown) => ({
  title,
  path,
  model,
  text,
  adjustments: last?.adjustments ?? [],
  usage: last?.usage ?? null,
  error,
});

function printReport(chunk: Chunk | null): void {
  const rows = (chunk?.adjustments ?? []).map(({ param, action, from, to }) => ({
    parameter: param,
    action,
    from: brief(from),
    to: brief(to),
  }));
  if (rows.length > 0) printTable(rows);
  else console.log('  nothing was changed');
  const usage = chunk?.usage;
  if (usage === undefined) {
    console.log(`  the stream broke: ${chunk?.error?.message ?? 'no usage came'}`);
    return;
  }
  const estimated = usage.estimated === undefined ? '' : `, estimated: ${usage.estimated.join(' ')}`;
  console.log(
    `  usage: ${usage.prompt_tokens} prompt + ${usage.completion_tokens} completion = ${usage.total_tokens} tokens, cost ${usage.cost ?? 'not known'}${estimated}`,
  );
}

const brief = (value: unknown) => (value === undefined ? '' : typeof value === 'string' ? JSON.stringify(value) : String(value));

// The reader has closed the pipe (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const simulator = await serveSimulator(options.fast ? 0 : 25);
const router = await serveRouter({ SIMULATOR_URL: simulator.url, ALLOW_ANONYMOUS: 'true' });
try {
  if (options.all) {
    const rows = await explainEverywhere(router);
    if (options.json) console.log(JSON.stringify({ data: rows }, null, 2));
    else printEverywhere(rows);
    process.exitCode = rows.every(({ dialect }) => dialect !== 'error') ? 0 : 1;
  } else {
    const shown: Shown[] = [];
    for (const demo of DEMOS) shown.push(await show(router, demo));
    if (options.json) console.log(JSON.stringify({ data: shown.map(toJson) }, null, 2));
    process.exitCode = shown.every(({ error }) => error === null) ? 0 : 1;
  }
} finally {
  await Promise.all([router.stop(), simulator.stop()]);
}
