/** `tributary provider check`: what the build step checks of provider files, with the place of each problem. */
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { EXIT } from '../../exit-codes.ts';
import { problemsOf, slugIn } from '../../provider/problems.ts';
import { unknownProvider } from '../../provider/unknown-provider.ts';
import { green, red } from '../../styled.ts';

export function registerProviderCheck(group: Command, cli: Cli): void {
  group
    .command('check [slug]')
    .summary('check provider files as the build step does')
    .description(
      'Checks one provider file, or all: shape, names of parameters, rules without effect, models. Each problem has its file, line, key and what is expected. Exits with 1 where there is one.',
    )
    .action((slug: string | undefined) => check(slug, cli));
}

async function check(slug: string | undefined, { output, endWith }: Cli): Promise<void> {
  const { compileProviders } = await import('../../../build.ts');
  const { providers, problems } = compileProviders();
  const slugs = [...new Set([...providers.map((provider) => provider.slug), ...problems.map(slugIn)])].toSorted();
  if (slug !== undefined && !slugs.includes(slug)) throw unknownProvider(slug, slugs);
  const checked = slug === undefined ? slugs : [slug];
  const found = problemsOf(problems, slug);
  if (found.length > 0) endWith(EXIT.failed);
  output.result({ checked, problems: found.map(({ path, ...place }) => ({ file: path, ...place })) }, () => {
    for (const { path, line, column, key, message } of found) output.line(`${path}:${line}:${column} `, red(key), `: ${message}`);
    const files = checked.length === 1 ? `providers/${checked[0]}.jsonc` : `${checked.length} providers`;
    if (found.length === 0) return output.line(green('ok'), ` ${files}: no problem`);
    output.note(`${found.length === 1 ? 'One problem' : `${found.length} problems`}. providers/README.md describes every field and rule.`);
  });
}
