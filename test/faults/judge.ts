/** Checks a case against its row: what the client got, which endpoints were called and when, what was reported. Runs nothing. */
import { piecesOf, TEXT } from './answer-wire.ts';
import type { Got } from './client.ts';
import type { Arrival } from './exchange.ts';
import type { Bounds, Expected, Letter, Row } from './expectation.ts';
import type { Endpoint, ReadyCase } from './harness.ts';

/** Most upstream attempts for one request. */
const MAX_ATTEMPTS = 4;

/** Between the end of one attempt and the next, at another endpoint: at once, as far as a busy machine goes. */
const AT_ONCE_MS: Bounds = [-300, 800];

/** Between the end of one attempt and the next, at the same endpoint: back-off with jitter. */
const AGAIN_MS: Bounds = [-300, 3000];

/** An arrival and where it was. */
export type Visit = Arrival & { letter: Letter };

/** What became of a case. */
export type Verdict = {
  /** What the client got, in the words of the table. */
  got: string;
  /** Upstream attempts as the upstreams saw them, with the time since the first in milliseconds. */
  seen: string;
  /** Empty = as expected. */
  complaints: readonly string[];
};

/** Requests at the upstreams of a case, in order. */
export function visitsOf({ endpoints }: ReadyCase): Visit[] {
  return endpoints
    .flatMap(({ letter, upstream }) => upstream.arrivals.map((arrival) => ({ ...arrival, letter })))
    .sort((one, other) => one.atMs - other.atMs);
}

/**
 * Judges a case whose requests have all been answered and whose upstreams have come to rest.
 *
 * @param slack factor for every time limit of the table, because a busy machine is slow.
 */
export function judge(one: ReadyCase, answers: readonly Got[], slack: number): Verdict {
  const expected = one.row.setups[one.setup];
  const visits = visitsOf(one);
  const sequence = sequenceSeen(one, expected, visits);
  const last = answers.at(-1);
  const complaints = [
    ...answers.flatMap((got) => complaintsAboutAnswer(one, expected, got)),
    ...(sequence !== null ? [] : [`calls to ${lettersOf(visits) || 'no endpoint'}, expected ${expected?.attempts}`]),
    ...complaintsAboutVisits(one, visits, answers.length, slack),
    ...(last === undefined || answers.length > 1 || sequence === null ? [] : complaintsAboutReport(one, last, sequence, visits)),
  ];
  return { got: [...new Set(answers.map(wordsFor))].join(', '), seen: seenOf(visits), complaints: [...new Set(complaints)] };
}

/** What a client got, in the words of the table. */
function wordsFor({ end, error, status }: Got): string {
  if (end === 'error') return `error:${error?.type ?? '?'} ${status}`;
  return end === 'broken' ? `broken:${error?.type ?? '?'}` : end;
}

/** Whether words fit a pattern in which `*` stands for any word. */
function fitsPattern(words: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('\\S+')}$`).test(words);
}

const lettersOf = (visits: readonly Visit[]) => visits.map(({ letter }) => letter).join(' ');

function seenOf(visits: readonly Visit[]): string {
  const [first] = visits;
  return visits.map(({ letter, atMs }) => `${letter}+${Math.round(atMs - (first?.atMs ?? 0))}`).join(' ');
}

/** The expected attempts where the upstreams saw them, else null. An endpoint that is absent sees nothing. */
function sequenceSeen({ endpoints, row }: ReadyCase, expected: Expected | undefined, visits: readonly Visit[]): readonly string[] | null {
  const seen = lettersOf(visits);
  if (expected?.attempts == null) return visits.length <= MAX_ATTEMPTS * (row.repeats ?? 1) ? visits.map(({ letter }) => letter) : null;
  const absent = new Set<string>(endpoints.filter(({ script }) => script.absent !== undefined).map(({ letter }) => letter));
  const sequence = expected.attempts.split(' ');
  return sequence.filter((letter) => !absent.has(letter)).join(' ') === seen ? sequence : null;
}

function complaintsAboutAnswer({ row, mode }: ReadyCase, expected: Expected | undefined, got: Got): string[] {
  const words = wordsFor(got);
  const text = row.text ?? TEXT;
  const complaints = expected?.gets.some((pattern) => fitsPattern(words, pattern)) === true ? [] : [`got ${words}`];
  if (got.end === 'left') return complaints;
  if (got.end === 'whole' && got.text !== text) complaints.push(`not the whole text: ${whereDifferent(got.text, text)}`);
  if (got.end === 'whole' && got.finishReason !== 'stop') complaints.push(`finish reason ${got.finishReason}`);
  // What the router held back of a stop sequence may come out when it breaks off: the upstream did say it.
  const said = row.text === '' ? '' : TEXT;
  if (!said.startsWith(got.text)) complaints.push(`no beginning of the text: ${whereDifferent(got.text, said)}`);
  if (got.end === 'broken' && got.text === '' && text !== '') complaints.push('an error in the stream before any text');
  if (mode === 'body' && got.end === 'broken') complaints.push('a stream for a client that wants a body');
  const { metadata } = got.error ?? {};
  if (row.retryable !== undefined && metadata !== undefined && metadata.retryable !== row.retryable)
    complaints.push(`retryable is ${metadata.retryable}`);
  const seconds = Number(got.headers['retry-after'] ?? Number.NaN);
  if (got.end === 'error' && row.retryAfterSeconds !== undefined && !isWithin(seconds, row.retryAfterSeconds))
    complaints.push(`Retry-After ${seconds}, expected ${row.retryAfterSeconds.join(' to ')}`);
  return [...complaints, ...got.complaints];
}

function whereDifferent(got: string, text: string): string {
  const place = [...got].findIndex((character, index) => character !== [...text][index]);
  const from = Math.max(0, (place < 0 ? Math.min(got.length, text.length) : place) - 12);
  return `at ${from} "${[...got].slice(from, from + 40).join('')}" instead of "${[...text].slice(from, from + 40).join('')}"`;
}

const loosened = ([least, most]: Bounds, slack: number): Bounds => [least, most * slack];

const isWithin = (value: number, [least, most]: Bounds) => value >= least && value <= most;

/** The upstream calls: no canary, no prefill where none is accepted, one question for all, in time, and none left open. */
function complaintsAboutVisits({ row, endpoints, mode }: ReadyCase, visits: readonly Visit[], requests: number, slack: number): string[] {
  const complaints: string[] = [];
  const scriptOf = (letter: Letter) => endpoints.find((endpoint) => endpoint.letter === letter)?.script;
  for (const [index, { letter, path, prefill, body, over }] of visits.entries()) {
    const script = scriptOf(letter);
    const isListed = script?.takesPrefill === true || script?.answers.includes('refuses prefill') === true;
    if (path === '/canary') complaints.push('a redirect was followed');
    if (prefill !== null && !isListed) complaints.push(`a prefill to ${letter}, which is not known to take one`);
    if (prefill !== null && (prefill === '' || !TEXT.startsWith(prefill))) complaints.push(`a prefill that is no beginning: "${prefill}"`);
    if (over === null) complaints.push(`attempt ${index + 1} at ${letter} was still open when all was over`);
    if (body.stream !== undefined && body.stream !== (mode === 'stream')) complaints.push('asked in another mode than the client');
    if (body.messages?.[0] !== undefined && JSON.stringify(body.messages[0]) !== JSON.stringify(visits[0]?.body.messages?.[0]))
      complaints.push('another attempt, another question');
  }
  const last = visits.at(-1);
  if (row.prefilled === true && last?.prefill == null) complaints.push('the last attempt was not continued by prefill');
  if (row.lastOne !== undefined && last?.over !== row.lastOne.over)
    complaints.push(`the last attempt was ${last?.over}, not ${row.lastOne.over}`);
  if (requests > 1) return complaints;
  return [...complaints, ...visits.flatMap((visit, index) => complaintsAboutTime(visit, visits[index + 1], row, slack))];
}

/** `gaveUpMs` is for upstreams that would have been silent for ever: those that the router left before the next attempt. */
function complaintsAboutTime(visit: Visit, next: Visit | undefined, { againMs, gaveUpMs }: Row, slack: number): string[] {
  const complaints: string[] = [];
  const { letter, atMs, over, overAtMs } = visit;
  if (gaveUpMs !== undefined && over === 'left' && overAtMs !== null && visit.behaviour !== 'ok') {
    const waitedMs = Math.round(overAtMs - atMs);
    if (!isWithin(waitedMs, loosened(gaveUpMs, slack)))
      complaints.push(`${letter} was given up after ${waitedMs} ms, expected ${gaveUpMs.join(' to ')}`);
  }
  if (next === undefined || overAtMs === null) return complaints;
  const pauseMs = Math.round(next.atMs - overAtMs);
  const bounds = loosened(next.letter === letter ? (againMs ?? AGAIN_MS) : AT_ONCE_MS, slack);
  if (!isWithin(pauseMs, bounds)) complaints.push(`${pauseMs} ms between ${letter} and ${next.letter}, expected ${bounds.join(' to ')}`);
  return complaints;
}

/** What the answer reports: how many attempts, to which endpoints, which one served. */
function complaintsAboutReport(
  { mode, endpoints, row, setup }: ReadyCase,
  got: Got,
  sequence: readonly string[],
  visits: readonly Visit[],
): string[] {
  if (got.end === 'left' || got.end === 'lost') return [];
  const complaints: string[] = [];
  const endpointOf = (letter: string | undefined): Endpoint | undefined => endpoints.find((endpoint) => endpoint.letter === letter);
  const names = sequence.map((letter) => endpointOf(letter)?.name);
  // The headers of a stream left with the first content: they know what had been tried by then, and who said it.
  const inStream = mode === 'stream' && (got.end === 'whole' || got.end === 'broken');
  const counted = Number(got.headers['x-tributary-attempts']);
  const possible = inStream ? committedAt(sequence, visits, endpoints) : [sequence.length];
  const committed = possible.find((count) => count === counted) ?? possible[0] ?? sequence.length;
  const server = endpointOf(sequence[committed - 1]);
  if (counted !== committed) complaints.push(`x-tributary-attempts ${counted}, expected ${committed}`);
  if (got.end === 'error' || got.end === 'broken') {
    const { provider_name: blamed, attempts } = got.error?.metadata ?? {};
    // Where any attempts are accepted, the first cause is not known.
    if (blamed !== endpointOf('A')?.name && row.setups[setup]?.attempts != null)
      complaints.push(`blames ${blamed}, and the first cause was at ${endpointOf('A')?.name}`);
    if (names.length > 1 && !isSame(attempts, names)) complaints.push(`error.metadata.attempts is ${JSON.stringify(attempts)}`);
  } else {
    if (got.provider !== server?.name) complaints.push(`provider ${got.provider}, expected ${server?.name}`);
    if (got.finisher !== names.at(-1)) complaints.push(`finished by ${got.finisher}, expected ${names.at(-1)}`);
    if (!isSame(got.metadata?.attempts, names))
      complaints.push(`openrouter_metadata.attempts is ${JSON.stringify(got.metadata?.attempts)}`);
    const isSimple = sequence.length === 1 && got.text === TEXT;
    if (isSimple && got.completionTokens !== piecesOf(TEXT).length) complaints.push(`${got.completionTokens} completion tokens`);
  }
  if (got.end !== 'error' && got.headers['x-tributary-provider'] !== server?.slug)
    complaints.push(`x-tributary-provider ${got.headers['x-tributary-provider']}, expected ${server?.slug}`);
  return complaints;
}

const isSame = (attempts: readonly { provider?: string }[] | undefined, names: readonly (string | undefined)[]) =>
  JSON.stringify(attempts?.map(({ provider }) => provider)) === JSON.stringify(names);

/** How many attempts there had been when the first content came. Several answers where a reset may have swallowed it. */
function committedAt(sequence: readonly string[], visits: readonly Visit[], endpoints: readonly Endpoint[]): number[] {
  const absent = new Set<string>(endpoints.filter(({ script }) => script.absent !== undefined).map(({ letter }) => letter));
  const waiting = [...visits];
  const possible: number[] = [];
  for (const [index, letter] of sequence.entries()) {
    const visit = absent.has(letter) ? undefined : waiting.shift();
    if (visit?.gaveContent !== true) continue;
    possible.push(index + 1);
    if (!visit.wasReset) break;
  }
  return possible.length === 0 ? [sequence.length] : possible;
}
