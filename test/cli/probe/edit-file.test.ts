/** Edits of provider files: comments stay, the measured rules are there with their date, and the file compiles. */
import { describe, expect, it } from 'vitest';
import type { ParameterDifference } from '../../../src/cli/probe/compare.ts';
import { editProviderFile, type EditContext } from '../../../src/cli/probe/edit-file.ts';
import { compileFile } from './probe-harness.ts';

const FILE = `// A provider. Its comments stay.
{
  "name": "Simulated", // the name
  "docs": "https://example.org/docs",
  "baseUrl": "https://example.org/v1",
  "auth": { "scheme": "bearer" },
  "operations": {
    "chat": {
      "dialect": "openai-chat",
      // what it accepts
      "parameters": {
        "temperature": { "type": "number", "minimum": 0, "maximum": 2 }, // chat reference, checked 2026-11-20
        "n": false // one answer
      }
    }
  },
  "models": []
}
`;

const CONTEXT: EditContext = { operation: 'chat', dialect: 'openai-chat', model: 'm-1', forAllModels: true, date: '2026-12-01' };

const change = (param: string, rule: ParameterDifference['rule'], measured = '1.5'): ParameterDifference => ({
  param,
  rule,
  differences: [{ param, aspect: 'maximum', file: '2', measured, evidence: [] }],
});

const rulesIn = (text: string) => compileFile(text).operations.chat?.[0];

describe('editProviderFile', () => {
  const edited = editProviderFile(
    FILE,
    [change('temperature', { type: 'number', minimum: 0, maximum: 1.5 }), change('top_k', { type: 'integer' })],
    CONTEXT,
  );

  it('keeps every comment of the file', () => {
    for (const comment of FILE.match(/\/\/ .*$/gm) ?? []) expect(edited).toContain(comment);
  });

  it('writes the rule in one line, below a comment with date, model and difference', () => {
    expect(edited).toContain(
      '        // measured 2026-12-01 at m-1 with "tributary provider probe": maximum: 1.5 (was: 2)\n        "temperature": { "type": "number", "minimum": 0, "maximum": 1.5 }',
    );
  });

  it('gives a file that compiles to the measured rules', () => {
    expect(rulesIn(edited)?.parameters).toMatchObject({
      temperature: { type: 'number', minimum: 0, maximum: 1.5 },
      top_k: { type: 'integer' },
      n: false,
    });
  });

  it('writes for the probed model alone, unless all are asked for', () => {
    const forOne = editProviderFile(FILE, [change('n', { type: 'integer', maximum: 4 })], { ...CONTEXT, forAllModels: false });
    expect(rulesIn(forOne)?.parameters['n']).toBe(false);
    expect(rulesIn(forOne)?.byModel).toEqual([{ pattern: 'm-1', parameters: { n: { type: 'integer', maximum: 4 } } }]);
  });

  it('replaces the comment of an earlier probe', () => {
    const again = editProviderFile(edited, [change('temperature', { type: 'number', maximum: 1.8 }, '1.8')], {
      ...CONTEXT,
      date: '2027-01-01',
    });
    expect(again.match(/\/\/ measured/g)).toHaveLength(2); // of temperature and of top_k
    expect(again).toContain('measured 2027-01-01');
    expect(again).not.toContain('maximum: 1.5 (was: 2)\n        "temperature"');
  });

  it('finds the alternative with the dialect of the probe', () => {
    const two = FILE.replace('"chat": {', '"chat": [{ "dialect": "anthropic", "onlyModels": ["claude-*"] }, {').replace(
      '    }\n  },\n  "models"',
      '    }]\n  },\n  "models"',
    );
    const text = editProviderFile(two, [change('top_k', { type: 'integer' })], CONTEXT);
    const [first, second] = compileFile(text).operations.chat ?? [];
    expect(first?.parameters['top_k']).not.toEqual({ type: 'integer' });
    expect(second?.parameters['top_k']).toEqual({ type: 'integer' });
  });

  it('lets no text of the upstream leave its comment', () => {
    const hostile = editProviderFile(FILE, [change('top_k', { type: 'integer' }, '1\n"evil": true, \u2028 //')], CONTEXT);
    expect(rulesIn(hostile)?.parameters['top_k']).toEqual({ type: 'integer' });
    expect(hostile).not.toMatch(/^\s*"evil"/m);
  });
});
