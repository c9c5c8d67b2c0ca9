/** What can follow the words of a command line: commands, options and values. Read off the program, so that it has every command. */
import type { Command, Option } from 'commander';

/** A word that can stand where the cursor is. */
export type Candidate = { readonly word: string; readonly description: string };

/** Names from outside the program. */
type ValueSource = () => readonly string[] | Promise<readonly string[]>;

/** Sources of values, by the name of an argument in its usage: `<slug>`, `<models>`. The shell completes files where there is no source. */
export type ValueSources = Readonly<Record<string, ValueSource>>;

/** @param words those behind `tributary`; the last one is being typed and may be empty. */
export async function complete(program: Command, words: readonly string[], sources: ValueSources): Promise<Candidate[]> {
  const typed = words.at(-1) ?? '';
  const { command, argument, option } = walk(program, words.slice(0, -1));
  if (option !== null) return valuesOf(option, typed, sources);
  const [, name = '', start = ''] = /^(--[^=]+)=(.*)$/.exec(typed) ?? [];
  const assigned = name === '' ? null : findOption(command, name);
  if (assigned !== null) return (await valuesOf(assigned, start, sources)).map((one) => ({ ...one, word: `${name}=${one.word}` }));
  if (typed.startsWith('-')) return optionsOf(command).filter(({ word }) => word.startsWith(typed));
  const commands =
    argument > 0 ? [] : visibleCommands(command).map((one) => ({ word: one.name(), description: one.summary() || one.description() }));
  return [...commands.filter(({ word }) => word.startsWith(typed)), ...(await argumentsOf(command, { argument, typed, sources }))];
}

/** Where the cursor is. `argument`: how many arguments of the command precede it. `option`: the one whose value is being typed. */
type Position = { command: Command; argument: number; option: Option | null };

function walk(program: Command, words: readonly string[]): Position {
  let command = program;
  let argument = 0;
  let option: Option | null = null;
  for (const word of words) {
    if (option !== null) {
      option = null; // the word is its value
    } else if (word.startsWith('-')) {
      const found = word.includes('=') ? null : findOption(command, word);
      option = found !== null && found.required ? found : null;
    } else {
      const next = argument === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (next === undefined) argument++;
      else command = next;
    }
  }
  return { command, argument, option };
}

const visibleCommands = (command: Command) => command.createHelp().visibleCommands(command);

/** Options of the command and, as they may stand anywhere, of those above it. */
function allOptions(command: Command): Option[] {
  const own = command.createHelp().visibleOptions(command);
  return command.parent === null
    ? own
    : [...own, ...allOptions(command.parent).filter(({ long }) => !own.some((one) => one.long === long))];
}

const findOption = (command: Command, word: string): Option | null =>
  allOptions(command).find(({ long, short }) => long === word || short === word) ?? null;

const optionsOf = (command: Command): Candidate[] =>
  allOptions(command).flatMap(({ long, description }) => (typeof long === 'string' ? [{ word: long, description }] : []));

async function argumentsOf(
  command: Command,
  { argument, typed, sources }: { argument: number; typed: string; sources: ValueSources },
): Promise<Candidate[]> {
  const { registeredArguments: list } = command;
  const found = list[argument] ?? (list.at(-1)?.variadic === true ? list.at(-1) : undefined);
  return found === undefined ? [] : wordsFrom({ choices: found.argChoices, name: found.name() }, typed, sources);
}

/** `--provider <slugs>` takes what `slugs` names. */
function valuesOf({ argChoices, flags }: Option, typed: string, sources: ValueSources): Promise<Candidate[]> {
  const [, name = ''] = /[<[]([^>\]]+)[>\]]/.exec(flags) ?? [];
  return wordsFrom({ choices: argChoices, name }, typed, sources);
}

/** A name in the plural is a list with commas: its last entry is completed. */
async function wordsFrom(
  { choices, name }: { choices: readonly string[] | undefined; name: string },
  typed: string,
  sources: ValueSources,
): Promise<Candidate[]> {
  const singular = name.replace(/s$/, '');
  const known = choices ?? (await (Object.hasOwn(sources, singular) ? sources[singular]?.() : []));
  const given = singular === name ? [] : typed.split(',').slice(0, -1);
  const start = given.map((entry) => `${entry},`).join('');
  const isNew = (word: string) => !given.includes(word);
  return (known ?? [])
    .filter((word) => word.startsWith(typed.slice(start.length)) && isNew(word))
    .map((word) => ({ word: start + word, description: '' }));
}
