/**
 * Parses when a provider may be called again, in every form that providers use. It feeds failover, keys, health and the client's
 * `Retry-After`. The current time is passed in.
 */

/** Longest wait that is returned, in seconds: one day. */
const MAX_SECONDS = 86_400;

/** Numbers from these are seconds, or milliseconds, since 1970: from the years 2001 and 1973. */
const [EPOCH_SECONDS, EPOCH_MS] = [1e9, 1e11];

/** `1d`, `17h2m`, `1m30s`, `7m12.5s`, `6ms`, `34.4s`. */
const DURATION = /^(?:([\d.]+)d)?(?:([\d.]+)h)?(?:([\d.]+)m(?!s))?(?:([\d.]+)s)?(?:([\d.]+)ms)?$/;

/** Matches a date of HTTP or RFC 3339: it has a year and a time of day. */
const DATE = /\d{4}.*\d:\d\d/;

const UNIT_SECONDS = [86_400, 3600, 60, 1, 0.001] as const;

/**
 * Returns the seconds until a time: given as seconds (also fractions), a duration such as `1m30s`, a date of HTTP or RFC 3339, or seconds or
 * milliseconds since 1970.
 *
 * @returns a whole number from 1 to 86,400; null when the value is none of these.
 */
export function secondsUntil(value: string | number, nowMs: number): number | null {
  const seconds = readSeconds(String(value).trim(), nowMs);
  return Number.isFinite(seconds) ? Math.min(Math.max(1, Math.ceil(seconds)), MAX_SECONDS) : null;
}

function readSeconds(text: string, nowMs: number): number {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const number = Number(text);
    return number < EPOCH_SECONDS ? number : (number < EPOCH_MS ? number * 1000 : number) / 1000 - nowMs / 1000;
  }
  const units = text === '' ? null : DURATION.exec(text.toLowerCase());
  if (units !== null) return UNIT_SECONDS.reduce((sum, unit, index) => sum + Number(units[index + 1] ?? 0) * unit, 0);
  return DATE.test(text) ? (Date.parse(text) - nowMs) / 1000 : Number.NaN;
}

/** Matches a time in a message: "Please try again in 7m12.5s", "retry after 20 seconds", "wait 3 minutes". */
const IN_WORDS =
  /(?:(?:try|retry)(?: your request)?(?: again)?(?: in| after)|retry in|wait(?: for)?)[: ]+(?:about |approximately )?((?:[\d.]+ ?(?:ms|milliseconds?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|[dhms])(?![a-z]) ?)+|[\d.]+(?= ?$|[.,;]))/;

/** Returns the seconds to wait in a sentence; null when it contains none. */
export function secondsInText(text: string): number | null {
  const found = IN_WORDS.exec(text.toLowerCase())?.[1];
  if (found === undefined) return null;
  const short = found
    .replace(/\s/g, '')
    .replace(/milliseconds?/g, 'ms')
    .replace(/(\d)(d|h|m|s)(?:ays?|ours?|rs?|inutes?|ins?|econds?|ecs?)/g, '$1$2')
    .replace(/\.$/, '');
  return secondsUntil(short, 0);
}
