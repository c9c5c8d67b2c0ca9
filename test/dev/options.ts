/** Reads the options of a script. An unknown option ends the script with a message instead of a stack. */
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The same as `parseArgs` of Node. @param known how the script is called, for the message. */
export function readOptions<Config extends ParseArgsConfig>(config: Config, known: string): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (thrown) {
    console.error(`${thrown instanceof Error ? thrown.message.split('. ')[0] : String(thrown)}.\nUse: ${known}`);
    process.exit(1);
  }
}

/** Ends a script that changed nothing: the reason goes to stderr, and with `--json` also to stdout, as an error of the command line has it. */
export function endRefused(message: string, isJson: boolean): void {
  console.error(message);
  if (isJson) console.log(JSON.stringify({ error: { kind: 'failed', message, next: null, exit_code: 1 } }, null, 2));
  process.exitCode = 1;
}
