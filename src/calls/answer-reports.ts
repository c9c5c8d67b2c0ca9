/** Adjustments for what happens while an answer is read. Which happens when is `call.ts`. */
import type { Adjustment } from '../unified/adjustment.ts';
import type { Prepared } from './prepare.ts';

/** Most differences that are reported of answers: names of fields are the upstream's to choose. */
const MAX_REPORTED = 50;

/** Reports what happened in an answer: once for all calls to the endpoint. */
export function reportOnce({ learned }: Pick<Prepared, 'learned'>, adjustment: Adjustment): void {
  if (learned.length >= MAX_REPORTED || learned.some(({ reason }) => reason === adjustment.reason)) return;
  learned.push(adjustment);
}

/** A field of an answer that has no place in that of the client. @param why the reason. */
export const droppedField = (provider: string, field: string, why: string): Adjustment => ({
  param: `answer.${field}`,
  action: 'dropped',
  reason: `${provider} sent ${field}: ${why}`,
});

/** An event that could not be read and was left out. */
export const skippedEvent = (provider: string): Adjustment => ({
  param: 'stream',
  action: 'dropped',
  reason: `${provider} sent an event that could not be read; the rest of its answer goes on without it`,
});

/** A finish reason of the router for an answer without one, or with an unknown one. @param native the unknown one; null = none came. */
export const defaultedFinish = (provider: string, reason: string, native: string | null): Adjustment => ({
  param: 'finish_reason',
  action: 'defaulted',
  to: reason,
  reason:
    native === null
      ? `${provider} ended its answer without a finish reason`
      : `${provider} sent a finish reason that is not known ("${native}")`,
});

/** An answer that does not satisfy the schema. @param what its first fault. */
export const formatMissed = (provider: string, what: string): Adjustment => ({
  param: 'response_format',
  action: 'emulated',
  reason: `the answer of ${provider} does not satisfy the schema, or is not known to: ${what}`,
});

/** Choices beyond those asked for. */
export const droppedChoices = (provider: string, asked: number): Adjustment => ({
  param: 'n',
  action: 'dropped',
  reason: `${provider} sent more choices than it was asked for (${asked}); the others are left out`,
});
