/** Writes CSV as RFC 4180 has it. */

/** A value of a field. Null is an empty field. */
export type CsvValue = string | number | boolean | null;

/** Text that spreadsheets run as a formula (OWASP, CSV injection, read 2026-12-01). */
const FORMULA = /^[=+\-@\t\r]/;

/** Text that needs quotes. */
const SPECIAL = /[",\r\n]/;

/** One line with its end. Text that begins like a formula gets an apostrophe in front; numbers stay as they are. */
export const csvLine = (values: readonly CsvValue[]): string => `${values.map(toField).join(',')}\r\n`;

function toField(value: CsvValue): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const harmless = FORMULA.test(value) ? `'${value}` : value;
  return SPECIAL.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
