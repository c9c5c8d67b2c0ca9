/**
 * Reads which session a request belongs to, from its headers and its body. The turns of a session go to one endpoint where possible: its prompt
 * cache is warm, and only it can read its reasoning. Names of one tenant mean nothing to another (`state/tenants.ts`).
 */
import { isObject, parseJson, textOf, type JsonObject } from '../../lib/json.ts';

/** Longest name of a session, in characters. A longer one is not read. */
const MAX_NAME = 1024;

/** Longest `metadata.user_id` that is searched for a session, in characters. Claude Code's has about 160. */
const MAX_USER_ID = 4096;

type Source = (body: JsonObject, header: (name: string) => string | null) => unknown;

/**
 * Where clients name their session; the first one that does counts. Sources: OpenRouter (`session_id`, which wins over `x-session-id`), Claude
 * Code 2.1.332 (`x-claude-code-session-id`, `metadata.user_id`), Codex 0.171 (`session-id`, `thread-id`, `prompt_cache_key` with the id of its
 * thread), OpenAI (`prompt_cache_key`, `conversation`); read 2026-11-30.
 */
const SOURCES: readonly (readonly [name: string, read: Source])[] = [
  ['session', ({ session_id: id }) => id],
  ['session', (_, header) => header('x-session-id')],
  ['claude-code', (_, header) => header('x-claude-code-session-id')],
  ['claude-code', ({ metadata }) => (isObject(metadata) ? sessionInUserId(textOf(metadata['user_id'])) : null)],
  ['codex', (_, header) => header('session-id')],
  ['codex', (_, header) => header('thread-id')],
  ['cache', ({ prompt_cache_key: key }) => key],
  ['conversation', ({ conversation }) => (isObject(conversation) ? conversation['id'] : conversation)],
];

/** Returns the session that the client names; null when it names none. The kind of the name is part of it. */
export function readSession(body: unknown, header: (name: string) => string | null): string | null {
  const fields = isObject(body) ? body : {};
  for (const [kind, read] of SOURCES) {
    const name = textOf(read(fields, header))?.trim() ?? '';
    if (name !== '' && name.length <= MAX_NAME) return `${kind}:${name}`;
  }
  return null;
}

/** Claude Code puts its session into the id of the user: as JSON, in older versions behind `_session_`. */
function sessionInUserId(userId: string | null): unknown {
  if (userId === null || userId.length > MAX_USER_ID) return null;
  if (!userId.startsWith('{')) return /_session_([\w-]+)$/.exec(userId)?.[1] ?? null;
  const parsed = parseJson(userId);
  return isObject(parsed) ? parsed['session_id'] : null;
}

/**
 * Returns the id of a user without the session that Claude Code puts into it, so that it is the same in each of them: the device and the account
 * of the JSON, the part before `_session_` in older versions. Any other id is returned as it is.
 */
export function withoutSession(userId: string): string {
  if (userId.length > MAX_USER_ID) return userId;
  if (!userId.startsWith('{')) return /^(user_[\w-]+)_session_[\w-]+$/.exec(userId)?.[1] ?? userId;
  const parsed = parseJson(userId);
  if (!isObject(parsed)) return userId;
  const { device_id: device, account_uuid: account } = parsed;
  return textOf(device) === null && textOf(account) === null ? userId : JSON.stringify([device, account]);
}
