/** The command line of the bench. Reads it, and does nothing else. */
import { parseArgs } from 'node:util';

/** Another router: a server that was started elsewhere, or the script of a Worker, which is started as ours is. */
export type Peer = { name: string; baseUrl: string; pid: number | null } | { name: string; script: string };

/** What was asked for. */
export type Options = {
  help: boolean;
  rounds: number;
  /** How many times a scenario's answers make up a round. */
  scale: number;
  /** Only what has this text in its name, in any case; empty = all. */
  only: string;
  json: string | null;
  upstreamPort: number;
  peers: Peer[];
  /** Headers for peers. */
  headers: Record<string, string>;
  modelPattern: string;
  /** Compatibility flags of peers that are scripts. */
  peerFlags: string[];
};

/** What `--help` prints. */
export const HELP = `npm run bench -- [options]

  --quick                  3 rounds of few answers, 8 minutes with a peer (otherwise 7 rounds of six times as many)
  --rounds N               so many rounds, 1 to 100
  --only TEXT              only rows with this text in their names
  --json FILE              writes every round of every row as JSON
  --target NAME=URL[,PID]  measures another server too (repeatable): its base URL, as an OpenAI client is given it, and its process
  --target NAME=FILE       measures another Worker, from its script in one file; it gets the variables of ours
  --flag FLAG              compatibility flag of such Workers instead of those of wrangler.toml (repeatable)
  --header 'NAME: VALUE'   sent to these servers (repeatable); {provider} is openai, anthropic or groq,
                           {upstream} the URL of the scripted upstream
  --model PATTERN          model names for these servers; default @{provider}/{model}
  --upstream-port N        port of the scripted upstream on 127.0.0.1, to point these servers at; default: a free one
`;

/** @throws when it is not understood. */
export function readOptions(given: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...given],
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string', default: '' },
      json: { type: 'string' },
      target: { type: 'string', multiple: true, default: [] },
      header: { type: 'string', multiple: true, default: [] },
      model: { type: 'string', default: '@{provider}/{model}' },
      flag: { type: 'string', multiple: true, default: [] },
      'upstream-port': { type: 'string', default: '0' },
    },
  });
  return {
    help: values.help,
    rounds: whole(values.rounds ?? (values.quick ? '3' : '7'), 'rounds', 1, 100),
    scale: values.quick ? 0.4 : 2.5,
    only: values.only.toLowerCase(),
    json: values.json ?? null,
    upstreamPort: whole(values['upstream-port'], 'upstream-port', 0, 65_535),
    peers: values.target.map(readPeer),
    headers: Object.fromEntries(values.header.map(readHeader)),
    modelPattern: values.model,
    peerFlags: values.flag,
  };
}

function whole(text: string, name: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) throw new Error(`--${name} takes a whole number, ${least} to ${most}`);
  return value;
}

function readPeer(text: string): Peer {
  const [, scriptName = '', script] = /^([^=]+)=([^:]+\.m?js)$/.exec(text) ?? [];
  if (script !== undefined) return { name: scriptName, script };
  const found = /^([^=]+)=(https?:\/\/[^,]+?)\/*(?:,(\d+))?$/.exec(text);
  if (found === null) throw new Error(`--target takes NAME=URL, NAME=URL,PID or NAME=FILE.js, not ${text}`);
  const [, name = '', baseUrl = '', pid] = found;
  return { name, baseUrl, pid: pid === undefined ? null : Number(pid) };
}

function readHeader(text: string): [string, string] {
  const colon = text.indexOf(':');
  if (colon < 1) throw new Error(`--header takes 'NAME: VALUE', not ${text}`);
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}
