/**
 * The key of a request in the response cache: a hash of everything that can change its answer. Two requests have one key if they are the same to every
 * upstream, whatever their client formats, and with or without a stream.
 */
import type { ClientFormat } from '../dialects/client-dialect.ts';
import { hasShape } from '../dialects/shared/body-shape.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { sha256Hex } from '../lib/hash.ts';
import type { JsonObject } from '../lib/json.ts';
import type { RoutePlan } from '../routing/plan.ts';
import type { Block, Conversation } from '../unified/request/conversation.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';

/** Version of the keys, and of what is stored under them. */
const VERSION = 1;

/** Longest canonical text, in UTF-16 units. A longer request is not cached: it would be in memory once more. */
const MAX_CHARACTERS = 4 * 2 ** 20;

/**
 * Fields that do not change what is answered: whether it is a stream or in the background, for whom it is, what the client notes beside it, its session. `store` is
 * false here: a request with true is not cached.
 */
export const EXCLUDED_FIELDS: ReadonlySet<string> = new Set([
  ...'stream stream_options background user user_id safety_identifier metadata client_metadata trace'.split(' '),
  ...'session_id prompt_cache_key prompt_cache_retention prompt_cache_options store'.split(' '),
]);

/** Preferences about how a request is sent, not about what may answer it. */
export const EXCLUDED_PREFERENCES: ReadonlySet<string> = new Set(['hedge_after_ms', 'timeouts', 'resume', 'on_disconnect', 'count_tokens']);

/** A header that every client of its format sends, with one value. */
const USUAL_HEADER = 'anthropic-version';

/** What a request is keyed by besides itself. */
export type KeyScope = {
  /** `Caller.account`. */
  account: string;
  catalogVersion: string;
  plans: readonly RoutePlan[];
  simulatorHeaders: Readonly<Record<string, string>>;
};

/** Returns the SHA-256 of a request in hex; null for one that is too long. */
export async function cacheKey(request: UnifiedRequest, client: ClientFormat, scope: KeyScope): Promise<string | null> {
  const text = canonicalRequest(request, client, scope);
  return text === null ? null : sha256Hex(text);
}

/** Returns the text that is hashed; null for one that is too long. */
export function canonicalRequest(request: UnifiedRequest, client: ClientFormat, scope: KeyScope): string | null {
  const { operation, models, askAll, preferences, native } = request;
  const isNative = scope.plans.some(({ calls }) =>
    calls.all().some(({ fitted }) => fitted.parts.some(({ call }) => call.native !== undefined)),
  );
  const isNeutral = !isNative && isHeldWhole(request, client);
  return canonicalJson(
    {
      version: VERSION,
      account: scope.account,
      catalog: scope.catalogVersion,
      simulator: scope.simulatorHeaders,
      operation,
      models,
      askAll,
      parameters: parametersOf(request),
      preferences: without(preferences, EXCLUDED_PREFERENCES),
      input: inputOf(request, isNeutral),
      // What an upstream of the client's format gets, and the form in which its answer is stored.
      ...(isNative ? { door: [client.format, request.stream] } : {}),
      ...(isNeutral || native === null ? {} : { own: { ...native, body: without(native.body, EXCLUDED_FIELDS) } }),
    },
    MAX_CHARACTERS,
  );
}

/** Whether the unified request has everything that the body has. */
function isHeldWhole({ native, input }: UnifiedRequest, { neutralBody }: ClientFormat): boolean {
  if (input.kind === 'prompt') return true;
  if (neutralBody === undefined) return false;
  const { source } = input.conversation;
  if (native === null) return hasShape({ messages: source.value }, neutralBody);
  const hasUsualHeaders = Object.keys(native.headers).every((name) => name === USUAL_HEADER);
  return hasUsualHeaders && native.subPath === undefined && hasShape(without(native.body, EXCLUDED_FIELDS), neutralBody);
}

/** Both names of the limit have one meaning. A neutral call of Messages names the older one. */
function parametersOf({ parameters }: UnifiedRequest): JsonObject {
  const { max_tokens: older, ...others } = without(parameters, EXCLUDED_FIELDS);
  return older === undefined ? others : { ...others, max_completion_tokens: older };
}

function inputOf({ input }: UnifiedRequest, isNeutral: boolean): unknown {
  if (input.kind === 'prompt') return input.prompt;
  const { source } = input.conversation;
  return isNeutral ? { turns: neutralTurns(input.conversation) } : source;
}

const neutralTurns = ({ turns }: Conversation): unknown[] =>
  turns.map((turn) => ({ ...turn, path: undefined, blocks: turn.blocks.map(neutralBlock) }));

/** A block without its place. A file is its URL. */
function neutralBlock(block: Block): unknown {
  const neutral = { ...block, path: undefined, original: undefined, source: undefined };
  return block.type === 'tool-result' ? { ...neutral, blocks: block.blocks.map(neutralBlock) } : neutral;
}

const without = (fields: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)));
