/** Parameters that depend on more than their own rule: those of the other operation, `echo` with emulated parameters, and their reports. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import type { Operation } from '../../src/unified/request/parameters.ts';
import { line, prepared, requestFor, sent } from './sent.ts';

/** Model, what was sent, what the upstream gets of it besides model, content and stop, the report besides template and marker. */
type Row = readonly [model: string, sent: JsonObject, gets: JsonObject, ...report: string[]];

const ALWAYS = new Set(['messages emulated -> "plain"', 'prompt emulated', 'stop defaulted -> "\\nUser:"']);

function check(operation: Operation, rows: readonly Row[]): void {
  it.each(rows.map((row) => ({ model: row[0], given: JSON.stringify(row[1]), row })))('$model, $given', ({ row }) => {
    const [model, fields, gets, ...report] = row;
    const { body, adjustments } = sent(operation, model, fields);
    const { model: _, messages: _messages, prompt: _prompt, stop: _stop, ...rest } = body;
    expect(rest).toEqual(gets);
    expect(adjustments.map(line).filter((entry) => !ALWAYS.has(entry))).toEqual(report);
  });
}

describe('fit chat at a completions provider: best_of is fitted as for completions', () => {
  check('chat', [
    ['@octoai/x', { best_of: 1 }, {}],
    ['@octoai/x', { n: 3, best_of: 3 }, { n: 3 }],
    ['@octoai/x', { n: 128, best_of: 128 }, { n: 128 }],
    ['@octoai/x', { n: 2, best_of: 3 }, { n: 2, best_of: 3 }],
    ['@tokensmind/x', { n: 2, best_of: 2 }, { n: 2 }],
    ['@tokensmind/x', { best_of: 3 }, { best_of: 3 }],
    ['@completions-compatible/x', { n: 2, best_of: 3 }, { n: 3, logprobs: 1 }, 'best_of emulated 3'],
  ]);

  it.each([{ best_of: 200 }, { best_of: 0 }, { best_of: 1.5 }, { best_of: '2' }, { n: 3, best_of: 2 }])(
    'and rejected when invalid: %j',
    (fields) => {
      expect(() => requestFor('chat', '@octoai/x', fields)).toThrow(
        expect.objectContaining({ details: expect.objectContaining({ param: 'best_of' }) }),
      );
    },
  );
});

describe('fit chat at a completions provider: parameters without effect', () => {
  check('chat', [
    ['@octoai/x', { echo: true, suffix: '.' }, {}, 'echo dropped true', 'suffix dropped "."'],
    ['@octoai/x', { echo: false, suffix: '' }, {}],
    ['@octoai/x', { logprobs: true }, { logprobs: 1 }, 'logprobs renamed true -> 1'],
    ['@octoai/x', { logprobs: true, top_logprobs: 0 }, { logprobs: 1 }, 'logprobs renamed true -> 1'],
    ['@octoai/x', { logprobs: false, top_logprobs: 0 }, {}],
  ]);
});

describe('fit completions at a chat provider: parameters without effect', () => {
  const tools = [{ type: 'function', function: { name: 'look' } }];
  check('completions', [
    [
      '@novita/x',
      { logprobs: 3, top_logprobs: 9 },
      { logprobs: true, top_logprobs: 3 },
      'logprobs renamed 3 -> true',
      'top_logprobs dropped 9',
    ],
    ['@novita/x', { top_logprobs: 0 }, {}],
    ['@novita/x', { tools, tool_choice: 'auto' }, {}, 'tools dropped'],
  ]);
});

describe('resolveEcho with an echo of the provider', () => {
  const ask = (model: string, fields: JsonObject) => {
    const { planned, parts, adjustments } = prepared(requestFor('completions', model, { echo: true, ...fields }));
    const { echo, echoed } = planned.fitted.parts[0] ?? {};
    return { body: parts[0]?.body, stop: planned.fitted.emulation.stop.length, echo, echoed, report: adjustments.map(line) };
  };

  it('passes the prompts to the stop stage', () => {
    expect(ask('@octoai/x', { prompt: ['a', 'b'], n: 2 })).toMatchObject({
      body: { echo: true },
      echo: null,
      echoed: ['a', 'a', 'b', 'b'],
      report: [],
    });
  });

  it('leaves stop sequences to a provider that accepts all, for token ids', () => {
    expect(ask('@octoai/x', { prompt: [1, 2], stop: ['x'] })).toMatchObject({ body: { echo: true, stop: ['x'] }, stop: 0, report: [] });
  });

  it('drops echo of token ids when the router must search for stop sequences', () => {
    const { body, report } = ask('@openai/davinci-002', { prompt: [1, 2], stop: [...'abcdef'] });
    expect(body).not.toHaveProperty('echo');
    expect(report).toContain('echo dropped true');
  });

  it('emulates echo when the router ranks candidates', () => {
    const { body, echo, echoed, report } = ask('@completions-compatible/x', { prompt: 'a', n: 1, best_of: 3, stream: true });
    expect({ sent: body?.['echo'], best: body?.['best_of'], echo, echoed, report }).toEqual({
      sent: true,
      best: 3,
      echo: null,
      echoed: ['a'],
      report: [],
    });
    const ranked = ask('@completions-compatible/x', { prompt: 'a', n: 2, best_of: 3 });
    expect(ranked.body).not.toHaveProperty('echo');
    expect(ranked).toMatchObject({ echo: ['a', 'a', 'a'], echoed: null, report: ['best_of emulated 3', 'echo emulated'] });
  });
});

describe('adjustments contain the requested value', () => {
  it.each<readonly [string, Operation, JsonObject, string]>([
    [
      '@openrouter/x',
      'chat',
      { n: 2, seed: Number.MAX_SAFE_INTEGER },
      'seed emulated 9007199254740991 -> "9007199254740990 to 9007199254740991"',
    ],
    ['@novita/x', 'completions', { best_of: 128 }, 'best_of emulated 128 -> 127'],
    ['@openrouter/x', 'chat', { best_of: 2 }, 'best_of emulated 2 -> 1'],
    ['@tokensmind/x', 'chat', { stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop emulated 5 -> 4'],
  ])('%s, %s, %j: %s', (model, operation, fields, expected) => {
    const report = sent(operation, model, fields).adjustments.map(line);
    expect(report).toContain(expected);
    expect(report.some((entry) => entry.startsWith('n '))).toBe(fields['n'] !== undefined);
  });
});

describe('token ids of logit_bias', () => {
  it.each([{ abc: 1 }, { '1.5': 1 }, { '-1': 1 }, { '': 1 }, { '50256': 1, ' 7': 2 }])('must be digits: %j is a 400', (bias) => {
    expect(() => requestFor('completions', '@octoai/x', { logit_bias: bias })).toThrow(
      expect.objectContaining({ status: 400, details: expect.objectContaining({ param: 'logit_bias' }) }),
    );
  });
});

describe('an empty object or list is sent, unless it is neutral', () => {
  check('chat', [
    ['@openai/gpt-4o', { web_search_options: {} }, { web_search_options: {} }],
    ['@openrouter/x', { web_search_options: {}, transforms: [] }, { web_search_options: {}, transforms: [] }],
    ['@openrouter/x', { metadata: {}, trace: {}, plugins: [], tools: [], stop: [], logit_bias: {}, debug: {} }, {}],
    ['@novita/x', { web_search_options: {} }, {}, 'web_search_options dropped'],
  ]);
});
