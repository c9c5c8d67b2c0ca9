/** The page "Connect" without its elements: which clients are shown, and how a model gets into their settings. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canFill, chooseClients, fillModel, isTested, KINDS, type Choice } from '../../../src/console/pages/connect/settings.ts';
import { connectAnswer } from '../../../src/http/connect.ts';
import { anyText } from '../../support/any-text.ts';

const { clients } = connectAnswer('https://router.example').data;
const ALL: Choice = { search: '', kind: null, isTestedOnly: false };
const namesOf = (choice: Partial<Choice>) => chooseClients(clients, { ...ALL, ...choice }).map(({ name }) => name);

describe('chooseClients', () => {
  it('returns all clients without a choice, the tested ones first', () => {
    expect(namesOf({})).toEqual(clients.map(({ name }) => name));
    const tested = clients.map(isTested);
    expect(tested).toEqual([...tested.filter(Boolean), ...tested.filter((is) => !is)]);
    expect(namesOf({ isTestedOnly: true })).toEqual(clients.filter(isTested).map(({ name }) => name));
    expect(namesOf({ isTestedOnly: true })).toContain('OpenAI SDK');
    expect(namesOf({ isTestedOnly: true })).not.toContain('Zed');
  });

  it.each([
    ['codex', ['Codex']],
    ['  CODEX  ', ['Codex']],
    ['ai-sdk anthropic', ['AI SDK']],
    ['python', ['OpenAI SDK', 'Anthropic SDK']],
    ['no such client', []],
  ])('finds for %j %j', (search, names) => {
    expect(namesOf({ search })).toEqual(names);
  });

  it('chooses by kind', () => {
    for (const kind of Object.keys(KINDS)) {
      const names = namesOf({ kind });
      expect(names.length).toBeGreaterThan(0);
      expect(names).toEqual(clients.filter((client) => client.kind === kind).map(({ name }) => name));
    }
    expect(namesOf({ kind: 'other' })).toEqual([]);
  });
});

describe('fillModel', () => {
  it.each(['openai/gpt-4o-mini', '@novita/any-model', '~anthropic/claude-latest', 'a/b:free', 'x'])('fills %s in', (model) => {
    expect(canFill(model)).toBe(true);
    expect(fillModel('claude --model MODEL', model)).toBe(`claude --model ${model}`);
  });

  it('leaves names of variables that have the word', () => {
    expect(fillModel('export GATEWAY_MODEL_DISCOVERY=1 MODEL', 'a/b')).toBe('export GATEWAY_MODEL_DISCOVERY=1 a/b');
  });

  it.each(['', '$(reboot)', "a';reboot;'", 'a b', '-rf', 'a\nb', '`x`', 'a"', '$&', 'ä'])('leaves MODEL for %j', (model) => {
    expect(fillModel('MODEL', model)).toBe('MODEL');
  });

  it('puts no character that a shell reads into a command, for any text', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 30 }), (model) => {
        expect(fillModel('MODEL', model)).toMatch(/^[\w@~.:/+-]+$/);
      }),
      { numRuns: 500 },
    );
  });
});
