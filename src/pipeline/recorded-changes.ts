/**
 * What is recorded of the changes of a request. Clients choose the names of fields and their values, so a record has neither texts nor names that
 * may be texts.
 */
import type { RecordedChange } from '../accounts/generation-record.ts';
import type { ReportedEndpoint } from '../calls/prepare.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import { clientPath } from '../unified/request/client-path.ts';
import { parameterOf, type Operation } from '../unified/request/parameters.ts';

/** Most changes of one answer that are recorded. */
export const MAX_CHANGES = 16;

/** Longest name, in characters. */
const MAX_PARAM_CHARACTERS = 80;

/** A part of a path that is the name of a field of an API. Others may be data. */
const FIELD = /^[a-z_]{1,40}$/i;

/** Returns the first changes that were reported for these endpoints. */
export function changesOf(endpoints: readonly ReportedEndpoint[], operation: Operation): readonly RecordedChange[] {
  const all = endpoints.flatMap(({ adjustments, learned, names }) =>
    [...adjustments, ...learned].slice(0, MAX_CHANGES).map((adjustment) => toChange(adjustment, names, operation)),
  );
  return all.slice(0, MAX_CHANGES);
}

function toChange({ param, action, from, to }: Adjustment, names: ReportedEndpoint['names'], operation: Operation): RecordedChange {
  const [first = ''] = param.split(/[.[]/);
  const isParameter = parameterOf(operation, first) !== undefined;
  return {
    param: toFieldNames(clientPath(names, param)),
    action,
    from: isParameter ? toPlain(from) : null,
    to: isParameter ? toPlain(to) : null,
  };
}

/** A path without indexes, and with `*` for what may be data. */
function toFieldNames(path: string): string {
  return path
    .split(/\[\d*\]\.?|\./)
    .filter((part) => part !== '')
    .map((part) => (FIELD.test(part) ? part : '*'))
    .join('.')
    .slice(0, MAX_PARAM_CHARACTERS);
}

const toPlain = (value: unknown): number | boolean | null => (typeof value === 'number' || typeof value === 'boolean' ? value : null);
