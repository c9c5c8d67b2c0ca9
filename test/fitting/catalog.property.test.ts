/**
 * Laws of fitting at every listed model. Each run takes some of them, by a seed that it prints (`CATALOG_SEED` repeats it); all of them are
 * taken by `npm run test:catalog`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { fitValue } from '../../src/fitting/fit-value.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { operationFor } from '../../src/registry/operation.ts';
import { objections, type Row } from '../simulator/row-judge.ts';
import { CATALOG, bodiesOf, prepared, requestFor } from './sent.ts';

const FOLDER = join(import.meta.dirname, '../../providers');
const isWhole = process.env['CATALOG_ALL'] === '1';
const SEED = Number(process.env['CATALOG_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** So many models are taken by a run that does not take all. */
const SAMPLE = 150;

/** The facts of each list, by provider and id; without facts that a provider file corrects, with its source. */
function rowsOf(file: string): [string, Row][] {
  const slug = file.replace('.json', '');
  const { models } = JSON.parse(readFileSync(join(FOLDER, 'models', file), 'utf8')) as { models: (Row & { retired?: object })[] };
  const corrected =
    (parse(readFileSync(join(FOLDER, `${slug}.jsonc`), 'utf8')) as { models?: ({ id: string } & JsonObject)[] }).models ?? [];
  return models
    .filter(({ retired }) => retired === undefined)
    .map((row) => {
      const facts = new Set(Object.keys(corrected.find(({ id }) => id === row.id) ?? {}).filter((fact) => fact !== 'id'));
      return [`@${slug}/${row.id}`, Object.fromEntries(Object.entries(row).filter(([fact]) => !facts.has(fact))) as Row];
    });
}

const ROWS = readdirSync(join(FOLDER, 'models'))
  .filter((file) => file.endsWith('.json'))
  .flatMap(rowsOf);

/** Models that a chat request can be sent to. */
const chats = ROWS.filter(([name]) => {
  const [slug = '', ...id] = name.slice(1).split('/');
  const provider = CATALOG.provider(slug);
  return provider !== undefined && operationFor(provider, 'chat', id.join('/'))?.operation === 'chat';
});

const chosen = isWhole
  ? chats
  : (fc.sample(fc.shuffledSubarray(chats, { minLength: SAMPLE, maxLength: SAMPLE }), { seed: SEED, numRuns: 1 })[0] ?? []);

const TOOLS = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }];
const SCHEMA = { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object', properties: {} } } };

const REQUESTS: readonly JsonObject[] = [
  { temperature: 0.5, top_p: 0.9, seed: 1, stop: ['x'], top_k: 5, min_p: 0.1 },
  ...['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'].map((effort) => ({ reasoning_effort: effort, temperature: 0.5 })),
  { reasoning: { enabled: false } },
  { reasoning: { enabled: true } },
  { reasoning: { max_tokens: 2000 }, max_tokens: 4000 },
  { tools: TOOLS, tool_choice: 'required' },
  { response_format: SCHEMA },
];

/** What breaks a law, for one model. */
function breaches([name, row]: readonly [string, Row]): string[] {
  return REQUESTS.flatMap((fields) => {
    const answer = prepared(requestFor('chat', name, fields));
    const { planned, adjustments } = answer;
    const { rules } = planned.candidate;
    // A file that states when a temperature is accepted knows more than a list that says no.
    const { temperature: _temperature, ...others } = row;
    const rule = rules.parameters['temperature'];
    const isConditional = typeof rule === 'object' && rule.onlyWith !== undefined;
    const refused = bodiesOf(answer).flatMap((body) => objections(isConditional ? others : row, body));
    const unsaid = Object.keys(fields).filter((param) => {
      const rule = rules.parameters[param];
      const isSent = planned.fitted.parts[0]?.call.parameters[typeof rule === 'object' ? (rule.name ?? param) : param] !== undefined;
      return (
        !isSent &&
        !adjustments.some((adjustment) => adjustment.param.split('.')[0] === param) &&
        param !== 'reasoning' &&
        param !== 'reasoning_effort'
      );
    });
    const outside = Object.entries(planned.fitted.parts[0]?.call.parameters ?? {}).filter(([wire, value]) => {
      const named = Object.entries(rules.parameters).flatMap(([param, rule]) =>
        rule !== false && (rule.name ?? param) === wire ? [rule] : [],
      );
      const isWord = named.some(({ values = {} }) => Object.values(values).some((word) => JSON.stringify(word) === JSON.stringify(value)));
      return !isWord && !named.some((rule) => fitValue(value, rule).kind === 'same');
    });
    return [
      ...refused.map((objection) => `${name} ${JSON.stringify(fields)}: ${objection}`),
      ...unsaid.map((param) => `${name}: ${param} is neither sent nor reported`),
      ...outside.map(([wire]) => `${name} ${JSON.stringify(fields)}: ${wire} breaks its rule`),
    ];
  });
}

describe(`fitting at ${chosen.length} of ${chats.length} listed models (CATALOG_SEED=${SEED})`, () => {
  it('sends nothing that the lists say a model does not accept, reports what it leaves out, and obeys its rules', () => {
    console.log(`CATALOG_SEED=${SEED}`);
    expect(chosen.flatMap(breaches)).toEqual([]);
  });
});
