/** Collects the fields of a new provider: from options, else from answers of the user, else from defaults. */
import { CliError } from '../cli-error.ts';
import type { Cli } from '../cli.ts';

/** One field. `given`: from the command line. `usual`: where nothing is given or answered; null = it must be given. */
export type Field = {
  /** Option, such as `--base-url`; for the slug, its place. */
  option: string;
  question: string;
  given: string | undefined;
  usual: string | null;
  /** Returns why a value cannot be used, or null. */
  objection: (value: string) => string | null;
};

/** Most wrong answers to one question. */
const MAX_ANSWERS = 5;

/** Asks for fields, one after the other. */
export class FieldReader {
  readonly #cli: Pick<Cli, 'canAsk' | 'ask' | 'output'>;
  readonly #missing: string[] = [];

  constructor(cli: Pick<Cli, 'canAsk' | 'ask' | 'output'>) {
    this.#cli = cli;
  }

  /**
   * Returns the value of a field. A field that is missing and cannot be asked for is '' and is named by {@link complete}.
   *
   * @throws CliError for a given value that cannot be used.
   */
  async read(field: Field): Promise<string> {
    const { option, given, usual, objection } = field;
    if (given !== undefined) {
      const reason = objection(given);
      if (reason !== null) throw new CliError('usage', `${option}: ${reason}.`);
      return given;
    }
    if (this.#cli.canAsk) return this.#ask(field);
    if (usual === null) this.#missing.push(option);
    return usual ?? '';
  }

  /** @throws CliError where fields are missing. */
  complete(): void {
    if (this.#missing.length === 0) return;
    const next = 'Give them as options, or run the command on a terminal, where it asks for them.';
    throw new CliError('usage', `Missing: ${this.#missing.join(', ')}.`, next);
  }

  async #ask({ option, question, usual, objection }: Field): Promise<string> {
    const shown = usual === null ? '' : ` [${usual}]`;
    for (let answer = 0; answer < MAX_ANSWERS; answer++) {
      const value = (await this.#cli.ask(`${question}${shown}: `)).trim() || (usual ?? '');
      const reason = objection(value);
      if (reason === null) return value;
      this.#cli.output.note(`${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`);
    }
    throw new CliError('usage', `${option}: ${MAX_ANSWERS} answers cannot be used.`);
  }
}
