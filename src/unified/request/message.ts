/**
 * Messages and prompts: the part of a request that is content. Checked here for shape only and then carried untouched; what a
 * provider cannot take is the business of a dialect's `render`.
 */
import * as z from 'zod/mini';
import { isObject, type JsonObject } from '../../lib/json.ts';
import { listOf } from './list.ts';
import { once } from '../../lib/memoize.ts';

/** Most messages of one request. Far above any conversation a model can read; it bounds what a hostile body costs us. */
export const MAX_MESSAGES = 10_000;

/** Most content parts of one message, and most tool calls. */
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

/** The shape of `messages`. */
export const MESSAGES = once(() => listOf(message, { least: 1, most: MAX_MESSAGES }));

const PLAIN_ROLES = new Set<unknown>(['system', 'developer', 'user', 'assistant']);

const isPlain = (value: unknown): boolean =>
  isObject(value) &&
  PLAIN_ROLES.has(value['role']) &&
  typeof value['content'] === 'string' &&
  (value['name'] == null || typeof value['name'] === 'string') &&
  (value['role'] !== 'assistant' || value['tool_calls'] == null);

/** Whether these are surely {@link MESSAGES}: texts and nothing else, as most are. A glance, where the schema takes a hundred times as long. */
export function arePlainMessages(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.length <= MAX_MESSAGES && value.every(isPlain);
}

/** Fields that answers come with and that say nothing to a model: whoever takes them back gets them, nobody misses them. */
const DECORATIONS: ReadonlySet<string> = new Set(['annotations', 'function_call', 'provider_specific_fields', 'additional_kwargs', 'id']);

/** Whether a field of a message is worth a word when it is left out: there is something in it, and it is no decoration of an answer. */
export function isMissed(message: JsonObject, field: string): boolean {
  return !isNothing(message[field]) && !(message['role'] === 'assistant' && DECORATIONS.has(field));
}

/** Whether a value says nothing: null, an empty text, an empty list. */
export const isNothing = (value: unknown): boolean => value == null || value === '' || (Array.isArray(value) && value.length === 0);

/** One message as the client sent it, fields we do not know included. */
export type Message = z.infer<ReturnType<typeof message>>;

/** One content part as the client sent it. */
export type ContentPart = z.infer<ReturnType<typeof part>>;

const text = once(() => z.string());
const token = once(() => z.int().check(z.minimum(0)));
const isToken = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
/** As many as the body may hold (`unified/request/json-bounds.ts`). */
const tokens = once(() => listOf(token, { least: 1, most: Infinity, isSurely: isToken }));

const texts = once(() => listOf(text, { least: 1, most: MAX_MESSAGES }));
const tokenLists = once(() => listOf(tokens, { least: 1, most: MAX_MESSAGES }));
const anyPrompt = once(() => z.union([z.string(), texts(), tokens(), tokenLists()]));

/** What a list begins with says which list it is meant to be. */
function promptOf(value: unknown): z.ZodMiniType {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  if (typeof first === 'string') return texts();
  if (typeof first === 'number') return tokens();
  return Array.isArray(first) ? tokenLists() : anyPrompt();
}

/** The shape of `prompt`: one text, several texts, one list of token ids, several such lists. */
export const PROMPT = once(
  () =>
    z.unknown().check(({ value, issues }) => {
      const issue = promptOf(value).safeParse(value).error?.issues[0];
      if (issue !== undefined) issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
      // What passes is of one of the four kinds, which is what `anyPrompt` describes.
    }) as unknown as ReturnType<typeof anyPrompt>,
);

/** The four kinds of prompt, as provider files name them. */
export type PromptKind = 'text' | 'texts' | 'tokens' | 'token-lists';

/** A prompt with its kind. */
export type Prompt =
  | { kind: 'text'; value: string }
  | { kind: 'texts'; value: readonly string[] }
  | { kind: 'tokens'; value: readonly number[] }
  | { kind: 'token-lists'; value: readonly (readonly number[])[] };

/** A `prompt` field that has passed its check. */
export type PromptValue = z.infer<ReturnType<typeof PROMPT>>;

/** A checked `prompt` field with its kind told apart. */
export function toPrompt(value: PromptValue): Prompt {
  if (typeof value === 'string') return { kind: 'text', value };
  const first = value[0];
  // PROMPT has made sure that all entries are of the type of the first.
  if (typeof first === 'string') return { kind: 'texts', value: value as string[] };
  if (typeof first === 'number') return { kind: 'tokens', value: value as number[] };
  return { kind: 'token-lists', value: value as number[][] };
}

/** The texts of a prompt; token ids are none. */
export function textsOf(input: { kind: string; prompt?: Prompt }): readonly string[] {
  const { prompt } = input;
  return prompt?.kind === 'text' ? [prompt.value] : prompt?.kind === 'texts' ? prompt.value : [];
}

/** How many prompts there are in it. */
export function countPrompts(prompt: Prompt): number {
  return prompt.kind === 'texts' || prompt.kind === 'token-lists' ? prompt.value.length : 1;
}

/** The readable text of a message's content: its text parts, joined by line breaks. */
export function contentText(content: Message['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? [])
    .map((part) => (part.type === 'text' ? part.text : part.type === 'refusal' ? part.refusal : ''))
    .filter((text) => text !== '')
    .join('\n');
}
