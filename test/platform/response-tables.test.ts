import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResponseTables, ROW_BYTES, type AnswerToKeep } from '../../src/platform/response-tables.ts';
import { openSqlite } from '../support/sqlite.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const NEVER = { expiresMs: Infinity, maxBytes: Infinity, nowMs: 0 };

const answer = (id: string, changes: Partial<AnswerToKeep> = {}): AnswerToKeep => ({
  ids: [id],
  items: [],
  previousId: null,
  restarts: false,
  failed: false,
  head: encode(`{"id":"${id}"}`),
  input: encode(`["in ${id}"]`),
  output: encode(`["out ${id}"]`),
  ...changes,
});

/** The texts of a conversation; null = it is not kept. */
function chainOf(tables: ResponseTables, id: string, nowMs = 0): string[] | null {
  const last = tables.find(id, nowMs);
  return (last === null ? null : tables.chain(last))?.map(({ seq }) => decode(tables.read(seq, 'output'))) ?? null;
}

/** What a test does to the tables, and a model of them. */
type Step =
  | { do: 'add'; id: number; previous: number | null; expiresMs: number; restarts: boolean }
  | { do: 'remove'; id: number }
  | { do: 'purge'; nowMs: number };

const id = fc.nat(6);
const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('add' as const),
        id,
        previous: fc.option(id),
        expiresMs: fc.integer({ min: 1, max: 20 }),
        restarts: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), id }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('purge' as const), nowMs: fc.nat(20) }) },
  ),
  { maxLength: 20 },
);

/** An answer of the model: its conversation as it was when it was added; null = it was broken then. */
type Kept = { id: number; number: number; chain: number[] | null; expiresMs: number };

describe('ResponseTables', () => {
  it('finds each answer until it has expired or is removed, with its conversation, in any order of steps', () => {
    fc.assert(
      fc.property(steps, (given: Step[]) => {
        const tables = new ResponseTables(openSqlite());
        let model: Kept[] = [];
        let nowMs = 0;
        const removed = new Set<number>();
        const results: [given: boolean, expected: boolean][] = [];
        for (const [number, step] of given.entries()) {
          if (step.do === 'add') {
            const before = step.previous === null || step.restarts ? [] : (find(model, step.previous, nowMs)?.chain ?? null);
            const previousId = step.previous === null ? null : String(step.previous);
            const added = answer(String(step.id), { previousId, restarts: step.restarts, output: encode(String(number)) });
            tables.add(added, { ...NEVER, expiresMs: step.expiresMs, nowMs });
            model.push({ id: step.id, number, chain: before === null ? null : [...before, number], expiresMs: step.expiresMs });
          } else if (step.do === 'remove') {
            for (const kept of model) if (kept.id === step.id) removed.add(kept.number);
            results.push([tables.removeNamed(String(step.id), nowMs), find(model, step.id, nowMs) !== undefined]);
            model = model.filter((kept) => kept.id !== step.id);
          } else {
            nowMs = Math.max(nowMs, step.nowMs);
            tables.purge(nowMs);
          }
          for (let asked = 0; asked <= 6; asked++) {
            const kept = find(model, asked, nowMs);
            const isWhole = kept?.chain?.every((one) => !removed.has(one)) === true;
            expect(chainOf(tables, String(asked), nowMs)).toEqual(isWhole ? kept.chain?.map(String) : null);
          }
        }
        expect(results.map(([given]) => given)).toEqual(results.map(([, expected]) => expected));
      }),
    );
  });

  it('goes on from the newest of two answers with one id, and never in a circle', () => {
    const tables = new ResponseTables(openSqlite());
    for (const output of ['[1]', '[2]', '[3]']) tables.add(answer('same', { previousId: 'same', output: encode(output) }), NEVER);
    expect(chainOf(tables, 'same')).toBeNull(); // the first one goes on from an answer that was never kept
    tables.add(answer('first'), NEVER);
    for (const output of ['[1]', '[2]']) tables.add(answer('first', { previousId: 'first', output: encode(output) }), NEVER);
    expect(chainOf(tables, 'first')).toEqual(['["out first"]', '[1]', '[2]']);
  });

  it('reads texts and items of any length as they were written, across pieces', () => {
    const tables = new ResponseTables(openSqlite());
    const long = `é${'😀'.repeat(700_000)}`;
    const [open, item] = ['["x",', JSON.stringify({ id: 'msg_1', text: long })];
    const [start, bytes] = [encode(open).length, encode(item).length];
    const items = [{ id: 'msg_1', list: 'output' as const, start, bytes }];
    tables.add(answer('one', { output: encode(`${open}${item}]`), items }), NEVER);
    tables.add(answer('two'), NEVER);
    const row = tables.find('one', 0);
    expect(row).toMatchObject({ depth: 1, failed: 0 });
    expect(decode(tables.read(row?.seq ?? 0, 'output'))).toBe(`${open}${item}]`);
    const place = tables.findItem('msg_1', 0);
    expect(place).toEqual({ seq: row?.seq, list: 'output', start, bytes });
    expect(place !== null && decode(tables.readItem(place)) === item).toBe(true);
    expect(tables.findItem('one', 0)).toBeNull();
    expect(tables.find('msg_1', 0)).toBeNull();
    expect(tables.removeNamed('one', 0)).toBe(true);
    expect(tables.findItem('msg_1', 0)).toBeNull();
    expect(chainOf(tables, 'two')).toEqual(['["out two"]']);
  });

  it('keeps the newest answers within the bytes of an account, also after it is opened again', () => {
    const sql = openSqlite();
    const bytes = ROW_BYTES + encode('{"id":"0"}["in 0"]["out 0"]').length;
    const maxBytes = 5 * bytes;
    for (let count = 0; count < 10; count++) new ResponseTables(sql).add(answer(String(count)), { ...NEVER, maxBytes });
    const kept = Array.from({ length: 10 }, (_, count) => chainOf(new ResponseTables(sql), String(count)) !== null);
    expect(kept).toEqual([...Array<boolean>(6).fill(false), true, true, true, true]);
  });

  it('counts no bytes of a transaction that was not written', () => {
    const sql = openSqlite();
    const tables = new ResponseTables(sql);
    const maxBytes = 3 * ROW_BYTES;
    tables.add(answer('kept'), { ...NEVER, maxBytes });
    for (let time = 0; time < 5; time++) {
      sql.exec('BEGIN');
      tables.add(answer('lost'), NEVER);
      sql.exec('ROLLBACK');
      tables.reload();
    }
    tables.add(answer('next'), { ...NEVER, maxBytes });
    expect([tables.find('kept', 0), tables.find('lost', 0)]).toEqual([expect.anything(), null]);
  });
});

/** The newest answer of the model with an id, where it has not expired. */
const find = (model: readonly Kept[], wanted: number, nowMs: number) =>
  model.findLast((kept) => kept.id === wanted && kept.expiresMs > nowMs);
