/** A failure that the user can do something about. It is printed as a message and a next step, without a stack. */
import { EXIT, type ExitKind } from './exit-codes.ts';

/** What a command throws to end. */
export class CliError extends Error {
  readonly kind: Exclude<ExitKind, 'ok'>;
  /** What the user can do, as one or more lines; null where the message has it. */
  readonly next: string | null;

  /** @param kind decides the exit code. @param message what is wrong: field, value, what is expected. @param next a command, or what to change. */
  constructor(kind: Exclude<ExitKind, 'ok'>, message: string, next: string | null = null) {
    super(message);
    this.kind = kind;
    this.next = next;
  }

  get exitCode(): number {
    return EXIT[this.kind];
  }
}

/** An option or argument with a value that cannot be. @param name as it is typed, such as `--port`. */
export function refuseValue(name: string, value: string, expected: string): CliError {
  return new CliError('usage', `${name} is ${JSON.stringify(value.slice(0, 100))}; expected ${expected}.`);
}
