/**
 * Reads and writes the trace context of HTTP requests: the headers `traceparent` and `tracestate`
 * (https://www.w3.org/TR/trace-context/, Recommendation of 2021-11-23).
 */

/** Where a request stands in the trace of its sender. */
export type TraceParent = {
  /** 32 hexadecimal digits in lower case, not all 0. */
  traceId: string;
  /** The sender's span: 16 hexadecimal digits in lower case, not all 0. */
  spanId: string;
  /** The sender records the trace. */
  isSampled: boolean;
};

/** Longest `tracestate` that is kept, in characters: what the recommendation requires of everyone. A longer one is left out. */
const MAX_STATE_CHARACTERS = 512;

/** Version, trace, span, flags; a version above 00 may have more fields. */
const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** Reads `traceparent`. Null = there is none, or it is not valid: the trace then begins with this request. */
export function readTraceParent(header: string | null): TraceParent | null {
  if (header === null) return null;
  const [, version, traceId = '', spanId = '', flags = '', more] = TRACEPARENT.exec(header.trim()) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** A member of `tracestate`: key, `=` and printable text without `,` and `=`. */
const MEMBER = /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\u0020-\u002b\u002d-\u003c\u003e-\u007e]{0,255}[\u0021-\u002b\u002d-\u003c\u003e-\u007e]$/;

/** Reads `tracestate`. Empty = there is none, it is not valid, or it is longer than 512 characters. */
export function readTraceState(header: string | null): string {
  if (header === null || header.length > MAX_STATE_CHARACTERS) return '';
  const members = header
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  return members.length <= 32 && members.every((member) => MEMBER.test(member)) ? members.join(',') : '';
}

/** Writes `traceparent`. */
export const writeTraceParent = ({ traceId, spanId, isSampled }: TraceParent): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
