/** What is tried with each agent, in front of each upstream format, and what must be seen. */
import type { AgentName, AgentOutput } from './agents.ts';
import { SEAL, type Reply } from './reply.ts';
import type { Received } from './upstream.ts';

/** What a scenario left behind. `runs`: one output for each command. */
type Seen = { runs: readonly AgentOutput[]; received: readonly Received[] };

/** One scenario. `commands`: arguments of the agent, run one after another in the same home. */
export type Scenario = {
  name: string;
  agent: AgentName;
  /** A model that the agent knows: it then sends other tools and other fields. The router has it as an alias. Absent = an id of the router. */
  knownModel?: KnownModel;
  commands: readonly (readonly string[])[];
  replies: readonly Reply[];
  /** Returns what is wrong; empty = nothing. */
  faults(seen: Seen): string[];
};

/** Names of models that the agents know. */
export const KNOWN_MODELS = ['claude-opus-5', 'gpt-5.5'] as const;
type KnownModel = (typeof KNOWN_MODELS)[number];

const MARK = 'tributary-4711';
const DONE = 'All done, said the scripted model.';
const done: Reply = { kind: 'text', text: DONE };
const overflow: Reply = { kind: 'overflow', tokens: 250_000, limit: 200_000 };

const ok = ({ runs }: Seen) => runs.flatMap(({ code }, index) => (code === 0 ? [] : [`command ${index + 1} ended with ${code}`]));
const prints = ({ runs }: Seen, text: string | RegExp) =>
  runs.some(({ output }) => (typeof text === 'string' ? output.includes(text) : text.test(output)))
    ? []
    : [`the agent did not print ${String(text)}`];
const sent = ({ received }: Seen, text: string) =>
  received.some((request) => request.text.includes(text)) ? [] : [`no upstream request holds ${text}`];
const atMost = ({ received }: Seen, most: number) =>
  received.length <= most ? [] : [`${received.length} upstream requests, more than ${most}`];
const atLeast = ({ received }: Seen, least: number) =>
  received.length >= least ? [] : [`${received.length} upstream requests, fewer than ${least}`];

/** The last request has the seal of the first answer, in the formats that have one. */
const returnsSeal = ({ received }: Seen) => {
  const last = received.at(-1);
  return last === undefined || last.format === 'chat' || last.text.includes(SEAL) ? [] : ['the seal of the thinking did not come back'];
};

/** A tool call of Claude Code: its result has to come back to the upstream. */
const bash: Reply = { kind: 'call', name: 'Bash', input: { command: `echo ${MARK}`, description: 'prints a word' } };
const exec: Reply = { kind: 'call', name: 'exec_command', input: { cmd: `echo ${MARK}` } };

const claude = (prompt: string, ...more: string[]) => ['-p', prompt, '--allowedTools', 'Bash', ...more];

const THOUGHT = 'The command has to be run, thought the scripted model.';
const PATCH = `*** Begin Patch\n*** Add File: made.txt\n+${MARK}\n*** End Patch`;

/** Pieces with the seal of their maker: what it requires back has to come back. */
const thoughtful: Reply = {
  kind: 'parts',
  parts: [
    { kind: 'thinking', text: THOUGHT },
    { kind: 'text', text: 'I run it.' },
    { kind: 'call', name: 'Bash', input: { command: `echo ${MARK}`, description: 'prints a word' } },
  ],
};

const CLAUDE: Scenario[] = [
  {
    name: 'a turn with a tool',
    agent: 'claude',
    commands: [claude('Run the command.')],
    replies: [bash, done],
    faults: (seen) => [...ok(seen), ...prints(seen, DONE), ...atLeast(seen, 2), ...sent(seen, MARK)],
  },
  {
    name: 'thinking and a tool, as a known model',
    agent: 'claude',
    knownModel: 'claude-opus-5',
    commands: [claude('Run the command.')],
    replies: [thoughtful, done],
    faults: (seen) => [...ok(seen), ...prints(seen, DONE), ...atLeast(seen, 2), ...sent(seen, MARK), ...returnsSeal(seen)],
  },
  {
    name: 'a broken stream',
    agent: 'claude',
    commands: [claude('Say something.')],
    replies: [{ kind: 'cut', text: 'half an ' }, done],
    faults: (seen) => [...ok(seen), ...prints(seen, DONE)],
  },
  {
    name: 'a prompt that is too long',
    agent: 'claude',
    commands: [claude('Say something.')],
    replies: [overflow],
    // Two numbers reach the user, in whatever words the provider wrote them. OpenAI writes none: they are an estimate and the catalogue's.
    faults: (seen) => [...prints(seen, /request is ~\d+ tokens \(limit \d+\)/), ...atMost(seen, 1)],
  },
  {
    name: 'a spent account',
    agent: 'claude',
    commands: [claude('Say something.')],
    replies: [{ kind: 'spent' }],
    faults: (seen) => [...prints(seen, /402|credit/i), ...atMost(seen, 1)],
  },
  {
    name: '/context',
    agent: 'claude',
    commands: [['-p', '/context']],
    replies: [done],
    faults: (seen) => [...ok(seen), ...prints(seen, /tokens/i), ...atMost(seen, 0)],
  },
  {
    name: 'compaction',
    agent: 'claude',
    commands: [claude('Say something.'), claude('/compact', '--continue'), claude('Go on.', '--continue')],
    replies: [done, { kind: 'text', text: '<summary>The user asked for something.</summary>' }, done],
    faults: (seen) => [...ok(seen), ...atLeast(seen, 3)],
  },
];

const CODEX: Scenario[] = [
  {
    name: 'a turn with a tool',
    agent: 'codex',
    commands: [['Run the command.']],
    replies: [exec, done],
    faults: (seen) => [...ok(seen), ...prints(seen, DONE), ...atLeast(seen, 2), ...sent(seen, MARK)],
  },
  {
    name: 'a custom tool, as a known model',
    agent: 'codex',
    knownModel: 'gpt-5.5',
    commands: [['Write the file.']],
    replies: [{ kind: 'parts', parts: [{ kind: 'custom', name: 'apply_patch', input: PATCH }] }, done],
    faults: (seen) => [...ok(seen), ...prints(seen, DONE), ...atLeast(seen, 2), ...sent(seen, 'Updated the following files')],
  },
  {
    name: 'a broken stream',
    agent: 'codex',
    commands: [['Say something.']],
    replies: [{ kind: 'cut', text: 'half an ' }, done],
    faults: (seen) => [...ok(seen), ...prints(seen, DONE)],
  },
  {
    name: 'a prompt that is too long',
    agent: 'codex',
    commands: [['Say something.']],
    replies: [overflow],
    faults: (seen) => [...prints(seen, /context window/i), ...atMost(seen, 1)],
  },
  {
    name: 'a spent account',
    agent: 'codex',
    commands: [['Say something.']],
    replies: [{ kind: 'spent' }],
    faults: (seen) => [...prints(seen, /quota/i), ...atMost(seen, 1)],
  },
  {
    name: 'compaction',
    agent: 'codex',
    commands: [['Run the command.']],
    replies: [{ ...exec, promptTokens: 90_000 }, { kind: 'text', text: 'Summary: the command was run.' }, done],
    faults: (seen) => [...ok(seen), ...prints(seen, DONE), ...atLeast(seen, 3), ...sent(seen, 'Summary: the command was run.')],
  },
];

/** All scenarios. */
export const SCENARIOS: readonly Scenario[] = [...CLAUDE, ...CODEX];
