/** Providers of our own for tests, so that no test depends on what a provider file says, and answers that a test hands out by hand. */
import { OPENAI_CHAT_RULES } from '../../src/dialects/openai-chat/upstream/rules.ts';
import { OPENAI_COMPLETIONS_RULES } from '../../src/dialects/openai-completions/upstream/rules.ts';
import type { Access, Limits, Ports } from '../../src/ports.ts';
import { UNHEARD } from '../support/unheard.ts';
import type { Auth, CompiledOperation, CompiledProvider } from '../../src/registry/provider.ts';

const COMMON = {
  streamPath: null,
  onlyModels: null,
  template: 'plain',
  roles: {},
  messageFields: [],
  quirks: [],
  headers: {},
  maxInputs: null,
  byModel: [],
};

/** What a chat host accepts; changes are laid over it. */
export function chatOperation(changes: Partial<CompiledOperation> = {}): CompiledOperation {
  return { ...COMMON, dialect: 'openai-chat', path: '/chat/completions', prompts: ['text'], parameters: OPENAI_CHAT_RULES, ...changes };
}

/** What a completions host accepts; changes are laid over it. */
export function completionsOperation(changes: Partial<CompiledOperation> = {}): CompiledOperation {
  return {
    ...COMMON,
    dialect: 'openai-completions',
    path: '/completions',
    prompts: ['text', 'texts', 'tokens', 'token-lists'],
    parameters: OPENAI_COMPLETIONS_RULES,
    ...changes,
  };
}

/** How Acme's keys are sent. */
export const ACME_AUTH: Auth = { scheme: 'bearer', secret: 'ACME_API_KEY', optional: false };

/** The way to a host that is set up, with this key. */
export const reachable = (baseUrl: string | null, key: string, changes: Partial<Access> = {}): Access => ({
  baseUrl,
  auth: ACME_AUTH,
  keys: [key],
  variables: {},
  transport: null,
  isSimulated: false,
  missingVariables: [],
  ...changes,
});

/** A provider called Acme that chats. */
export function acme(changes: Partial<CompiledProvider> = {}): CompiledProvider {
  return {
    slug: 'acme',
    name: 'Acme',
    docs: 'https://docs.acme.example/',
    baseUrl: 'https://api.acme.example/v1',
    auth: [ACME_AUTH],
    variables: {},
    binding: null,
    discontinued: null,
    modelsPath: '/models',
    operations: { chat: [chatOperation()] },
    models: [],
    ...changes,
  };
}

export const LIMITS: Limits = {
  requestBytes: 1_000_000,
  requestMemoryBytes: 10_000_000,
  eventCharacters: 10_000,
  answerBytes: 10_000,
  upstreamCalls: 32,
  attempts: 1,
  silentMs: 0,
  joinMs: 0,
  media: { bytes: 10_000, timeoutMs: 1000, hosts: [] },
};

/** Ports that have nothing to say: nothing is learned or remembered, nobody reads the log or waits. */
export const QUIET: Pick<Ports, 'learned' | 'health' | 'keyHealth' | 'sticky' | 'background' | 'log'> = {
  learned: { refusalsOf: () => new Map(), remember: () => undefined },
  health: { healthOf: () => UNHEARD, claimProbe: () => false, report: () => undefined },
  keyHealth: { pick: (_, __, keys) => keys[0] ?? null, reportRefusal: () => undefined, reportSuccess: () => undefined },
  sticky: { endpointFor: () => null, remember: () => undefined },
  background: () => undefined,
  log: () => undefined,
};

/** A body that a test sends by hand, and what became of it. */
export interface HandDrivenBody {
  readonly stream: ReadableStream<Uint8Array>;
  /** How often the reader has asked for more. */
  asked(): number;
  cancelled(): boolean;
  write(text: string): void;
  close(): void;
  /** The connection breaks. */
  reset(): void;
}

const utf8 = new TextEncoder();

export function createBody(): HandDrivenBody {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let [pulls, cancelled] = [0, false];
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (given) => void (controller = given),
      pull: () => void pulls++,
      cancel: () => void (cancelled = true),
    },
    { highWaterMark: 0 },
  );
  return {
    stream,
    asked: () => pulls,
    cancelled: () => cancelled,
    write: (text) => controller?.enqueue(utf8.encode(text)),
    close: () => controller?.close(),
    reset: () => controller?.error(new TypeError('connection reset')),
  };
}

/** A body in these pieces. */
export function bodyOf(...pieces: string[]): ReadableStream<Uint8Array> {
  const waiting = [...pieces];
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = waiting.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(utf8.encode(next));
    },
  });
}
