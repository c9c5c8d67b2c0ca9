/**
 * Runs Claude Code and Codex against the router in front of scripted upstreams of four formats: `npm run test:agents`. Each agent and format is
 * one group of scenarios. Where Linux allows it, everything runs in a network namespace of its own, so that nothing can leave the machine.
 *
 *     npm run test:agents -- [claude|codex] [format] [a word of a scenario] [-v]
 */
import { spawnSync } from 'node:child_process';
import { serveRouter } from '../dev/serve.ts';
import { AGENT_VERSIONS, createHome, installAgents, removeHome, runAgent, type AgentOutput } from './agents.ts';
import { FORMATS, type FormatName } from './formats.ts';
import { KNOWN_MODELS, SCENARIOS, type Scenario } from './scenarios.ts';
import { serveUpstream, type ScriptedUpstream } from './upstream.ts';

const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];
/** Prints what the agents printed, for scenarios without faults too. */
const VERBOSE = '-v';
const INSIDE = 'TRIBUTARY_AGENTS_OFFLINE';

/** Runs this script again without a network. Returns false where that is not possible. */
function runOffline(): boolean {
  if (process.env[INSIDE] !== undefined || spawnSync('unshare', ['-rn', 'true']).status !== 0) return false;
  const command = `ip link set lo up && exec "${process.execPath}" "${import.meta.filename}" "$@"`;
  const { status } = spawnSync('unshare', ['-rn', 'sh', '-c', command, 'sh', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  });
  process.exitCode = status ?? 1;
  return true;
}

/** Runs one scenario. Returns what is wrong. */
async function runScenario(scenario: Scenario, format: FormatName, { upstream, url }: { upstream: ScriptedUpstream; url: string }) {
  upstream.script(scenario.replies);
  const home = await createHome();
  const runs: AgentOutput[] = [];
  try {
    for (const args of scenario.commands)
      runs.push(await runAgent({ agent: scenario.agent, model: scenario.knownModel ?? FORMATS[format].model, args, home }, url));
  } finally {
    await removeHome(home);
  }
  return { faults: scenario.faults({ runs, received: upstream.received }), runs };
}

async function main(): Promise<void> {
  const words = process.argv.slice(2).filter((word) => word !== VERBOSE);
  const wanted = (format: FormatName, { agent, name }: Scenario) =>
    words.every((word) => word === agent || word === format || name.includes(word));
  const upstream = await serveUpstream();
  console.log(
    Object.entries(AGENT_VERSIONS)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  );
  let [passed, failed] = [0, 0];
  for (const format of FORMAT_NAMES) {
    const { model, variables } = FORMATS[format];
    const aliases = Object.fromEntries(KNOWN_MODELS.map((name) => [name, model]));
    const router = await serveRouter({
      ROUTER_API_KEYS: 'caller-key',
      MODEL_ALIASES: JSON.stringify(aliases),
      ...variables(upstream.url),
    });
    for (const scenario of SCENARIOS.filter((one) => wanted(format, one))) {
      const startedMs = Date.now();
      const { faults, runs } = await runScenario(scenario, format, { upstream, url: router.url });
      const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
      const title = `${scenario.agent} / ${format} / ${scenario.name}: ${upstream.received.length} upstream requests, ${seconds} s`;
      if (faults.length === 0) passed++;
      else failed++;
      console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${title}`);
      for (const fault of faults) console.log(`       ${fault}`);
      if (faults.length > 0 || process.argv.includes(VERBOSE))
        for (const { output } of runs) console.log(output.trim().slice(-1500).replace(/^/gm, '     | '));
    }
    await router.stop();
  }
  await upstream.stop();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await (process.env[INSIDE] === undefined ? installAgents() : Promise.resolve());
if (!runOffline()) await main();
