/** Exit codes of the command line. They are part of its interface: scripts read them (docs/command-line.md). */
export const EXIT = {
  /** Everything was done, or the reader of the output has closed it. */
  ok: 0,
  /** Something is wrong: a check failed, differences were found, the router refused the request. */
  failed: 1,
  /** The command line is wrong: an unknown command or option, or a value that cannot be. */
  usage: 2,
  /** The router or a provider cannot be reached. */
  unreachable: 3,
  /** A key is missing, or was refused. */
  refused: 4,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

/** Kind of an end. */
export type ExitKind = keyof typeof EXIT;
