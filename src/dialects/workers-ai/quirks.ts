/** What models of Workers AI do differently from one another: the closed list that a provider file may name. */
import { THINK_TAGS } from '../dialect.ts';

/** The model accepts OpenAI's chat body: messages only, sound and files in them, tools as they are, `stream_options`. */
export const OPENAI_BODY = 'openai-body';

/** Ids of tool calls must be nine letters and digits (models of Mistral; their schema states "fall back to 000000001"). */
export const NINE_CHARACTER_IDS = 'nine-character-tool-ids';

/** The model answers a request for a stream with an empty document. It is asked for the whole answer. */
export const ANSWERS_AT_ONCE = 'answers-at-once';

/** All of them. */
export const WORKERS_AI_QUIRKS: readonly string[] = [THINK_TAGS, OPENAI_BODY, NINE_CHARACTER_IDS, ANSWERS_AT_ONCE];
