/** `tributary provider probe` over real HTTP, against strict upstreams whose rules differ from the provider file. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KNOWN_GOOD } from '../cli/probe/known-good.ts';
import { compileFile, fileOf } from '../cli/probe/probe-harness.ts';
import { differencesOf, type Specification } from '../cli/probe/specification.ts';
import { answerRequest, type UpstreamBehaviour, type WireName } from '../cli/probe/strict-upstream.ts';
import { DIFFERENCES, FILE, UPSTREAM } from '../cli/probe/thirty-ways.ts';
import { runCli, type CliOptions } from '../cli/run-cli.ts';
import { ROOT } from '../dev/root.ts';
import { bodyOf, listen, type OwnUpstream } from '../support/http-upstream.ts';

/** Longest time of the longest test: 212 requests, on a machine with other work. */
const TIMEOUT_MS = 240_000;

const KEY = 'sk-probe-0123456789abcdef';

/** A project with provider files, and an upstream. */
let root: string;
let upstream: OwnUpstream | null = null;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tributary-probe-'));
  mkdirSync(join(root, 'providers'));
});

afterEach(async () => {
  await upstream?.stop();
  upstream = null;
  rmSync(root, { recursive: true, force: true });
});

/** What an upstream has received. */
type Received = { bodies: string[]; keys: Set<string>; billedUsd: number };

/** Starts an upstream. `onRequest`: called with the number of each request. */
async function start(behaviour: UpstreamBehaviour, onRequest: (count: number) => void = () => undefined): Promise<Received> {
  const received: Received = { bodies: [], keys: new Set(), billedUsd: 0 };
  upstream = await listen(async (request, response) => {
    const text = await bodyOf(request);
    received.bodies.push(text);
    received.keys.add(String(request.headers.authorization));
    onRequest(received.bodies.length);
    const body = JSON.parse(text) as Record<string, unknown>;
    const isStream = body['stream'] === true || request.url?.includes('streamGenerateContent') === true;
    const answer = answerRequest(behaviour, body, isStream);
    received.billedUsd += answer.status === 200 ? billedFor(answer.body) : 0;
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  return received;
}

/** 1 USD per million tokens of a prompt, 4 of an answer, as the file states. */
function billedFor(body: string): number {
  const last = (pattern: RegExp) => Number([...body.matchAll(pattern)].at(-1)?.[1] ?? 0);
  const prompt = last(/"(?:prompt_tokens|input_tokens|promptTokenCount)":(\d+)/g);
  return (prompt + 4 * last(/"(?:completion_tokens|output_tokens|candidatesTokenCount)":(\d+)/g)) / 1e6;
}

function writeProvider(wire: WireName, specification: Specification): string {
  const path = join(root, 'providers/simulated.jsonc');
  writeFileSync(path, `// Simulated.\n${fileOf(wire, specification)}\n`);
  return path;
}

/** Runs the command with a ceiling. */
const probe = (words: readonly string[] = [], options: Pick<CliOptions, 'signal' | 'answers' | 'columns'> = {}) =>
  runCli(['provider', 'probe', 'simulated', '--requests-per-minute', '60000', ...words], {
    root,
    environment: { SIMULATED_API_KEY: KEY, SIMULATED_BASE_URL: upstream?.url },
    send: (request) => fetch(request),
    ...options,
  });

type Document = {
  differences: { param: string; aspect: string; evidence: string[] }[];
  spent_usd: number;
  requests: number;
  report: string;
  habits: { stream: unknown };
  edit: { written: boolean; remaining: unknown[]; problems: string[] };
};

const readDocument = (stdout: string) => JSON.parse(stdout) as Document;
const foundIn = ({ differences }: Document) => differences.map(({ param, aspect }) => `${param} ${aspect}`).sort();

describe('tributary provider probe', () => {
  it(
    'finds the ways in which an upstream differs, nothing else, and keeps the ceiling',
    async () => {
      const received = await start({ specification: UPSTREAM, wire: 'openai-chat' });
      // Other files of the format name other forms of parameters.
      cpSync(join(ROOT, 'providers'), join(root, 'providers'), { recursive: true });
      writeProvider('openai-chat', FILE);
      const { code, stdout } = await probe(['--json', '--max-usd', '0.1']);
      const document = readDocument(stdout);
      expect(foundIn(document)).toEqual(DIFFERENCES.toSorted());
      expect(code).toBe(1);
      expect(received.bodies).toHaveLength(document.requests);
      expect(received.keys).toEqual(new Set([`Bearer ${KEY}`]));
      expect(received.billedUsd).toBeLessThanOrEqual(document.spent_usd + 1e-9);
      expect(document.spent_usd).toBeLessThanOrEqual(0.1);
      const report = readFileSync(document.report, 'utf8');
      expect(report.match(/"exchange":/g)).toHaveLength(document.requests);
      expect(report).not.toContain(KEY);
      for (const { evidence } of document.differences) for (const id of evidence) expect(report).toContain(`"exchange":{"id":"${id}"`);
    },
    TIMEOUT_MS,
  );

  it.each(['anthropic', 'gemini'] as const)('writes rules with which nothing differs any more: %s', async (wire) => {
    const specification: Specification = {
      ...KNOWN_GOOD[wire],
      temperature: { kind: 'number', wire: 'temperature', openMin: 0, max: 0.9 },
      top_p: null,
      min_p: { kind: 'number', wire: 'min_p', min: 0, max: 0.8 },
      top_k: { kind: 'integer', wire: wire === 'gemini' ? 'topK' : 'top_k', min: 1, max: 40 },
    };
    await start({ specification, wire });
    const path = writeProvider(wire, KNOWN_GOOD[wire]);
    const first = await probe(['--json', '--max-usd', '0.1', '--write', '--model', 'm']);
    expect(foundIn(readDocument(first.stdout))).toEqual(differencesOf(KNOWN_GOOD[wire], specification));
    expect(readDocument(first.stdout).edit).toMatchObject({ written: true, remaining: [], problems: [] });
    expect(first.code).toBe(0);
    expect(readFileSync(path, 'utf8')).toMatch(/^\/\/ Simulated\.[\s\S]*\/\/ measured \d{4}-\d\d-\d\d at m with/);
    expect(() => compileFile(readFileSync(path, 'utf8'))).not.toThrow();
    const second = await probe(['--json', '--max-usd', '0.1', '--model', 'm']);
    expect(foundIn(readDocument(second.stdout))).toEqual([]);
    expect(second.code).toBe(0);
  });

  it('continues after Ctrl-C, and sends nothing again that was answered', async () => {
    const specification = KNOWN_GOOD['openai-chat'];
    const controller = new AbortController();
    const received = await start({ specification, wire: 'openai-chat' }, (count) => count === 25 && controller.abort());
    writeProvider('openai-chat', specification);
    const first = await probe(['--max-usd', '0.1'], { signal: controller.signal });
    expect(first.code).toBe(130);
    expect(first.stderr).toMatch(/Interrupted\.\nWhat was answered is in .*\. The same command continues\./);
    const before = received.bodies.length;
    const second = await probe(['--json', '--max-usd', '0.1']);
    expect(second.code).toBe(0);
    const report = readFileSync(readDocument(second.stdout).report, 'utf8');
    const ids = [...report.matchAll(/"exchange":\{"id":"([^"]+)"/g)].map(([, id]) => id);
    expect(before).toBe(25);
    expect(ids).toHaveLength(new Set(ids).size);
    expect(received.bodies).toHaveLength(ids.length + 1); // the one in flight was sent again
  });

  it('asks on a terminal for the ceiling and for the edit, with a bar', async () => {
    await start({ specification: { ...KNOWN_GOOD.gemini, top_p: null }, wire: 'gemini' });
    const path = writeProvider('gemini', KNOWN_GOOD.gemini);
    const { code, stdout, stderr } = await probe([], { answers: ['0.05', 'yes'], columns: 120 });
    expect(code).toBe(0);
    expect(stderr).toContain('Probing Simulated [####');
    expect(stdout).toContain('0.05 USD agreed');
    expect(stdout).toMatch(/top_p\s+accepted\s+accepted\s+\S*refused/);
    expect(readFileSync(path, 'utf8')).toContain('"top_p": false');
  });

  it('sends nothing where the person answers no, and writes nothing unless asked', async () => {
    const received = await start({ specification: { ...KNOWN_GOOD.gemini, top_p: null }, wire: 'gemini' });
    const path = writeProvider('gemini', KNOWN_GOOD.gemini);
    const before = readFileSync(path, 'utf8');
    const refused = await probe([], { answers: ['n'] });
    expect(refused.code).toBe(2);
    expect(received.bodies).toEqual([]);
    const found = await probe([], { answers: ['', 'n'] });
    expect(found.code).toBe(1);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('prints plain lines in a pipe', async () => {
    await start({ specification: KNOWN_GOOD.anthropic, wire: 'anthropic' });
    writeProvider('anthropic', KNOWN_GOOD.anthropic);
    const { code, stderr, stdout } = await probe(['--max-usd', '0.05']);
    expect(code).toBe(0);
    expect(stdout).toContain('No difference from the provider file.');
    expect(stderr).toMatch(/^2: max_tokens \+ tributary_probe, 0\.\d+ USD so far$/m);
    expect(`${stdout}${stderr}`).not.toContain('\u001b');
  });

  it('sends nothing before a ceiling is agreed', async () => {
    const received = await start({ specification: KNOWN_GOOD['openai-chat'], wire: 'openai-chat' });
    writeProvider('openai-chat', KNOWN_GOOD['openai-chat']);
    const inPipe = await probe();
    expect(inPipe.code).toBe(2);
    expect(inPipe.stderr).toContain('--max-usd is missing');
    expect(inPipe.stderr).toMatch(/About \d+ requests where the file is right; they cost at most 0\.\d+ USD/);
    expect(received.bodies).toEqual([]);
  });

  it('says which variable is missing, and exits with 4', async () => {
    await start({ specification: KNOWN_GOOD['openai-chat'], wire: 'openai-chat' });
    writeProvider('openai-chat', KNOWN_GOOD['openai-chat']);
    const { code, stderr } = await runCli(['provider', 'probe', 'simulated', '--max-usd', '1'], { root, environment: {} });
    expect(code).toBe(4);
    expect(stderr).toContain('SIMULATED_API_KEY');
  });

  it('requires a number of requests where no price is known', async () => {
    const received = await start({ specification: KNOWN_GOOD['openai-chat'], wire: 'openai-chat' });
    writeProvider('openai-chat', KNOWN_GOOD['openai-chat']);
    const without = await probe(['--model', 'unlisted', '--max-usd', '1']);
    expect(without.code).toBe(2);
    expect(without.stderr).toContain('--max-requests');
    const { stdout } = await probe(['--model', 'unlisted', '--max-requests', '12', '--json']);
    expect(readDocument(stdout)).toMatchObject({ requests: 12, spent_usd: null, differences: [] });
    expect(received.bodies).toHaveLength(12);
  });
});
