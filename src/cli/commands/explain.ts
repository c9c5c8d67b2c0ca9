/** `tributary explain`: what would be sent for a request, and what would be changed. Nothing is sent. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Argument, Option } from 'commander';
import { applyEdits, modify } from 'jsonc-parser';
import { isObject, parseBounded, type JsonObject } from '../../lib/json.ts';
import { checkProviders, namesIn } from '../check-names.ts';
import { CliError } from '../cli-error.ts';
import type { Cli, RegisterCommand } from '../cli.ts';
import { printComparison, type Compared } from '../explain/compare-explanations.ts';
import { readExplanation, type Explanation } from '../explain/explanation.ts';
import { printExplanation } from '../explain/print-explanation.ts';
import { EXIT } from '../exit-codes.ts';
import { openRouter } from '../local-router.ts';
import { addRouterOptions } from '../router-address.ts';
import type { RouterClient } from '../router-client.ts';
import { bold, red } from '../styled.ts';

/** Formats of a body, by the paths below `/explain` that state them. */
export const EXPLAIN_FORMATS: Readonly<Record<string, string>> = {
  chat: '/chat/completions',
  completions: '/completions',
  responses: '/responses',
  messages: '/messages',
  embeddings: '/embeddings',
};

type ExplainOptions = { url?: string; provider?: string; model?: string; format?: string };

export const registerExplain: RegisterCommand = (program, cli) => {
  const command = program
    .command('explain')
    .summary('show what would be sent for a request')
    .description(
      'Shows the plan, the exact upstream requests and every change for a request in any client format. Nothing is sent, and no router needs to run: the provider files and variables of this project are used, unless --url names a router.',
    )
    .addArgument(new Argument('<file>', 'the body of the request as JSON; - reads stdin'))
    .option('--provider <slugs>', 'show what these providers would get, side by side (a,b)')
    .option('--model <model>', 'in place of the model in the body')
    .addOption(
      new Option('--format <format>', 'format of the body, where its fields do not show it').choices(Object.keys(EXPLAIN_FORMATS)),
    );
  addRouterOptions(command, 'ask this router instead, with TRIBUTARY_KEY').action(async (file: string, options: ExplainOptions) => {
    const body = withModel(await readBody(file, cli), options.model);
    const router = await openRouter(options.url, cli);
    const path = `/explain${EXPLAIN_FORMATS[options.format ?? ''] ?? ''}`;
    const providers = namesIn(options.provider);
    if (providers.length === 0) {
      explainOne(await router.ask(path, { method: 'POST', body }), cli);
      return;
    }
    const bodies = new Map(providers.map((slug) => [slug, withProvider(body, slug)]));
    await checkProviders(providers, router);
    await explainSeveral(providers, (slug) => router.ask(path, { method: 'POST', body: bodies.get(slug) }), cli);
  });
};

async function readBody(file: string, { folder, readInput }: Cli): Promise<string> {
  if (file === '-') return readInput();
  const path = resolve(folder, file);
  return readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    throw new CliError(
      'usage',
      `${path} cannot be read (${thrown.code ?? thrown.message}); expected a file with the body of a request as JSON.`,
    );
  });
}

/** The text of the body, with its model replaced. What is not replaced keeps its digits. */
const withModel = (body: string, model: string | undefined): string => (model === undefined ? body : edited(body, ['model'], model));

/** The text of the body, for one provider only. */
const withProvider = (body: string, slug: string): string => {
  const own = parseBounded(body);
  const preferences = isObject(own) && isObject(own['provider']) ? own['provider'] : {};
  return edited(body, ['provider'], { ...preferences, only: [slug] });
};

function edited(body: string, path: string[], value: unknown): string {
  if (!isObject(parseBounded(body)))
    throw new CliError('failed', 'The body is no JSON object.', 'Correct it: python3 -m json.tool FILE shows where.');
  return applyEdits(body, modify(body, path, value, {}));
}

function explainOne(answer: JsonObject, { output }: Cli): void {
  output.result(answer, () => printExplanation(readExplanation(answer), output));
}

/** What one provider would get. */
type Asked = { provider: string; answer: JsonObject | null; error: CliError | null };

/** A provider that refuses the request does not keep the others from being shown; the command then exits with 1. */
async function explainSeveral(slugs: readonly string[], ask: (slug: string) => ReturnType<RouterClient['ask']>, cli: Cli): Promise<void> {
  const asked: Asked[] = [];
  for (const provider of slugs) asked.push(await askOne(provider, ask));
  const compared: Compared[] = asked.map(({ provider, answer, error }) => ({
    provider,
    explanation: answer === null ? null : onlyOf(provider, readExplanation(answer)),
    refusal: error?.message ?? null,
  }));
  const { output } = cli;
  const document = {
    providers: Object.fromEntries(asked.map(({ provider, answer, error }) => [provider, answer ?? { error: { message: error?.message } }])),
  };
  output.result(document, () => {
    printComparison(compared, output);
    for (const { provider, explanation, refusal } of compared) {
      output.line();
      output.line(bold(`== ${provider}`));
      if (explanation === null) output.line(red(refusal ?? ''));
      else printExplanation(explanation, output);
    }
  });
  if (asked.some(({ error }) => error !== null)) cli.endWith(EXIT.failed);
}

/** Without what falls out because it is of another provider. */
const onlyOf = (slug: string, explanation: Explanation): Explanation => ({
  ...explanation,
  rejected: explanation.rejected.filter(({ provider }) => provider === slug),
});

async function askOne(provider: string, ask: (slug: string) => ReturnType<RouterClient['ask']>): Promise<Asked> {
  try {
    return { provider, answer: await ask(provider), error: null };
  } catch (thrown) {
    if (!(thrown instanceof CliError) || thrown.kind !== 'failed') throw thrown;
    return { provider, answer: null, error: thrown };
  }
}
