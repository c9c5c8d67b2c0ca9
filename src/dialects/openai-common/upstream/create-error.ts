/**
 * Creates a RouterError from an upstream error: the format reads its fields, a table or the HTTP status gives its meaning.
 */
import { collectErrorFacts, type ErrorFacts } from '../../../unified/error-facts.ts';
import { findErrorRow, type ErrorRow } from '../../../unified/error-rows.ts';
import { RouterError, errorTypeOfMeaning, errorTypeOfStatus } from '../../../unified/error.ts';
import type { ErrorType } from '../../../unified/error-type.ts';
import { isWorthRepeating, meaningOfStatus, type ErrorMeaning } from '../../../unified/meaning.ts';
import { SHARED_ROWS, UNCERTAIN_ROWS } from './error-table.ts';

/** Fields of an error that a format reads. */
export type UpstreamErrorFields = {
  message: string;
  /** The code of the error, for `error.metadata.raw.code`. */
  code?: string | null;
  /** The field at fault. */
  param?: string | null;
  /** HTTP status, or the status in the body; null = an error inside an answer without a status. */
  status: number | null;
  /** The whole body, for the meaning. */
  body: unknown;
  /** The error object in it, for the client; absent = the body. */
  error?: unknown;
  /** A more specific type than that of the meaning. */
  type?: ErrorType;
};

/** Creates the error with its meaning. @param rows the table of the format, which contains the shared one. */
export function createUpstreamError(fields: UpstreamErrorFields, rows: readonly ErrorRow[] = SHARED_ROWS): RouterError {
  const { message, code, param, status, body, error = body, type } = fields;
  const facts = collectErrorFacts(body, status, code == null ? [] : [code]);
  const row = limitRow(facts) ?? findErrorRow(rows, facts) ?? uncertainRow(facts);
  const meaning = row?.means ?? meaningWithoutWords(fields);
  const errorType = row?.type ?? closer(type, meaning) ?? errorTypeOfMeaning(meaning, errorTypeOfStatus(status ?? 502));
  return new RouterError(errorType, message, {
    meaning,
    upstream: { facts, body: error, ...(row === undefined ? {} : { row }) },
    ...(param == null ? {} : { param }),
    ...(isWorthRepeating(meaning) ? {} : { retryable: false }),
    raw: code ?? undefined,
  });
}

function meaningWithoutWords({ type, status, param }: UpstreamErrorFields): ErrorMeaning {
  if (type !== undefined) return 'invalid-request';
  // What was not found is what that field names.
  if (status === 404 && param != null && param !== 'model') return 'missing-resource';
  return status === null ? 'provider-fault' : meaningOfStatus(status);
}

/** Returns the more specific type only for an invalid request; otherwise the meaning would be lost. */
const closer = (type: ErrorType | undefined, meaning: ErrorMeaning) => (meaning === 'invalid-request' ? type : undefined);

const ABOVE_LIMIT: ErrorRow = { means: 'above-rate-limit' };

/** "Limit 6000, Requested 9386": a request above the limit itself can never pass, however long the client waits. */
function limitRow({ text }: ErrorFacts): ErrorRow | null {
  const [, limit, requested] = /\blimit:? ([\d,]+).{0,80}?\brequested:? ([\d,]+)/.exec(text) ?? [];
  if (limit === undefined || requested === undefined) return null;
  return numberIn(requested) > numberIn(limit) ? ABOVE_LIMIT : null;
}

const numberIn = (text: string) => Number(text.replaceAll(',', ''));

/** Matches rows that are too general to override a status. They apply only without one. */
const uncertainRow = (facts: ErrorFacts) => (facts.status === null ? findErrorRow(UNCERTAIN_ROWS, facts) : undefined);
