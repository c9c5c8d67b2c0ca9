/**
 * Reads complete output items: content that `decode.ts` did not receive in pieces, and content that only complete items have. Pure readers
 * without state.
 */
import { arrayOf, parseBounded, textOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { argumentsText, labelOf } from '../../openai-common/upstream/speech.ts';

/** A call with all its arguments. */
export type Call = { id: string | undefined; name: string; arguments: string };

/** A tool that no client declared: a model's habit from its training of putting several calls into one. */
const WRAPPERS = new Set(['parallel', 'multi_tool_use.parallel']);

/** Whether the calls of this name are held back until they are complete, since they may hold others. */
export const isWrapper = (name: string | null) => name !== null && WRAPPERS.has(name);

/** Text of a call's arguments: JSON of a function, anything of a custom tool. */
export const argumentsOf = (item: WireObject): string => argumentsText(item.arguments) || argumentsText(item.input);

/**
 * The calls in an item: itself, or those wrapped in it as `{tool_uses: [{recipient_name: "functions.<name>", parameters}]}` (seen of
 * gpt-5.4; Vercel AI SDK, packages/openai, read 2026-11-20). A tool of that name with other arguments is the client's own.
 */
export function callsOf(item: WireObject): Call[] {
  const [id, name, text] = [labelOf(item.call_id) ?? labelOf(item.id) ?? undefined, labelOf(item.name) ?? '', argumentsOf(item)];
  const wrapped = isWrapper(name) ? unwrap(parseBounded(text)) : [];
  if (wrapped.length === 0) return [{ id, name, arguments: text }];
  return wrapped.map((call, position) => ({ id: id && `${id}_${position}`, ...call }));
}

function unwrap(given: unknown): Omit<Call, 'id'>[] {
  const uses = arrayOf(isObject(given) ? given.tool_uses : null).map((use) => {
    const { recipient_name: recipient, parameters } = isObject(use) ? use : ({} as WireObject);
    const name = typeof recipient === 'string' ? /^functions\.(.+)$/.exec(recipient)?.[1] : undefined;
    return name === undefined ? null : { name, arguments: JSON.stringify(isObject(parameters) ? parameters : {}) };
  });
  const calls = uses.filter((use) => use !== null);
  return calls.length === uses.length ? calls : [];
}

/** The sources named in a message, in chat completions' shape: a URL lies one level deeper there. */
export function annotationsOf(item: WireObject): unknown[] {
  const annotations = arrayOf(item.content).flatMap((part) => (isObject(part) ? arrayOf(part.annotations) : []));
  return annotations.map((annotation) => {
    if (!isObject(annotation) || annotation.type !== 'url_citation' || isObject(annotation.url_citation)) return annotation;
    const { type, ...citation } = annotation;
    return { type, url_citation: citation };
  });
}

/** The image that the provider's own tool drew, in OpenRouter's shape; none where there is none. */
export function imagesOf({ type, result, output_format: format }: WireObject): WireObject[] {
  if (type !== 'image_generation_call' || textOf(result) === null) return [];
  return [{ type: 'image_url', image_url: { url: `data:image/${textOf(format) ?? 'png'};base64,${String(result)}` } }];
}
