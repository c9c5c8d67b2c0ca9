/**
 * Schemas of messages and prompts. Only the shape is checked; the content is passed on unchanged. A dialect's `render` handles what a provider
 * does not accept.
 */
import * as z from 'zod/mini';
import { isObject, type JsonObject } from '../../lib/json.ts';
import { MARK_FIELDS } from './cache-mark.ts';
import { describedAs, listOf } from './list.ts';
import { once } from '../../lib/memoize.ts';

/** Most messages of one request. Far more than any model can read; it bounds the cost of a hostile body. */
export const MAX_MESSAGES = 10_000;

/** Most content parts, and most tool calls, of one message. */
export const MAX_PARTS = 10_000;

const urlPart = () => z.union([z.string().check(z.minLength(1)), z.looseObject({ url: z.string().check(z.minLength(1)) })]);

const part = once(() =>
  z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('text'), text: z.string() }),
    z.looseObject({ type: z.literal('image_url'), image_url: urlPart() }),
    z.looseObject({ type: z.literal('input_audio'), input_audio: z.looseObject({ data: z.string(), format: z.nullish(z.string()) }) }),
    z.looseObject({ type: z.literal('video_url'), video_url: urlPart() }),
    z.looseObject({ type: z.literal('input_video'), input_video: z.unknown() }),
    z.looseObject({ type: z.literal('file'), file: z.looseObject({}) }),
    z.looseObject({ type: z.literal('refusal'), refusal: z.string() }),
  ]),
);

const content = once(() => z.union([z.string(), listOf(part, { most: MAX_PARTS })]));

const toolCall = once(() =>
  z.looseObject({
    id: z.string(),
    type: z.string(),
    function: z.optional(z.looseObject({ name: z.string(), arguments: z.string() })),
  }),
);

const message = once(() =>
  z.discriminatedUnion('role', [
    z.looseObject({ role: z.enum(['system', 'developer', 'user']), content: content(), name: z.nullish(z.string()) }),
    z.looseObject({
      role: z.literal('assistant'),
      content: z.nullish(content()),
      name: z.nullish(z.string()),
      tool_calls: z.nullish(listOf(toolCall, { most: MAX_PARTS })),
    }),
    z.looseObject({ role: z.literal('tool'), content: content(), tool_call_id: z.string() }),
  ]),
);

/** Schema of `messages`. */
export const MESSAGES = once(() => listOf(message, { least: 1, most: MAX_MESSAGES }));

const PLAIN_ROLES = new Set<unknown>(['system', 'developer', 'user', 'assistant']);

const isPlain = (value: unknown): boolean =>
  isObject(value) &&
  PLAIN_ROLES.has(value['role']) &&
  typeof value['content'] === 'string' &&
  (value['name'] == null || typeof value['name'] === 'string') &&
  (value['role'] !== 'assistant' || value['tool_calls'] == null);

/** True when these are valid {@link MESSAGES} with text content only, as most are. About a hundred times as fast as the schema. */
export function arePlainMessages(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.length <= MAX_MESSAGES && value.every(isPlain);
}

/** Fields of responses that have no effect on a model. They are passed on where accepted, and dropped without a report. */
const RESPONSE_ONLY_FIELDS: ReadonlySet<string> = new Set([
  'annotations',
  'function_call',
  'provider_specific_fields',
  'additional_kwargs',
  'id',
]);

/** True when dropping a field of a message must be reported: it has a value and is neither a response-only field nor a cache mark. */
export function mustReportDrop(message: JsonObject, field: string, role: unknown = message['role']): boolean {
  return !MARK_FIELDS.includes(field) && !isEmptyValue(message[field]) && !(role === 'assistant' && RESPONSE_ONLY_FIELDS.has(field));
}

/** True for null, an empty text and an empty list. */
export const isEmptyValue = (value: unknown): boolean => value == null || value === '' || (Array.isArray(value) && value.length === 0);

/** One message as sent by the client, unknown fields included. */
export type Message = z.infer<ReturnType<typeof message>>;

/** One content part as sent by the client. */
export type ContentPart = z.infer<ReturnType<typeof part>>;

const text = once(() => z.string());
const token = once(() => z.int().check(z.minimum(0)));
const isToken = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
/** The number is limited by the body (`unified/request/json-bounds.ts`). */
const tokens = once(() => listOf(token, { least: 1, most: Infinity, isSurely: isToken }));

const texts = once(() => listOf(text, { least: 1, most: MAX_MESSAGES }));
const tokenLists = once(() => listOf(tokens, { least: 1, most: MAX_MESSAGES }));
const anyPrompt = once(() => z.union([z.string(), texts(), tokens(), tokenLists()]));

/** Returns the schema for the kind of list that the first entry indicates. */
function promptOf(value: unknown): z.ZodMiniType {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  if (typeof first === 'string') return texts();
  if (typeof first === 'number') return tokens();
  return Array.isArray(first) ? tokenLists() : anyPrompt();
}

/** Schema of `prompt`: one text, several texts, one list of token ids, or several such lists. */
export const PROMPT = once(() => {
  const prompt = z.unknown().check(({ value, issues }) => {
    const issue = promptOf(value).safeParse(value).error?.issues[0];
    if (issue !== undefined) issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
  });
  // A valid value is of one of the four kinds that `anyPrompt` describes.
  return describedAs(prompt, anyPrompt) as unknown as ReturnType<typeof anyPrompt>;
});

/** The four kinds of prompt, as provider files name them. */
export type PromptKind = 'text' | 'texts' | 'tokens' | 'token-lists';

/** A prompt with its kind. */
export type Prompt =
  | { kind: 'text'; value: string }
  | { kind: 'texts'; value: readonly string[] }
  | { kind: 'tokens'; value: readonly number[] }
  | { kind: 'token-lists'; value: readonly (readonly number[])[] };

/** A valid `prompt` field. */
export type PromptValue = z.infer<ReturnType<typeof PROMPT>>;

/** Returns a valid `prompt` field with its kind. */
export function toPrompt(value: PromptValue): Prompt {
  if (typeof value === 'string') return { kind: 'text', value };
  const first = value[0];
  // PROMPT guarantees that all entries have the type of the first.
  if (typeof first === 'string') return { kind: 'texts', value: value as string[] };
  if (typeof first === 'number') return { kind: 'tokens', value: value as number[] };
  return { kind: 'token-lists', value: value as number[][] };
}

/** Returns the texts of a prompt; none for token ids. */
export function textsOf(input: { kind: string; prompt?: Prompt }): readonly string[] {
  const { prompt } = input;
  return prompt?.kind === 'text' ? [prompt.value] : prompt?.kind === 'texts' ? prompt.value : [];
}

/** Returns the number of prompts. */
export function countPrompts(prompt: Prompt): number {
  return prompt.kind === 'texts' || prompt.kind === 'token-lists' ? prompt.value.length : 1;
}

/** Returns the text parts of a message's content, joined by line breaks. */
export function contentText(content: Message['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? [])
    .map((part) => (part.type === 'text' ? part.text : part.type === 'refusal' ? part.refusal : ''))
    .filter((text) => text !== '')
    .join('\n');
}
