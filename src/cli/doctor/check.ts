/** One line of the doctor's report. */

/** `ok`; `warning`: works, but should be changed; `problem`: does not work; `skipped`: was not checked, the message has the reason. */
export type CheckStatus = 'ok' | 'warning' | 'problem' | 'skipped';

/** The result of one check. */
export type CheckLine = {
  /** What was checked, as a noun: `node`, `port 8787`. */
  check: string;
  status: CheckStatus;
  /** What was found: one sentence without its full stop. It names variables, never their values. */
  message: string;
  /** Command, or change of a file, that fixes it. Absent = nothing to fix, or the message has it. */
  fix?: string;
};

/** Makes lines of one check. */
export const linesOf = (check: string) => ({
  ok: (message: string): CheckLine => ({ check, status: 'ok', message }),
  warning: (message: string, fix?: string): CheckLine => ({ check, status: 'warning', message, ...(fix === undefined ? {} : { fix }) }),
  problem: (message: string, fix?: string): CheckLine => ({ check, status: 'problem', message, ...(fix === undefined ? {} : { fix }) }),
  skipped: (message: string): CheckLine => ({ check, status: 'skipped', message }),
});
