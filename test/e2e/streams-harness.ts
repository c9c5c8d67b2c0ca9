/** Harness of resumable streams: a router with its objects, an upstream whose answers the test writes, and functions that read streams. */
import type { ServerResponse } from 'node:http';
import { OBJECTS, serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, contentFrame, listen, STREAM_HEADERS } from '../support/http-upstream.ts';
import { post, until } from './harness.ts';

/** A call that reached the upstream. The test writes its answer. */
type UpstreamCall = { response: ServerResponse; body: string; isClosed: boolean };

/** Headers of a caller, and of one that asks for a stream that can be resumed. */
export const ONE = { authorization: 'Bearer one' };
export const RESUME = { ...ONE, 'x-tributary-resume': 'true' };

/** A stream that has begun. `stream`: its address. */
type Begun = { call: UpstreamCall; response: Response; stream: string };

/** A router for keys `one` and `two`, and what its upstream received. */
export type StreamsHarness = {
  url: string;
  calls: UpstreamCall[];
  /** Serves another router with the same upstream. */
  serve(variables: Readonly<Record<string, string>>, persist?: string): Promise<ServingOperation>;
  upstreamCall(): Promise<UpstreamCall>;
  /** Begins a stream, up to the text `Begin `. */
  begin(door: { path: string; body: object }, headers?: Readonly<Record<string, string>>, url?: string): Promise<Begun>;
  stop(): Promise<void>;
};

/** Serves both. */
export async function startStreams(): Promise<StreamsHarness> {
  const calls: UpstreamCall[] = [];
  const upstream = await listen(async (request, response) => {
    const call = { response, body: await bodyOf(request), isClosed: false };
    response.on('close', () => (call.isClosed = !response.writableFinished));
    calls.push(call);
  });
  const keys = { ROUTER_API_KEYS: 'one,two', ADMIN_API_KEY: 'admin', GROQ_BASE_URL: upstream.url, GROQ_API_KEY: 'k', JOIN_WRITES_MS: '0' };
  const serve = (variables: Readonly<Record<string, string>>, persist?: string) =>
    serveRouter({ ...keys, ...variables }, { objects: OBJECTS, ...(persist === undefined ? {} : { persist }) });
  const router = await serve({});
  const upstreamCall = () => until('the call upstream', () => calls.at(-1));
  return {
    url: router.url,
    calls,
    serve,
    upstreamCall,
    async begin(door, headers = RESUME, url = router.url) {
      const opened = post(url + door.path, door.body, headers);
      const call = await upstreamCall();
      call.response.writeHead(200, STREAM_HEADERS).write(contentFrame('Begin '));
      const response = await opened;
      return { call, response, stream: url + (response.headers.get('x-tributary-stream') ?? '') };
    },
    async stop() {
      await router.stop();
      await upstream.stop();
    },
  };
}

/** Reads an address as caller `one`. @param after the last event that it has. */
export const get = (address: string, after?: number): Promise<Response> =>
  fetch(address, { headers: { ...ONE, ...(after === undefined ? {} : { 'last-event-id': String(after) }) } });

/** The whole text of a response. */
export const textOf = async (response: Response): Promise<string> => Buffer.from(await response.arrayBuffer()).toString();

/** The ids of the events in a stream. */
export const idsOf = (text: string): number[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

/** Reads whole events of a stream until its text matches, then leaves as a client whose process ends. */
export async function readUntil(response: Response, pattern: RegExp): Promise<string> {
  const pieces: Uint8Array[] = [];
  const reader = response.body?.getReader();
  for (;;) {
    const { done = true, value } = (await reader?.read()) ?? {};
    if (done || value === undefined) break;
    pieces.push(value);
    const text = Buffer.concat(pieces).toString();
    if (pattern.test(text) && text.endsWith('\n\n')) break;
  }
  await reader?.cancel();
  return Buffer.concat(pieces).toString();
}
