/**
 * Errors of providers in their own words. Each list is written by hand from what the vendor documents, from its SDK, or from what users
 * report in public issues (read 2026-11-30 unless a source says otherwise); ids and keys in them are shortened.
 */
import type { ErrorMeaning } from '../../src/unified/meaning.ts';

/** One error of a provider, and what must follow. */
export type ErrorCase = {
  meaning: ErrorMeaning;
  /** HTTP status. */
  status: number;
  /** An object is sent as JSON, a text as it is. */
  body: unknown;
  /** Issue (`owner/repository#number`), file, SDK or page. */
  source: string;
  headers?: Readonly<Record<string, string>>;
  /** `stream`: the body is a stream of server-sent events, and a stream is asked for. */
  as?: 'stream';
  /** What the client gets where it is not the rule of the meaning. */
  told?: { status?: number; type?: string; retryable?: boolean; retryAfter?: number };
};

type More = Pick<ErrorCase, 'headers' | 'as' | 'told'>;

/** A case. */
export const error = (meaning: ErrorMeaning, status: number, body: unknown, source: string, more: More = {}): ErrorCase => ({
  meaning,
  status,
  body,
  source,
  ...more,
});

/** A status that a vendor documents without the words of the error: only the status has a meaning. */
export const statusOnly = (meaning: ErrorMeaning, status: number, source: string, more?: More): ErrorCase =>
  error(meaning, status, {}, source, more);

/** The data of one server-sent event. */
export const event = (payload: unknown, name = ''): string =>
  `${name === '' ? '' : `event: ${name}\n`}data: ${typeof payload === 'string' ? payload : JSON.stringify(payload)}\n\n`;
