/**
 * The client of the fault table: asks the router once, reads the answer byte by byte, and says what it got and what was wrong with
 * its form. What it should have got is the table's business.
 */
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { complaintsAboutError, complaintsAboutUsage, createStreamReader, type Chunk, type ErrorObject, type Metadata } from './grammar.ts';

/**
 * How an answer ended: `whole`; `error` = an HTTP error before the first byte; `broken` = a typed error in the stream; `lost` = none of
 * these, which is what must never be; `left` = the client disconnected, as the row demands.
 */
type End = 'whole' | 'error' | 'broken' | 'lost' | 'left';

/** What came of one request. */
export type Got = {
  end: End;
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  finishReason: string | null;
  error: ErrorObject | null;
  metadata: Metadata | null;
  /** As the body or the chunks say. */
  /** Who began the answer, and who finished it. */
  provider: string | null;
  finisher: string | null;
  completionTokens: number | null;
  /** Broken rules of form. */
  complaints: string[];
  /** From sending to the end, in milliseconds. */
  tookMs: number;
};

/** When a client goes away by itself: so long after it asked, or with the first content. */
export type DisconnectPoint = { afterMs: number } | 'with the first content';

/** Longest wait for an answer, in milliseconds. */
const LIMIT_MS = 15_000;

/** Asks for a chat completion. */
export async function ask(routerUrl: string, body: object, leaving: DisconnectPoint | null): Promise<Got> {
  const startMs = performance.now();
  const got = await exchange(routerUrl, body, leaving);
  return { ...got, tookMs: Math.round(performance.now() - startMs) };
}

function exchange(routerUrl: string, body: object, leaving: DisconnectPoint | null): Promise<Got> {
  const reader = createStreamReader();
  const bytes: number[] = [];
  let answer: IncomingMessage | null = null;
  return new Promise((resolve) => {
    const timers: NodeJS.Timeout[] = [];
    function close(how: 'complete' | 'cut' | 'left'): void {
      timers.forEach(clearTimeout);
      resolve(how === 'left' ? left() : judge(answer, how === 'complete', Buffer.from(bytes), reader));
      outgoing.destroy();
    }
    /** With a reset: a mere end of the connection shows only when the router writes the next time. */
    function leave(): void {
      outgoing.socket?.resetAndDestroy();
      close('left');
    }
    const outgoing = request(`${routerUrl}/v1/chat/completions`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', 'x-openrouter-metadata': 'enabled' },
    });
    outgoing.on('error', () => close('cut'));
    outgoing.once('response', (response) => {
      answer = response;
      const isStream = isEventStream(response.headers);
      response.on('data', (piece: Buffer) => {
        for (const byte of piece) {
          bytes.push(byte);
          if (isStream) reader.push(byte);
        }
        if (leaving === 'with the first content' && reader.text() !== '') leave();
      });
      response.once('end', () => close(response.complete ? 'complete' : 'cut'));
      response.on('error', () => close('cut'));
      response.once('aborted', () => close('cut'));
    });
    timers.push(setTimeout(() => close('cut'), LIMIT_MS));
    if (leaving !== null && leaving !== 'with the first content') timers.push(setTimeout(leave, leaving.afterMs));
    outgoing.end(JSON.stringify(body));
  });
}

const isEventStream = (headers: IncomingHttpHeaders) => (headers['content-type'] ?? '').startsWith('text/event-stream');

const NOTHING: Got = {
  end: 'lost',
  status: 0,
  headers: {},
  text: '',
  finishReason: null,
  error: null,
  metadata: null,
  provider: null,
  finisher: null,
  completionTokens: null,
  complaints: [],
  tookMs: 0,
};

const left = (): Got => ({ ...NOTHING, end: 'left' });

function judge(answer: IncomingMessage | null, complete: boolean, bytes: Buffer, reader: ReturnType<typeof createStreamReader>): Got {
  if (answer === null) return { ...NOTHING, complaints: ['no answer at all'] };
  const status = answer.statusCode ?? 0;
  const { headers } = answer;
  const raw = bytes.toString('utf8');
  const complaints = [
    ...(complete ? [] : ['the connection was cut, or never ended']),
    ...(raw.includes('canary') || JSON.stringify(headers).includes('canary')
      ? ['a key of the router, or an address it must not know']
      : []),
    ...(raw.includes('\uFFFD') ? ['a broken character'] : []),
    ...(String(headers['x-generation-id']).startsWith('gen-') ? [] : ['no x-generation-id']),
  ];
  const base = { ...NOTHING, status, headers };
  const got = isEventStream(headers) ? judgeStream(base, reader) : judgeDocument(base, raw);
  const all = [...complaints, ...got.complaints];
  return { ...got, end: complete ? got.end : 'lost', complaints: all };
}

function judgeStream(base: Got, reader: ReturnType<typeof createStreamReader>): Got {
  reader.end();
  const { chunks } = reader;
  const last = chunks.at(-1);
  const reasons = chunks.flatMap(({ choices }) => (choices ?? []).map(({ finish_reason: reason }) => reason ?? null));
  return {
    ...base,
    end: reader.done() ? 'whole' : last?.error === undefined ? 'lost' : 'broken',
    text: reader.text(),
    finishReason: reasons.findLast((reason) => reason !== null) ?? null,
    error: last?.error ?? null,
    metadata: last?.openrouter_metadata ?? null,
    provider: chunks[0]?.provider ?? null,
    finisher: last?.provider ?? null,
    completionTokens: last?.usage?.completion_tokens ?? null,
    complaints: [...(base.status === 200 ? [] : [`a stream with HTTP ${base.status}`]), ...reader.complaints],
  };
}

type Document = Omit<Chunk, 'choices'> & { choices?: { message?: { content?: string | null }; finish_reason?: string }[] };

function judgeDocument(base: Got, raw: string): Got {
  const type = String(base.headers['content-type']);
  const complaints = type.startsWith('application/json') ? [] : [`content-type ${type}`];
  let document: Document;
  try {
    document = JSON.parse(raw) as Document;
  } catch {
    return { ...base, complaints: [...complaints, `a body that is no JSON: ${raw.slice(0, 80)}`] };
  }
  if (base.status !== 200) {
    return { ...base, end: 'error', error: document.error ?? null, complaints: [...complaints, ...complaintsAboutRefusal(base, document)] };
  }
  const [choice, ...more] = document.choices ?? [];
  if (choice === undefined || more.length > 0) complaints.push(`${document.choices?.length ?? 0} choices`);
  if (document.error !== undefined) complaints.push('an error under HTTP 200');
  return {
    ...base,
    end: 'whole',
    text: choice?.message?.content ?? '',
    finishReason: choice?.finish_reason ?? null,
    metadata: document.openrouter_metadata ?? null,
    provider: document.provider ?? null,
    finisher: document.provider ?? null,
    completionTokens: document.usage?.completion_tokens ?? null,
    complaints: [...complaints, ...complaintsAboutUsage(document.usage)],
  };
}

/** An HTTP error: its status is its code, and its headers tell a retry loop the same as its body. */
function complaintsAboutRefusal({ status, headers }: Got, { error }: Document): string[] {
  const retryable = error?.metadata?.retryable;
  const advised = /^[1-9]\d*$/.test(headers['retry-after'] ?? '');
  return [
    ...complaintsAboutError(error),
    ...(error?.code === status ? [] : [`HTTP ${status} with error.code ${error?.code}`]),
    ...(retryable === advised ? [] : [`retryable ${retryable}, Retry-After ${headers['retry-after']}`]),
    ...(retryable === (headers['x-should-retry'] !== 'false')
      ? []
      : [`retryable ${retryable}, x-should-retry ${headers['x-should-retry']}`]),
  ];
}
