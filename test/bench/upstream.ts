/**
 * The scripted upstream, a process of its own: plays what the model's name says, in the format of the path, from bytes made once. Runs
 * on 127.0.0.1 as a child of the bench and ends with it. Judges nothing: whether a request is a good one, the simulator's tests say.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseModel, type Script } from './script.ts';
import { streamFrames, wholeBody, type Format } from './wire.ts';

type Play = { script: Script; body: Buffer; frames: Buffer[] };

const plays = new Map<string, Play>();

function playOf(format: Format, model: string): Play | null {
  const known = plays.get(`${format} ${model}`);
  if (known !== undefined) return known;
  const script = parseModel(model);
  if (script === null) return null;
  const play = { script, body: wholeBody(format, script), frames: streamFrames(format, script) };
  plays.set(`${format} ${model}`, play);
  return play;
}

/** The model a request names. Found, not parsed: a quote inside a text is escaped, so nothing in a message can look like it. */
function modelIn(body: Buffer): string {
  const key = '"model":"';
  const start = body.indexOf(key);
  return start < 0 ? '' : body.toString('latin1', start + key.length, body.indexOf('"', start + key.length));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer); // a request without an encoding gives buffers
  return Buffer.concat(pieces);
}

/** As fast as the connection takes them. Node joins what is written in one tick, so each chunk has a tick, and a write, of its own. */
function writeFast(response: ServerResponse, frames: readonly Buffer[]): void {
  let next = 0;
  function step(): void {
    if (response.destroyed) return;
    const frame = frames[next++];
    if (frame === undefined) response.end();
    else if (response.write(frame)) process.nextTick(step);
    else response.once('drain', step);
  }
  step();
}

/** What comes before the content leaves with the first of it, what comes after with the last. */
function writePaced(response: ServerResponse, frames: readonly Buffer[], paceMs: number): void {
  let next = 0;
  const write = () => response.write(frames[next++] ?? '');
  write();
  write();
  const timer = setInterval(() => {
    write();
    if (next < frames.length - 1) return;
    clearInterval(timer);
    response.end(frames[next]);
  }, paceMs);
  response.once('close', () => clearInterval(timer));
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const play = playOf((request.url ?? '').endsWith('/messages') ? 'anthropic' : 'openai', modelIn(body));
  if (play === null) {
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"no script in the model name"}}');
  } else if (body.includes('"stream":true')) {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    if (play.script.paceMs === 0) writeFast(response, play.frames);
    else writePaced(response, play.frames, play.script.paceMs);
  } else {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': play.body.length }).end(play.body);
  }
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
// Longer than any run: a connection that is closed while it is being used again would look like a fault of what is measured.
server.keepAliveTimeout = 3_600_000;
server.requestTimeout = 0;
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit(0));
// The bench ends it: if it went first, with a signal to all of them, its absence would look like a fault of what is measured.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
