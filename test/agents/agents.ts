/** Claude Code and Codex: installed at fixed versions into `.cache/agents`, and run once with a fresh home, without an account. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../dev/serve.ts';

const run = promisify(execFile);

/** Packages and versions. */
export const AGENT_VERSIONS = { '@anthropic-ai/claude-code': '2.1.332', '@openai/codex': '0.171.0' } as const;

const FOLDER = join(ROOT, '.cache/agents');

/** Name of an agent. */
export type AgentName = 'claude' | 'codex';

/** One run of an agent. `args`: of the command. `model`: what the router is asked for. */
export type AgentRun = { agent: AgentName; model: string; args: readonly string[]; home: string };

/** What an agent printed, and how it ended. */
export type AgentOutput = { code: number; output: string };

/** Longest run of an agent, in milliseconds. */
const TIMEOUT_MS = 120_000;

/** Installs the agents unless they are there. Takes the network once. */
export async function installAgents(): Promise<void> {
  const installed = await Promise.all(Object.entries(AGENT_VERSIONS).map(([name, version]) => isInstalled(name, version)));
  if (installed.every(Boolean)) return;
  await mkdir(FOLDER, { recursive: true });
  const packages = Object.entries(AGENT_VERSIONS).map(([name, version]) => `${name}@${version}`);
  console.log(`Installing ${packages.join(' and ')} into .cache/agents (about 800 MB) ...`);
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefix', FOLDER, ...packages], { cwd: FOLDER, maxBuffer: 2 ** 24 });
}

async function isInstalled(name: string, version: string): Promise<boolean> {
  const file = join(FOLDER, 'node_modules', name, 'package.json');
  if (!existsSync(file)) return false;
  const { version: found } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
  return found === version;
}

/** Makes a home that no other run has used, and returns its path. */
export const createHome = (): Promise<string> => mkdtemp(join(tmpdir(), 'agent-'));

/** Removes a home. */
export const removeHome = (home: string): Promise<void> => rm(home, { recursive: true, force: true });

/** Runs an agent against the router at `url`. */
export async function runAgent({ agent, model, args, home }: AgentRun, url: string): Promise<AgentOutput> {
  const work = join(home, 'work');
  await mkdir(work, { recursive: true });
  const env = { PATH: process.env['PATH'], HOME: home, NO_PROXY: '*', TERM: 'dumb', ...(agent === 'claude' ? claudeVariables(url) : {}) };
  if (agent === 'codex') await writeCodexConfig(home, url);
  const all = agent === 'claude' ? [...args, '--model', model] : [...codexArgs(model), ...args];
  const extra = agent === 'codex' ? { CODEX_HOME: join(home, '.codex'), ROUTER_KEY: 'caller-key' } : {};
  return new Promise((resolve) => {
    const child = execFile(
      join(FOLDER, 'node_modules/.bin', agent),
      all,
      { cwd: work, env: { ...env, ...extra }, timeout: TIMEOUT_MS, maxBuffer: 2 ** 24 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: `${stdout}\n${stderr}` }),
    );
    child.stdin?.end();
  });
}

const claudeVariables = (url: string) => ({
  ANTHROPIC_BASE_URL: url,
  ANTHROPIC_API_KEY: 'caller-key',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
  IS_SANDBOX: '1',
});

const codexArgs = (model: string) => ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '-m', model];

async function writeCodexConfig(home: string, url: string): Promise<void> {
  const folder = join(home, '.codex');
  await mkdir(folder, { recursive: true });
  const lines = [
    'model_provider = "tributary"',
    'model_auto_compact_token_limit = 50000',
    'model_context_window = 100000',
    '[model_providers.tributary]',
    'name = "Tributary"',
    `base_url = "${url}/v1"`,
    'wire_api = "responses"',
    'env_key = "ROUTER_KEY"',
  ];
  await writeFile(join(folder, 'config.toml'), `${lines.join('\n')}\n`);
}
