/** The report file: JSON lines with every request before it is sent, every exchange, and the result. It is also what a probe continues from. Pure. */
import { isObject, numberOf, parseJson, textOf } from '../../lib/json.ts';
import type { Exchange } from './exchange.ts';

/** First line: what the probe is about. */
export type ReportHead = {
  readonly probe: { readonly provider: string; readonly model: string; readonly operation: string; readonly begun: string };
};
/** A request that is about to be sent, with its worst cost. Without an exchange after it, it counts at that. */
export type SentLine = { readonly sent: { readonly id: string; readonly try: number; readonly at: number; readonly worst_usd: number } };
/** An exchange, and what it cost in USD. */
export type ExchangeLine = { readonly exchange: Exchange; readonly usd: number };
/** The end. */
export type ResultLine = { readonly result: unknown };

/** What a report contains. `openUsd`: worst costs of requests without an answer. */
export type KnownReport = {
  readonly head: ReportHead['probe'] | null;
  readonly exchanges: readonly ExchangeLine[];
  readonly requests: number;
  readonly openUsd: number;
  readonly isFinished: boolean;
};

/** Reads a report. A last line that was cut by a kill is skipped. */
export function readReport(text: string): KnownReport {
  const exchanges: ExchangeLine[] = [];
  const open = new Map<string, number>();
  let head: ReportHead['probe'] | null = null;
  let requests = 0;
  let isFinished = false;
  for (const line of text.split('\n')) {
    const entry = parseJson(line);
    if (!isObject(entry)) continue;
    const { probe, sent, exchange, result } = entry;
    if (isObject(probe)) head = probe as ReportHead['probe'];
    if (isObject(sent)) {
      requests++;
      open.set(keyOf(sent), numberOf(sent['worst_usd']) ?? 0);
    }
    if (isObject(exchange)) {
      open.delete(keyOf(exchange));
      exchanges.push(entry as ExchangeLine);
    }
    isFinished ||= result !== undefined;
  }
  return { head, exchanges, requests, openUsd: [...open.values()].reduce((sum, usd) => sum + usd, 0), isFinished };
}

const keyOf = (entry: Readonly<Record<string, unknown>>): string => `${textOf(entry['id']) ?? ''} ${String(entry['try'])}`;

/** Writes one line. */
export const writeLine = (entry: ReportHead | SentLine | ExchangeLine | ResultLine): string => `${JSON.stringify(entry)}\n`;
