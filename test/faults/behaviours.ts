/**
 * Everything a scripted upstream can do, by name: the faults of the fault table, and the answer without a fault. One function each;
 * every one ends its exchange by itself or waits until the router leaves. When which of them happens is `upstream.ts`.
 */
import { gzipSync } from 'node:zlib';
import {
  contentFrame,
  DONE_FRAME,
  errorJson,
  finishFrames,
  PIECES_BEFORE_FAULT,
  roleFrame,
  toolCallFrame,
  wholeBody,
} from './answer-wire.ts';
import type { Exchange } from './exchange.ts';

/** Answers one request, well or badly. */
export type Behaviour = (exchange: Exchange) => void | Promise<void>;

/** Between what was written and a cut, so that what was written has left: in milliseconds. */
const CUT_PAUSE_MS = 60;

/** How late a slow first content is, in milliseconds. */
const SLOW_MS = 4000;

/** Between the words of a slow upstream, in milliseconds. */
const WORD_MS = 40;

/** `Retry-After` that is waited for, and one that is not: in seconds. */
export const RETRY_AFTER = { short: 1, bearable: 4, long: 60 } as const;

/** The key that a provider with a bad key refuses. */
export const BAD_KEY = 'canary-key-1';

const FOREVER_MS = 120_000;

/** A connection is used once, so that a reset can never hit the request of another row. */
const CLOSE = { connection: 'close' };
const EVENTS = { 'content-type': 'text/event-stream', ...CLOSE };
const JSON_TYPE = { 'content-type': 'application/json', ...CLOSE };

/** The whole answer without a fault, as one text. */
function soundText({ stream, model, pieces }: Exchange): string {
  if (!stream) return wholeBody(model, pieces);
  const words = pieces.map((piece) => contentFrame(model, piece)).join('');
  return roleFrame(model) + words + finishFrames(model, pieces.length) + DONE_FRAME;
}

function ok(exchange: Exchange): void {
  const { response, stream, arrival } = exchange;
  if (response.destroyed) return;
  response.writeHead(200, stream ? EVENTS : JSON_TYPE);
  arrival.gaveContent = true;
  for (const event of soundText(exchange).split(/(?<=\n\n)/)) response.write(event);
  response.end();
}

/** Sends the first tokens, or the first half of a body. */
function begin({ response, stream, model, pieces, arrival }: Exchange, extra = ''): void {
  response.writeHead(200, stream ? EVENTS : JSON_TYPE);
  arrival.gaveContent = true;
  if (stream) {
    response.write(roleFrame(model));
    for (const piece of pieces.slice(0, PIECES_BEFORE_FAULT)) response.write(contentFrame(model, piece));
    if (extra !== '') response.write(extra);
  } else {
    const body = wholeBody(model, pieces);
    response.write(body.slice(0, Math.floor(body.length / 2)));
  }
}

/** What comes after the first words, in a stream. */
function goOn({ response, model, pieces }: Exchange): void {
  for (const piece of pieces.slice(PIECES_BEFORE_FAULT)) response.write(contentFrame(model, piece));
  response.write(finishFrames(model, pieces.length));
}

/** The bytes of the event that comes next: a character of four bytes. */
function nextFrame({ model, pieces }: Exchange): Buffer {
  return Buffer.from(contentFrame(model, pieces[PIECES_BEFORE_FAULT] ?? ''));
}

function refuse(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return ({ response }) => {
    response.writeHead(status, { ...JSON_TYPE, ...headers }).end(body);
  };
}

const limited =
  (retryAfter: () => Readonly<Record<string, string>>): Behaviour =>
  ({ response }) => {
    const body = errorJson('Rate limit reached for requests.', { type: 'requests', code: 'rate_limit_exceeded' });
    response.writeHead(429, { ...JSON_TYPE, ...retryAfter() }).end(body);
  };

const badKey = errorJson('Incorrect API key provided.', { type: 'invalid_request_error', code: 'invalid_api_key' });

const silent = async ({ pause }: Exchange): Promise<void> => {
  await pause(FOREVER_MS);
};

/** Sends what is already written on its way, then breaks the connection. */
async function cutSoon({ pause, cut }: Exchange, how: 'fin' | 'reset'): Promise<void> {
  if (await pause(CUT_PAUSE_MS)) cut(how);
}

/** A sound answer behind so many KiB of headers. */
function answerBehind(kibibytes: number, exchange: Exchange): void {
  const { response, stream } = exchange;
  const names = Array.from({ length: kibibytes / 4 }, (_, index) => [`x-large-${index}`, 'h'.repeat(4096)] as const);
  response.writeHead(200, { ...Object.fromEntries(names), ...(stream ? EVENTS : JSON_TYPE) }).end(soundText(exchange));
}

/** The behaviours. */
export const BEHAVIOURS = {
  ok,

  // Before the headers, or before any content
  'reset before headers': ({ cut }) => cut('reset'),
  'reset after headers': async (exchange) => {
    exchange.response.writeHead(200, exchange.stream ? EVENTS : JSON_TYPE).flushHeaders();
    await cutSoon(exchange, 'reset');
  },
  'silence before headers': silent,
  'silence after headers': async (exchange) => {
    exchange.response.writeHead(200, exchange.stream ? EVENTS : JSON_TYPE).flushHeaders();
    await silent(exchange);
  },
  drip: async ({ response, pause }) => {
    response.writeHead(200, JSON_TYPE);
    do response.write(' ');
    while (await pause(100));
  },
  'slow first content': async (exchange) => {
    if (await exchange.pause(SLOW_MS)) ok(exchange);
  },
  'role only, then silence': async (exchange) => {
    exchange.response.writeHead(200, EVENTS).write(roleFrame(exchange.model));
    await silent(exchange);
  },
  'keep-alives, then silence': async (exchange) => {
    const { response, pause } = exchange;
    response.writeHead(200, EVENTS);
    for (let beat = 0; beat < 30; beat++) {
      response.write(': keep-alive\n\n');
      if (!(await pause(100))) return;
    }
    await silent(exchange);
  },
  'empty 200': ({ response, stream }) => void response.writeHead(200, stream ? EVENTS : JSON_TYPE).end(),
  'error event first': ({ response, stream }) => {
    const error = errorJson('The server had an error while processing your request.', { code: 500 });
    response.writeHead(200, stream ? EVENTS : JSON_TYPE).end(stream ? `data: ${error}\n\n` : error);
  },
  'malformed body': ({ response }) => void response.writeHead(200, JSON_TYPE).end('{"choices": [{"index": 0, "mess'),

  // After content
  'stall after content': async (exchange) => {
    begin(exchange);
    await silent(exchange);
  },
  'cut after content': async (exchange) => {
    begin(exchange);
    await cutSoon(exchange, 'fin');
  },
  'reset after content': async (exchange) => {
    begin(exchange);
    await cutSoon(exchange, 'reset');
  },
  'unframed end': async (exchange) => {
    exchange.response.useChunkedEncodingByDefault = false; // the body ends where the connection does
    begin(exchange);
    if (await exchange.pause(CUT_PAUSE_MS)) exchange.response.end();
  },
  'clean end without finish': async (exchange) => {
    begin(exchange);
    if (await exchange.pause(CUT_PAUSE_MS)) exchange.response.end();
  },
  'cut inside a character': async (exchange) => {
    const { response, stream } = exchange;
    begin(exchange);
    if (stream) {
      const bytes = nextFrame(exchange);
      response.write(bytes.subarray(0, bytes.indexOf('🌊') + 2));
    } else response.write(Buffer.from(' 🌊').subarray(0, -2));
    await cutSoon(exchange, 'fin');
  },
  'cut inside a line': async (exchange) => {
    begin(exchange);
    exchange.response.write(nextFrame(exchange).subarray(0, 40));
    await cutSoon(exchange, 'fin');
  },
  'cut after one more word': async (exchange) => {
    begin(exchange, nextFrame(exchange).toString());
    await cutSoon(exchange, 'fin');
  },
  'cut in a tool call': async (exchange) => {
    const { response, model, arrival } = exchange;
    arrival.gaveContent = true;
    response.writeHead(200, EVENTS).write(roleFrame(model) + toolCallFrame(model));
    await cutSoon(exchange, 'fin');
  },
  'malformed event once': (exchange) => {
    begin(exchange, 'data: {"id":"chatcmpl-scripted","choices":[{"index":0,"delta":{"conte\n\n');
    goOn(exchange);
    exchange.response.end(DONE_FRAME);
  },
  'no done': (exchange) => {
    begin(exchange);
    goOn(exchange);
    exchange.response.end();
  },
  'error event later': async (exchange) => {
    begin(exchange, `data: ${errorJson('The server had an error while processing your request.', { code: 500 })}\n\n`);
    if (await exchange.pause(CUT_PAUSE_MS)) exchange.response.end();
  },
  'slow words': async ({ response, model, pieces, pause, arrival }) => {
    arrival.gaveContent = true;
    response.writeHead(200, EVENTS).write(roleFrame(model));
    for (const piece of pieces) {
      response.write(contentFrame(model, piece));
      if (!(await pause(WORD_MS))) return;
    }
    response.end(finishFrames(model, pieces.length) + DONE_FRAME);
  },

  // Refusals
  '400 bad request': refuse(400, errorJson('The conversation is not valid.', { type: 'invalid_request_error' })),
  '400 context length': refuse(
    400,
    errorJson("This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.", {
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded',
    }),
  ),
  '400 content policy': refuse(
    400,
    errorJson('Your request was rejected as a result of our safety system.', {
      type: 'invalid_request_error',
      code: 'content_policy_violation',
    }),
  ),
  'refuses prefill': (exchange) => {
    const words = 'This model does not support assistant message prefill. The conversation must end with a user message.';
    if (exchange.arrival.prefill === null) ok(exchange);
    else void refuse(400, errorJson(words, { type: 'invalid_request_error' }))(exchange);
  },
  '401': refuse(401, badKey),
  '401 for one key': (exchange) => {
    if (exchange.arrival.key === BAD_KEY) exchange.response.writeHead(401, JSON_TYPE).end(badKey);
    else ok(exchange);
  },
  '403': refuse(403, errorJson('Your organization may not use this model.', { type: 'invalid_request_error' })),
  '404 model': refuse(404, errorJson('The model does not exist.', { type: 'invalid_request_error', code: 'model_not_found' })),
  '408': refuse(408, errorJson('Request timed out.')),
  '409': refuse(409, errorJson('Another request is in the way.')),
  '425': refuse(425, errorJson('Too early.')),
  '429 with seconds': limited(() => ({ 'retry-after': String(RETRY_AFTER.short) })),
  '429 with a bearable wait': limited(() => ({ 'retry-after': String(RETRY_AFTER.bearable) })),
  '429 with a date': limited(() => ({ 'retry-after': new Date(Date.now() + 2000).toUTCString() })),
  '429 with a long wait': limited(() => ({ 'retry-after': String(RETRY_AFTER.long) })),
  '429 without': limited(() => ({})),
  '429 for one key': (exchange) => {
    if (exchange.arrival.key === BAD_KEY) void limited(() => ({ 'retry-after': '30' }))(exchange);
    else ok(exchange);
  },
  '500': refuse(500, errorJson('The server had an error while processing your request.')),
  '502 with HTML': refuse(502, '<html><head><title>502</title></head><body><h1>Bad Gateway</h1>nginx</body></html>', {
    'content-type': 'text/html',
  }),
  '503': refuse(503, errorJson('The engine is currently overloaded.')),
  '529': refuse(529, errorJson('Overloaded.', { type: 'overloaded_error' })),
  redirect: ({ response, canaryUrl }) => void response.writeHead(307, { location: canaryUrl, ...CLOSE }).end(),

  // Odd forms
  'gzip body': (exchange) => {
    const { response, stream, arrival } = exchange;
    arrival.gaveContent = true;
    const headers = { ...(stream ? EVENTS : JSON_TYPE), 'content-encoding': 'gzip' };
    response.writeHead(200, headers).end(gzipSync(soundText(exchange)));
  },
  'wrong content type': (exchange) => {
    exchange.arrival.gaveContent = true;
    exchange.response.writeHead(200, { 'content-type': 'text/plain', ...CLOSE }).end(soundText(exchange));
  },
  'large headers': (exchange) => {
    exchange.arrival.gaveContent = true;
    answerBehind(64, exchange);
  },
  'huge headers': (exchange) => answerBehind(1024, exchange),
} as const satisfies Record<string, Behaviour>;

/** A name of {@link BEHAVIOURS}. */
export type BehaviourName = keyof typeof BEHAVIOURS;
