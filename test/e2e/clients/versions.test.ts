/** docs/clients.md lists the client packages that the tests use, with their versions, and the settings that `GET /connect` shows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectPage } from '../../../src/http/connect.ts';
import { AGENT_VERSIONS } from '../../agents/agents.ts';
import { ROOT } from '../../dev/serve.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
const CLIENT = /^(openai|@anthropic-ai\/|@openrouter\/|@ai-sdk\/|@openai\/|@langchain\/(?!core$))/;
const packages = Object.keys(devDependencies).filter((name) => CLIENT.test(name));

const document = read('docs/clients.md');
const rows = document.split('\n').filter((line) => line.startsWith('| '));
const ORIGIN = 'http://localhost:8787';
const page = connectPage(ORIGIN);

describe('docs/clients.md', () => {
  it.each(packages)('lists %s with the version that is installed', (name) => {
    const row = rows.find((line) => line.includes(`\`${name}\` |`)) ?? '';
    const ai = row.includes('`ai`') ? `\`ai\` ${devDependencies['ai']} with ` : '';
    expect(row).toContain(`| ${ai}\`${name}\` | ${devDependencies[name]} |`);
    expect(page).toContain(`${name} (${devDependencies[name]})`);
  });

  it('lists the agents with the versions that are tested', () => {
    expect(document).toContain(`| Claude Code | ${AGENT_VERSIONS['@anthropic-ai/claude-code']} |`);
    expect(document).toContain(`| Codex | ${AGENT_VERSIONS['@openai/codex']} |`);
  });

  it('has settings that GET /connect shows, and all of its addresses', () => {
    const codes = rows.flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
    const settings = codes.filter((code) => code.includes(ORIGIN));
    expect(settings.length).toBeGreaterThan(20);
    expect(settings.filter((setting) => !page.includes(setting))).toEqual([]);
    // Lines of the page that say where the router is: each is in the document, but those of other languages.
    const lines = page.split('\n').filter((line) => line.startsWith('    ') && line.includes(ORIGIN) && !/base_url="/.test(line));
    expect(lines.filter((line) => !settings.some((setting) => line.includes(setting)))).toEqual([]);
  });
});
