/** Collects what only the Messages format can express while a body is read. */
import type { JsonObject } from '../../../lib/json.ts';
import { createAdjustmentLog, type AdjustmentLog } from '../../../unified/adjustment-log.ts';
import { show } from '../../../unified/request/explain-issue.ts';
import type { NativeOnly } from '../../../unified/request/request.ts';
import { wrongValue } from '../../shared/read-fields.ts';

/** What happens to parts of a body at an upstream of another format. Each kind of change is told once. */
export type ReadReport = {
  readonly nativeOnly: NativeOnly[];
  /** Refuses the request there. @param reason a sentence without its end. */
  refuse(param: string, reason: string): void;
  /** Leaves it out there. */
  drop(param: string, reason: string): void;
  /** Sends something else there. */
  emulate(param: string, reason: string): void;
  /** For readers that report changes as adjustments. */
  readonly log: Pick<AdjustmentLog, 'add'>;
};

/** Creates an empty report. */
export function createReport(): ReadReport {
  const nativeOnly: NativeOnly[] = [];
  const known = createAdjustmentLog();
  const add = (entry: NativeOnly) => {
    const count = known.adjustments.length;
    known.add({ param: entry.param, action: entry.otherwise === 'drop' ? 'dropped' : 'emulated', reason: entry.reason });
    if (known.adjustments.length > count) nativeOnly.push(entry);
  };
  return {
    nativeOnly,
    refuse: (param, reason) => add({ param, otherwise: 'refuse', reason }),
    drop: (param, reason) => add({ param, otherwise: 'drop', reason }),
    emulate: (param, reason) => add({ param, otherwise: 'emulate', reason }),
    log: { add: ({ param, reason }) => add({ param, otherwise: 'emulate', reason }) },
  };
}

/** Reports the fields of an object that are not read. @param known names of those that are, with blanks between them. */
export function dropOthers({ report, value, path }: { report: ReadReport; value: JsonObject; path: string }, known: string): void {
  const names = known.split(' ');
  for (const [field, given] of Object.entries(value))
    if (given != null && !names.includes(field)) report.drop(`${path}.${field}`, 'only Anthropic may know such a field');
}

/**
 * Refuses a value that this format does not have yet: only an upstream of the format can decide about it.
 *
 * @param expected what follows "expected".
 * @throws RouterError for a value that is no text.
 */
export function refuseUnknown(report: ReadReport, { value, path }: { value: unknown; path: string }, expected: string): void {
  if (typeof value !== 'string') throw wrongValue(path, value, expected);
  report.refuse(path, `${show(value)} has a meaning at Anthropic only; expected ${expected}`);
}
