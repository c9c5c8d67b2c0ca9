/**
 * An upstream's answer as batches of events, one batch per network read, whatever form it has: a stream, a JSON body where a stream
 * was asked, a stream where a body was asked. Which it is, its first character says; content types lie. One outstanding read at a
 * time, so a reader that waits makes the upstream wait.
 */
import type { Decoder, DecoderOptions, Framing, UpstreamDialect } from '../dialects/dialect.ts';
import type { Limits } from '../ports.ts';
import { RouterError } from '../unified/error.ts';
import type { EventSource } from '../stream/event-source.ts';
import type { StreamEvent } from '../unified/event.ts';
import { parseJson } from '../unified/json.ts';
import { createFramer, type Framer } from './framing/framer.ts';
import { readBounded } from './read-bounded.ts';

/** Bytes in, events out. */
type ByteReader = { push(bytes: Uint8Array): StreamEvent[]; end(): StreamEvent[] };

/** Reads a 2xx answer. */
export function readAnswer(response: Response, dialect: UpstreamDialect, options: DecoderOptions, limits: Limits): EventSource {
  const { body } = response;
  if (body === null) return { read: () => Promise.resolve(null), cancel: () => undefined };
  const reader = body.getReader();
  let source: ByteReader | null = null;
  let over = false;

  return {
    async read() {
      if (over) return null;
      const { done, value } = await reader.read();
      if (!done) {
        const isDocument = source === null ? opensDocument(value, framingOf(dialect)) : null;
        if (source === null && isDocument === null) return []; // nothing but spaces so far
        source ??=
          isDocument === true
            ? createBodyReader(dialect, options, limits.answerBytes)
            : createStreamReader(dialect, options, limits.eventCharacters);
        return source.push(value);
      }
      over = true;
      return source?.end() ?? null;
    },
    cancel() {
      over = true;
      // The connection is going away; whether its end was clean interests nobody any more.
      reader.cancel().catch(() => undefined);
    },
  };
}

const framingOf = ({ framing }: UpstreamDialect): Framing => framing ?? 'sse';

const JSON_OPENING = new Set([0x7b, 0x5b, 0x3c]); // { and [ open a document, < opens a page that is none
/** Where the events of a stream are JSON themselves, only a page of a proxy is recognised by how it begins. */
const PAGE_OPENING = new Set([0x3c]);
/** White space, and the bytes of a byte order mark. */
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

/** Whether the first character that is no space opens a document; null when there is none yet. Some hosts send blank lines while they think. */
function opensDocument(bytes: Uint8Array, framing: Framing): boolean | null {
  const first = bytes.find((byte) => !SPACES.has(byte));
  return first === undefined ? null : (framing === 'ndjson' ? PAGE_OPENING : JSON_OPENING).has(first);
}

function createStreamReader(dialect: UpstreamDialect, options: DecoderOptions, maxCharacters: number): ByteReader {
  const framer: Framer = createFramer(framingOf(dialect), maxCharacters);
  const decoder: Decoder = dialect.createDecoder(options);
  const decode = (payloads: string[]) => payloads.flatMap((payload) => decoder.push(payload));
  return { push: (bytes) => decode(framer.push(bytes)), end: () => decode(framer.end()) };
}

function createBodyReader(dialect: UpstreamDialect, options: DecoderOptions, maxBytes: number): ByteReader {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let bytes = 0;
  return {
    push(piece) {
      bytes += piece.byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      pieces.push(decoder.decode(piece, { stream: true }));
      return [];
    },
    end() {
      const text = pieces.join('') + decoder.decode();
      return dialect.decodeBody(parseJson(text) ?? text, options);
    },
  };
}

const tooLarge = (maxBytes: number) =>
  new RouterError('provider_unavailable', `the upstream sent an answer of more than ${maxBytes} bytes`);

/** Reads a whole answer at once, for a client that does not stream: one crossing into the runtime instead of many. */
export function readWholeAnswer(response: Response, dialect: UpstreamDialect, options: DecoderOptions, limits: Limits): EventSource {
  if (/event-?stream/.test(response.headers.get('content-type') ?? '')) return readAnswer(response, dialect, options, limits);
  let over = false;
  return {
    async read() {
      if (over) return null;
      over = true;
      const text = await readBounded(response, limits.answerBytes).catch((thrown: unknown) => {
        throw thrown instanceof RouterError ? tooLarge(limits.answerBytes) : thrown;
      });
      const document = parseJson(text);
      const isStream = framingOf(dialect) === 'ndjson' ? document === null && /^\s*\{/.test(text) : /^\s*(data|event|id|:)/.test(text);
      if (!isStream) return dialect.decodeBody(document ?? text, options);
      const source = createStreamReader(dialect, options, limits.eventCharacters);
      return [...source.push(new TextEncoder().encode(text)), ...source.end()];
    },
    cancel() {
      over = true;
      response.body?.cancel().catch(() => undefined);
    },
  };
}
