/** Limits of requests, answers and their calls. `platform/env.ts` reads them. */

/** Limits that an operator can change. */
export type Limits = {
  /** Largest request body, in bytes. */
  requestBytes: number;
  /** Heap bytes that all large requests in progress may use together. */
  requestMemoryBytes: number;
  /** Largest single event of an upstream stream, in UTF-16 units. */
  eventCharacters: number;
  /** Most bytes kept of the answer to one client request, all its upstream calls together. A stream that is passed on is not kept. */
  answerBytes: number;
  /** Most upstream calls for one client request. */
  upstreamCalls: number;
  /** Most attempts at one answer, the first one included. */
  attempts: number;
  /** Milliseconds without an answer (calls without a stream) after which a second endpoint is called in parallel. 0 = never. */
  silentMs: number;
  /** Milliseconds that stream content after the first may wait to be written together with more. 0 = no wait. */
  joinMs: number;
  /** Limits for files that clients give as a URL and upstreams accept only as bytes. */
  media: MediaLimits;
};

/** What may be fetched for a client. */
export type MediaLimits = {
  /** Most bytes of all files of one request together. */
  bytes: number;
  /** Longest wait for one file, in milliseconds. */
  timeoutMs: number;
  /** Allowed host names: names, `*.example.com`, or `*` for any public host. Empty = nothing is fetched. */
  hosts: readonly string[];
};
