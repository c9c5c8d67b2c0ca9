/** Upstream that answers with scripted replies and keeps every request. It speaks all formats of `formats.ts`, each below its own path. */
import { bodyOf, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { FORMATS, type FormatName } from './formats.ts';
import type { Reply } from './reply.ts';

/** One request to the upstream. */
export type Received = { format: FormatName; path: string; text: string };

/** The upstream of one scenario. */
export type ScriptedUpstream = OwnUpstream & { received: Received[]; script(replies: readonly Reply[]): void };

const BUSY = JSON.stringify({ type: 'error', error: { type: 'rate_limit_error', message: 'Too many requests.' } });

/** Serves on a free port. Replies are given in order; the last one is repeated. */
export async function serveUpstream(): Promise<ScriptedUpstream> {
  const received: Received[] = [];
  let replies: readonly Reply[] = [];
  let next = 0;
  const server = await listen(async (request, response) => {
    const [, format = '', ...rest] = (request.url ?? '').split('/');
    const path = rest.join('/');
    const text = await bodyOf(request);
    if (!isFormat(format)) return void response.writeHead(404).end();
    received.push({ format, path, text });
    const reply = replies[Math.min(next++, replies.length - 1)];
    if (reply === undefined) return void response.writeHead(500).end('no reply is scripted');
    const writer = FORMATS[format];
    if (reply.kind === 'busy') {
      return void response.writeHead(429, { 'content-type': 'application/json', 'retry-after': String(reply.afterS) }).end(BUSY);
    }
    if (reply.kind === 'overflow' || reply.kind === 'spent') {
      const { status, body } = writer.error(reply);
      return void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }
    if (!writer.isStream(JSON.parse(text) as Record<string, unknown>, path)) {
      response.writeHead(200, { 'content-type': 'application/json' });
      const whole = JSON.stringify(writer.body(reply));
      return void (reply.kind === 'cut' ? response.write(whole.slice(0, 20), () => response.destroy()) : response.end(whole));
    }
    response.writeHead(200, STREAM_HEADERS);
    response.write(writer.stream(reply), () => (reply.kind === 'cut' ? response.destroy() : response.end()));
  });
  return {
    ...server,
    received,
    script(given) {
      received.length = 0;
      next = 0;
      replies = given;
    },
  };
}

const isFormat = (name: string): name is FormatName => Object.hasOwn(FORMATS, name);
