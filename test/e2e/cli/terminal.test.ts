/** `tributary` in a terminal: colours, width, questions, Ctrl-C, completion in bash. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../harness.ts';
import { hasTerminals, shellLine, startInTerminal, TRIBUTARY } from './tributary.ts';

const ESC = '\u001b';

/** The screen of a command, when it has ended. */
async function screenOf(words: readonly string[], options: Parameters<typeof startInTerminal>[1] = {}) {
  const { exit, screen } = startInTerminal(shellLine(words), options);
  const code = await exit;
  return { code, screen: screen() };
}

/** A server that takes requests and never answers. */
let silent: Server;
let silentUrl: string;
let requests = 0;
beforeAll(async () => {
  silent = createServer(() => requests++);
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve);
  });
  silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});

describe.runIf(hasTerminals)('in a terminal', () => {
  it('there are colours, and with NO_COLOR there are none', async () => {
    const coloured = await screenOf(['models', 'openai/gpt-4o-mini']);
    expect(coloured.code).toBe(0);
    expect(coloured.screen).toContain(`${ESC}[36mopenai/gpt-4o-mini${ESC}[39m`);
    const plain = await screenOf(['models', 'openai/gpt-4o-mini'], { environment: { NO_COLOR: '1' } });
    expect(plain.screen).toContain('openai/gpt-4o-mini');
    expect(plain.screen).not.toContain(ESC);
  });

  it('errors are marked, and exit codes are passed on', async () => {
    const { code, screen } = await screenOf(['keys', 'list', '--url', 'http://127.0.0.1:9'], { environment: { ADMIN_API_KEY: 'k' } });
    expect(code).toBe(3);
    expect(screen).toContain(`${ESC}[31mError: ${ESC}[39mNo router answers at http://127.0.0.1:9`);
  });

  it('a table that is too wide becomes a block of lines for each row', async () => {
    const { screen } = await screenOf(['models', 'openai/gpt-4o-mini'], { columns: 40 });
    const text = stripVTControlCharacters(screen).replaceAll('\r', '');
    expect(text).toMatch(/^MODEL: openai\/gpt-4o-mini\nCONTEXT: 128,000\nIN: [\d.]+\n/m);
  });

  it('help fits the terminal', async () => {
    const { screen } = await screenOf(['start', '--help'], { columns: 60 });
    const lines = screen.split('\r\n');
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
  });

  it('a question that is not agreed to does nothing, and none is asked without a terminal', async () => {
    const running = startInTerminal(shellLine(['keys', 'new', '--url', silentUrl]), { environment: { ADMIN_API_KEY: 'k' } });
    await until('the question', () => (running.screen().includes('Name of the key') ? true : undefined));
    running.type('\r');
    expect(await running.exit).toBe(2);
    expect(running.screen()).toContain('The key has no name.');
  });

  it('Ctrl-C ends a command that waits with 130, without an error', async () => {
    const before = requests;
    const running = startInTerminal(shellLine(['keys', 'list', '--url', silentUrl]), { environment: { ADMIN_API_KEY: 'k' } });
    await until('the request', () => (requests > before ? true : undefined));
    running.type('\u0003');
    expect(await running.exit).toBe(130);
    expect(running.screen()).not.toMatch(/Error|at .*\.ts/);
  });

  it('Ctrl-C at a question ends with 130', async () => {
    const running = startInTerminal(shellLine(['keys', 'new', '--url', silentUrl]), { environment: { ADMIN_API_KEY: 'k' } });
    await until('the question', () => (running.screen().includes('Name of the key') ? true : undefined));
    running.type('\u0003');
    expect(await running.exit).toBe(130);
  });

  it('bash completes commands, options and names with : and @ in them', async () => {
    const script = `eval "$('${process.execPath}' '${TRIBUTARY}' completion bash)"`;
    const running = startInTerminal('bash --norc --noprofile -i', { columns: 200, environment: { PS1: 'ready> ' } });
    await until('bash', () => (running.screen().includes('ready> ') ? true : undefined));
    running.type(`${script}; echo set-up-$?\r`);
    await until('the script', () => (/^set-up-0/m.test(running.screen()) ? true : undefined));
    const completed = async (typed: string, expected: string) => {
      const from = running.screen().length;
      running.type(`${typed}\t`);
      await until(`${typed} to become ${expected}`, () =>
        stripVTControlCharacters(running.screen().slice(from)).includes(expected) ? true : undefined,
      );
      running.type('\u0015');
      return true;
    };
    expect(await completed('tributary expl', 'tributary explain ')).toBe(true);
    expect(await completed('tributary models --max-p', 'tributary models --max-price ')).toBe(true);
    expect(await completed('tributary keys new --reset we', '--reset weekly ')).toBe(true);
    expect(await completed('tributary models openai/gpt-4o-mini-2', 'openai/gpt-4o-mini-2024-07-18 ')).toBe(true);
    expect(await completed('tributary explain --provider=novi', '--provider=novita ')).toBe(true);
    running.type('\u0004');
    await running.exit;
  });
});
