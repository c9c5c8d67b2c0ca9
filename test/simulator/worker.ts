// The simulator: a Worker that plays the upstream systems over real HTTP, strictly, and with faults on request.
// Composition only: judge -> question -> answer -> shape -> faults -> delivery. Imports nothing from src/ or providers/.

import { answer } from './answer.ts';
import { complain, isFields } from './checks.ts';
import type { Complaint, Fields } from './checks.ts';
import { createBody, wait } from './delivery.ts';
import { embedTexts } from './embeddings.ts';
import { bend, bendBody, readFault, upstreamFailure } from './faults.ts';
import type { Fault } from './faults.ts';
import { judge, keepKnown, refuse, rulesOf, systemAt } from './judge.ts';
import { readQuestion } from './question.ts';
import { clearLog, readLog, record } from './request-log.ts';
import type { LogEntry } from './request-log.ts';
import { toBody, toSteps } from './shape.ts';
import type { Rendering } from './wire-format.ts';
import { jsonSteps } from './steps.ts';
import type { SpokenPath } from './wire-format.ts';
import type { Rules, System } from './system.ts';

/** Bindings of the Worker. */
interface SimulatorEnv {
  /** The pause between content chunks in milliseconds. */
  readonly TOKEN_MS?: string;
}

/** One accepted call on its way to an answer. */
interface Call {
  readonly request: Request;
  readonly env: SimulatorEnv;
  readonly system: System;
  readonly entry: LogEntry;
  readonly fault: Fault | null;
}

/** `POST /<slug>/.../chat/completions`, `POST /<slug>/.../completions`, `GET /health`, `GET` and `DELETE /log`. */
export default {
  async fetch(request: Request, env: SimulatorEnv): Promise<Response> {
    const { pathname } = new URL(request.url);
    switch (`${request.method} ${pathname}`) {
      case 'GET /health':
        return Response.json({ status: 'ok' });
      case 'GET /log':
        return Response.json(readLog());
      case 'DELETE /log':
        clearLog();
        return new Response(null, { status: 204 });
    }
    const route = request.method === 'POST' ? readRoute(pathname) : null;
    if (route === null) return Response.json({ error: { message: `Nothing lives at ${request.method} ${pathname}.` } }, { status: 404 });
    return receive(request, env, route);
  },
};

interface Route {
  readonly slug: string;
  readonly system: System;
  readonly path: SpokenPath;
}

/** `/<slug>/v1/<path>`: read by the system's own wire format, or as OpenAI's paths. */
function readRoute(pathname: string): Route | null {
  const [slug, ...segments] = pathname.split('/').filter((segment) => segment !== '');
  if (slug === undefined) return null;
  const system = systemAt(slug, pathname);
  const { wireFormat } = system;
  const path =
    wireFormat === undefined
      ? readOpenAiPath(segments)
      : (wireFormat.readPath(segments.slice(1).join('/')) ?? readEmbeddingsPath(segments));
  return path === null ? null : { slug, system, path };
}

/** Many providers with a chat format of their own make embeddings in OpenAI's. */
const readEmbeddingsPath = (segments: readonly string[]): SpokenPath | null =>
  segments.at(-1) === 'embeddings' ? { operation: 'embeddings' } : null;

function readOpenAiPath(segments: readonly string[]): SpokenPath | null {
  switch (segments.at(-1)) {
    case 'completions':
      return { operation: segments.at(-2) === 'chat' ? 'chat' : 'completions' };
    case 'embeddings':
      return { operation: 'embeddings' };
    default:
      return null;
  }
}

async function receive(request: Request, env: SimulatorEnv, { slug, system, path }: Route): Promise<Response> {
  const { operation } = path;
  const body = parseJson(await request.text());
  const entry = record(slug, operation, body, request.headers);
  const fault = readFault(request.headers.get('x-simulator-fault'), isFields(body) ? body['seed'] : null);
  if (system.needsKey && !hasKey(request.headers)) {
    return turnAway(system, complain('No API key was provided.', null, 'invalid_api_key', 401), entry);
  }
  if (isComplaint(fault)) return turnAway(system, fault, entry);

  const refusal = judge(system.slug, operation, body, path.model ?? null);
  const rules = rulesOf(system, operation);
  if (refusal !== null) return finish(Response.json(refusal.body, { status: refusal.status }), entry);
  if (rules === undefined || !isFields(body)) throw new TypeError('The judge lets only JSON objects and known operations pass.');

  const call: Call = { request, env, system, entry, fault };
  if (fault?.name === 'silent-ms') await wait(fault.argument, request.signal);
  const replaced = replace(call);
  if (replaced !== null) return replaced;
  if (operation === 'embeddings') return finish(Response.json(embedTexts(body, system.embeddings)), entry);
  return deliver(call, compose(system, rules, path, body));
}

/** Headers in which keys come, by system; which one a system requires is not checked. */
const keyHeaders = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'api-subscription-key'];

function hasKey(headers: Headers): boolean {
  return keyHeaders.some((name) => /\S/u.test((headers.get(name) ?? '').replace(/^Bearer\s*/iu, '')));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function isComplaint(value: Fault | Complaint | null): value is Complaint {
  return value !== null && 'message' in value;
}

function turnAway(system: System, complaint: Complaint, entry: LogEntry): Response {
  const { status, body } = refuse(system, complaint);
  return finish(Response.json(body, { status }), entry);
}

/** Marks an answer without a stream as given. */
function finish(response: Response, entry: LogEntry): Response {
  entry.status = response.status;
  entry.finished = true;
  return response;
}

function compose(system: System, rules: Rules, path: SpokenPath, body: Fields): Rendering {
  const { habits, wireFormat } = system;
  const requestContext = { keepsStop: habits.keepsStop, defaultMaxTokens: rules.defaultMaxTokens ?? null };
  const known = keepKnown(rules, body);
  const question = readQuestion(path.operation, wireFormat === undefined ? known : wireFormat.toQuestion(known, path), requestContext);
  return { question, answer: answer(question), habits, ...(wireFormat === undefined ? {} : { wireFormat }) };
}

/** Faults that take the place of the whole answer. */
function replace({ request, system, entry, fault }: Call): Response | null {
  switch (fault?.name) {
    case 'status':
      return finish(failWith(system, fault.argument), entry);
    case 'html-502':
      return finish(
        new Response('<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n', {
          status: 502,
          headers: { 'content-type': 'text/html' },
        }),
        entry,
      );
    case 'empty-200':
      return finish(new Response(null, { status: 200, headers: { 'content-type': 'application/json' } }), entry);
    case 'error-in-200':
      return finish(Response.json(system.habits.writeStreamError(upstreamFailure, {})), entry);
    case 'redirect':
      return finish(new Response(null, { status: 307, headers: { location: new URL('/health', request.url).href } }), entry);
    default:
      return null;
  }
}

/** A status the runtime cannot send with a body becomes a 400 that says so. */
function failWith(system: System, status: number): Response {
  if (status < 200 || status > 599 || [204, 205, 304].includes(status)) return failWith(system, 400);
  const complaint = complain(`The simulator was told to answer ${status}.`, null, `simulated_${status}`, status);
  return Response.json(system.writeError(complaint), { status, headers: status === 429 ? { 'retry-after': '2' } : {} });
}

/** Sends the answer as JSON or as a stream, through whatever fault is left. */
function deliver({ request, env, system, entry, fault }: Call, rendering: Rendering): Response {
  const turned = fault?.name === (rendering.question.stream ? 'json-for-stream' : 'stream-for-json');
  const mode = rendering.question.stream === turned ? 'json' : 'stream';
  const steps = mode === 'stream' ? toSteps(rendering) : jsonSteps(bendBody(toBody(rendering), fault));
  const body = createBody(bend(steps, fault, rendering, mode), {
    tokenMs: mode === 'stream' ? Number(env.TOKEN_MS ?? '0') : 0,
    splitBytes: fault?.name === 'split-bytes' ? fault.argument : null,
    lineEnd: fault?.name === 'crlf' ? '\r\n' : '\n',
    signal: request.signal,
    entry,
  });
  const ownType = mode === 'stream' ? (system.wireFormat?.contentType ?? 'text/event-stream; charset=utf-8') : 'application/json';
  const contentType = fault?.name === 'wrong-content-type' ? 'text/plain; charset=utf-8' : ownType;
  entry.status = 200;
  return new Response(body, { headers: { 'content-type': contentType, 'cache-control': 'no-cache' } });
}
