/** Whether an error is about a field: by the field that it names, or by its text. Pure. */
import type { Answer } from './trial.ts';

/** True when an error names one of the fields. Spellings with and without underscores are the same, as providers write names in either. */
export function namesField(answer: Extract<Answer, { kind: 'refused' }>, fields: readonly string[]): boolean {
  const wanted = new Set(fields.flatMap((field) => [plain(field), plain(field.split('.').at(-1) ?? field)]));
  const named = [...(answer.param === null ? [] : [answer.param]), answer.message].flatMap((text) => text.split(/[^\w]+/));
  return named.some((word) => word !== '' && wanted.has(plain(word)));
}

const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();
