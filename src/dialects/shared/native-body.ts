/** The client's own body for an upstream of its format. */
import { isObject, type JsonObject } from '../../lib/json.ts';
import { editsOf } from '../../unified/request/edits.ts';
import type { NativeRequest } from '../../unified/request/request.ts';
import type { Block, Turn } from '../../unified/request/conversation.ts';
import type { FittedCall } from '../dialect.ts';
import { patchInput } from './patch-input.ts';

/** Fields that only the router reads, in every client format. */
export const ROUTER_FIELDS = 'provider models route plugins transforms session_id debug usage preset trace'.split(' ');

/** Returns a client's body for an upstream of its format. @param alsoLeftOut further fields that the upstream does not get. */
export function ownBody(body: JsonObject, alsoLeftOut: readonly string[]): JsonObject {
  return Object.freeze(
    Object.fromEntries(Object.entries(body).filter(([name]) => !ROUTER_FIELDS.includes(name) && !alsoLeftOut.includes(name))),
  );
}

/** A call whose body is the client's own. */
export type NativeCall = FittedCall & { native: NativeRequest };

/** @throws Error for a call of a client of another format, which no native format is chosen for. */
export function nativeCall(call: FittedCall): NativeCall {
  const { native } = call;
  if (native === undefined) throw new Error('this call has no body of its own');
  return { ...call, native };
}

/** Where a format has its conversation, and how it writes what the router edited. */
export type NativeInput = {
  /** The field with messages or items. */
  field: string;
  /** The field with system text before them. */
  systemField: string;
  /** Writes a block that was edited. @param given the client's own block or item; empty = the client sent text in its place. */
  writeBlock: (block: Block, given: JsonObject) => readonly JsonObject[];
};

/**
 * Returns the body with the model and the stream flag of the call, and with the router's edits of the conversation. Without edits every
 * other field is the client's own object.
 */
export function nativeBody({ model, stream, input, native }: NativeCall, format: NativeInput): JsonObject {
  const body: JsonObject = { ...native.body, model };
  if (stream) body['stream'] = true;
  else if (body['stream'] === true) delete body['stream'];
  const edits = input.kind === 'messages' ? editsOf(input.conversation) : null;
  if (edits === null) return body;
  const { field, systemField, writeBlock } = format;
  const write = (blocks: readonly Block[], given: unknown): readonly unknown[] =>
    blocks.flatMap((block) => (block.original === undefined ? writeBlock(block, isObject(given) ? given : {}) : [block.original]));
  const patches = { changed: edits.changed, write };
  body[field] = edits.source.value;
  if (edits.changed.size === 0 && edits.added.length === 0) return body;
  const kept = patchInput(edits.source.value, field, patches) ?? [];
  body[field] = edits.added.length === 0 ? kept : [...toList(kept), ...edits.added.map(toMessage)];
  if (body[systemField] !== undefined) body[systemField] = patchInput(body[systemField], systemField, patches);
  return body;
}

/** Text in place of a list is a message of the user. */
const toList = (input: unknown): readonly unknown[] => (Array.isArray(input) ? input : [{ role: 'user', content: input }]);

/** An answer that was begun. */
const toMessage = ({ role, blocks }: Turn): JsonObject => ({
  role,
  content: blocks.map((block) => (block.type === 'text' ? block.text : '')).join(''),
});
