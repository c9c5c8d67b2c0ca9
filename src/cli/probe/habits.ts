/** Reads the habits of a provider from raw exchanges: frames of streams, places of usage, finish reasons, the shape of errors. Pure. */
import { isObject, parseBounded } from '../../lib/json.ts';
import type { Exchange, RawResponse } from './exchange.ts';

/** The habits of a stream. */
type StreamHabits = {
  /** Ids of the exchanges that show them. */
  readonly evidence: readonly string[];
  readonly contentType: string | null;
  /** `lf`, `crlf` or `mixed`. */
  readonly lineEnds: 'lf' | 'crlf' | 'mixed';
  /** Comments between events, such as `: keep-alive`. */
  readonly comments: readonly string[];
  /** Names of events, in the order of their first use. */
  readonly eventNames: readonly string[];
  readonly endsWithDone: boolean;
  /** The first payload has a role and no text. */
  readonly opensWithRole: boolean;
  /** Some payload has an empty list of choices. */
  readonly hasEmptyChoices: boolean;
  /** Where usage is. */
  readonly usage: readonly UsagePlace[];
  readonly payloads: number;
};

/** A place of usage. `path`: of the field; `at`: the payloads that have it. */
type UsagePlace = { readonly path: string; readonly at: 'every' | 'first' | 'last' | 'last choice' | 'between' };

/** The habits of a provider. `streamAsked`: with `stream_options.include_usage`. Null = not observed. */
export type Habits = {
  readonly stream: StreamHabits | null;
  readonly streamAsked: StreamHabits | null;
  /** Places of usage in whole answers. */
  readonly bodyUsage: readonly string[];
  readonly finishReasons: readonly string[];
  readonly streamFinishReasons: readonly string[];
  /** Fields of the bodies of errors, by status. */
  readonly errors: readonly ErrorShape[];
  /** An error in answer to a request for a stream: before it (an HTTP error), or inside it. Null = not observed. */
  readonly streamError: { readonly where: 'before' | 'inside'; readonly fields: readonly string[]; readonly evidence: string } | null;
};

/** The shape of an error. */
type ErrorShape = { readonly status: number; readonly fields: readonly string[]; readonly evidence: string };

/** Reads the habits. */
export function readHabits(exchanges: readonly Exchange[]): Habits {
  const answered = exchanges.flatMap((exchange) => (exchange.response === null ? [] : [{ exchange, response: exchange.response }]));
  const good = answered.filter(({ response }) => response.status < 300 && response.isBase64 !== true);
  const streams = good.filter(({ exchange }) => exchange.request.stream && !hasError(exchange));
  const bodies = good.filter(({ exchange }) => !exchange.request.stream).map(({ response }) => parseBounded(response.body));
  const errors = answered.filter(({ response }) => response.status >= 400);
  const failed = answered.find(({ exchange, response }) => exchange.request.stream && (response.status >= 400 || hasError(exchange)));
  return {
    stream: streamHabits(streams.filter(({ exchange }) => !asksUsage(exchange))),
    streamAsked: streamHabits(streams.filter(({ exchange }) => asksUsage(exchange))),
    bodyUsage: [...new Set(bodies.flatMap((body) => usagePaths(body)))],
    finishReasons: [...new Set(bodies.flatMap(finishReasons))],
    streamFinishReasons: [...new Set(streams.flatMap(({ response }) => payloadsOf(response.body).flatMap(finishReasons)))],
    errors: shapesOf(errors),
    streamError:
      failed === undefined
        ? null
        : {
            where: failed.response.status >= 400 ? 'before' : 'inside',
            fields:
              failed.response.status >= 400
                ? keysOf(parseBounded(failed.response.body))
                : [...new Set(payloadsOf(failed.response.body).filter(isFailure).flatMap(keysOf))],
            evidence: failed.exchange.id,
          },
  };
}

const asksUsage = ({ request }: Exchange): boolean => isObject(request.body) && isObject(request.body['stream_options']);

const isFailure = (payload: unknown): boolean => isObject(payload) && (payload['error'] !== undefined || payload['type'] === 'error');

const hasError = ({ response }: Exchange): boolean => response !== null && payloadsOf(response.body).some(isFailure);

/** One shape for each status and set of fields. */
function shapesOf(errors: readonly { exchange: Exchange; response: RawResponse }[]): ErrorShape[] {
  const shapes = errors.map(({ exchange, response }) => ({
    status: response.status,
    fields: keysOf(parseBounded(response.body)),
    evidence: exchange.id,
  }));
  return [...new Map(shapes.toReversed().map((shape) => [`${shape.status} ${shape.fields.join()}`, shape])).values()].toReversed();
}

/** Paths of all fields, two levels deep: `error.message`. */
function keysOf(body: unknown): string[] {
  if (!isObject(body)) return [];
  return Object.entries(body).flatMap(([key, value]) => (isObject(value) ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key]));
}

/** Fields that hold counts of tokens. */
const USAGE_KEY = /usage|_eval_count$|^tokens$/i;

/** Paths of usage in a payload; numbers in lists are left out. */
function usagePaths(payload: unknown, path = '', depth = 0): string[] {
  if (!isObject(payload) || depth > 4) return [];
  return Object.entries(payload).flatMap(([key, value]) => {
    const own = path === '' ? key : `${path}.${key}`;
    if (USAGE_KEY.test(key) && value !== null) return [own];
    return usagePaths(value, own, depth + 1);
  });
}

const FINISH_KEY = /^(finish_?reason|stop_?reason|done_reason)$/i;

/** Finish reasons in a payload, as the provider calls them. */
function finishReasons(payload: unknown): string[] {
  if (Array.isArray(payload)) return payload.flatMap(finishReasons);
  if (!isObject(payload)) return [];
  return Object.entries(payload).flatMap(([key, value]) =>
    FINISH_KEY.test(key) ? (typeof value === 'string' ? [value] : []) : finishReasons(value),
  );
}

/** Payloads of a text stream: of SSE, or lines of JSON. */
function payloadsOf(body: string): unknown[] {
  return body.split(/\r\n|\n|\r/).flatMap((line) => {
    const data = line.startsWith('data:') ? line.slice('data:'.length).trim() : line;
    const payload = data.startsWith('{') ? parseBounded(data) : null;
    return payload === null ? [] : [payload];
  });
}

function streamHabits(streams: readonly { exchange: Exchange; response: RawResponse }[]): StreamHabits | null {
  const [first] = streams;
  if (first === undefined) return null;
  const { body, headers } = first.response;
  const lines = body.split(/\r\n|\n|\r/);
  const payloads = payloadsOf(body);
  const withCrlf = body.split('\r\n').length - 1;
  const plain = body.split('\n').length - 1 - withCrlf;
  const after = (name: string) => lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length).trim());
  return {
    evidence: streams.map(({ exchange }) => exchange.id),
    contentType: headers['content-type'] ?? null,
    lineEnds: withCrlf > 0 && plain > 0 ? 'mixed' : withCrlf > 0 ? 'crlf' : 'lf',
    comments: [...new Set(after(':'))],
    eventNames: [...new Set(after('event:'))],
    endsWithDone: after('data:').at(-1) === '[DONE]',
    opensWithRole: opensWithRole(payloads[0]),
    hasEmptyChoices: payloads.some((payload) => isObject(payload) && Array.isArray(payload['choices']) && payload['choices'].length === 0),
    usage: usagePlaces(payloads),
    payloads: payloads.length,
  };
}

function opensWithRole(payload: unknown): boolean {
  const [choice] = isObject(payload) && Array.isArray(payload['choices']) ? (payload['choices'] as unknown[]) : [];
  const delta = isObject(choice) ? choice['delta'] : undefined;
  return (
    isObject(delta) &&
    typeof delta['role'] === 'string' &&
    (delta['content'] === '' || delta['content'] === null || delta['content'] === undefined)
  );
}

function usagePlaces(payloads: readonly unknown[]): UsagePlace[] {
  const pathsOf = payloads.map((payload) => usagePaths(payload));
  return [...new Set(pathsOf.flat())].map((path) => {
    const at = pathsOf.flatMap((paths, index) => (paths.includes(path) ? [index] : []));
    const last = payloads.length - 1;
    if (at.length === payloads.length && at.length > 1) return { path, at: 'every' };
    if (at[0] === 0 && at.length === 1 && last > 0) return { path, at: 'first' };
    if (at.includes(last)) return { path, at: endsChoice(payloads[last]) ? 'last choice' : 'last' };
    return { path, at: 'between' };
  });
}

const endsChoice = (payload: unknown): boolean => finishReasons(payload).length > 0;

/** One line for each habit, for a table. */
export function describeHabits(habits: Habits): { habit: string; seen: string }[] {
  const list = (entries: readonly string[]) => (entries.length === 0 ? 'none' : entries.join(', '));
  const usage = ({ usage: places }: StreamHabits) => list(places.map(({ path, at }) => `${path} (${at})`));
  const { stream, streamAsked, streamError } = habits;
  const rows = [
    { habit: 'finish reasons', seen: list([...new Set([...habits.finishReasons, ...habits.streamFinishReasons])]) },
    { habit: 'usage in answers', seen: list(habits.bodyUsage) },
    ...(stream === null ? [] : [{ habit: 'usage in streams', seen: usage(stream) }, ...streamRows(stream)]),
    ...(streamAsked === null ? [] : [{ habit: 'usage in streams that ask for it', seen: usage(streamAsked) }]),
    ...habits.errors.map(({ status, fields }) => ({ habit: `fields of errors, HTTP ${status}`, seen: list(fields) })),
    ...(streamError === null
      ? []
      : [
          {
            habit: 'error of a stream',
            seen: `${streamError.where === 'before' ? 'an HTTP error before it' : 'inside it'}: ${list(streamError.fields)}`,
          },
        ]),
  ];
  return rows;
}

function streamRows({
  lineEnds,
  comments,
  eventNames,
  endsWithDone,
  opensWithRole,
  hasEmptyChoices,
}: StreamHabits): { habit: string; seen: string }[] {
  const yesNo = (is: boolean) => (is ? 'yes' : 'no');
  return [
    { habit: 'line ends', seen: lineEnds.toUpperCase() },
    { habit: 'comments', seen: comments.length === 0 ? 'none' : comments.map((text) => JSON.stringify(text)).join(', ') },
    { habit: 'names of events', seen: eventNames.length === 0 ? 'none' : eventNames.join(', ') },
    { habit: 'ends with [DONE]', seen: yesNo(endsWithDone) },
    { habit: 'begins with a role', seen: yesNo(opensWithRole) },
    { habit: 'payloads without choices', seen: yesNo(hasEmptyChoices) },
  ];
}
