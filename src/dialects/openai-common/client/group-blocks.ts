/** Groups ordered blocks as in OpenAI's formats: one text, one refusal, the reasoning, the tool calls, and other fields. */
import { append } from '../../../lib/append.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { TokenLogprob } from '../../../unified/response/event.ts';
import type { ResultBlock } from '../../../unified/response/result.ts';

/** The blocks of one choice by kind. Log probabilities are null when there are none. */
export type GroupedBlocks = {
  text: string;
  reasoning: string;
  reasoningDetails: unknown[];
  refusal: string;
  toolCalls: { id: string; name: string; arguments: string; kind?: 'custom'; extra?: JsonObject }[];
  logprobs: TokenLogprob[] | null;
  refusalLogprobs: TokenLogprob[] | null;
  /** Images, audio, annotations and fields of the upstream's format. */
  extra: JsonObject;
};

/** Groups the blocks of one choice. Lists with one name are concatenated; any other field is replaced by a later one. */
export function groupBlocks(blocks: readonly ResultBlock[]): GroupedBlocks {
  const calls: GroupedBlocks['toolCalls'] = [];
  const extra: JsonObject = {};
  const [reasoningDetails, logprobs, refusalLogprobs]: [unknown[], TokenLogprob[], TokenLogprob[]] = [[], [], []];
  let [text, reasoning, refusal] = ['', '', ''];
  for (const block of blocks) {
    switch (block.type) {
      case 'text':
        text += block.text;
        append(logprobs, block.logprobs ?? []);
        break;
      case 'refusal':
        refusal += block.text;
        append(refusalLogprobs, block.logprobs ?? []);
        break;
      case 'reasoning':
        reasoning += block.text;
        append(reasoningDetails, block.details);
        break;
      case 'tool-call': {
        const { type: _, ...call } = block;
        calls.push(call);
        break;
      }
      default:
        for (const [name, value] of Object.entries(fieldsOfPart(block))) addField(extra, name, value);
    }
  }
  const has = (kind: 'text' | 'refusal') => blocks.some((block) => block.type === kind && block.logprobs !== null);
  return {
    text,
    reasoning,
    reasoningDetails,
    refusal,
    toolCalls: calls,
    logprobs: has('text') ? logprobs : null,
    refusalLogprobs: has('refusal') ? refusalLogprobs : null,
    extra,
  };
}

/** What stands beside the text. */
type Part =
  | { type: 'image'; images: readonly unknown[] }
  | { type: 'audio'; audio: JsonObject }
  | { type: 'citation'; citations: readonly unknown[] }
  | { type: 'native'; fields: JsonObject };

/** Writes a part of an answer as fields of an OpenAI message. */
export function fieldsOfPart(part: Part): JsonObject {
  switch (part.type) {
    case 'image':
      return { images: part.images };
    case 'audio':
      return { audio: part.audio };
    case 'citation':
      return { annotations: part.citations };
    case 'native':
      return part.fields;
  }
}

function addField(extra: JsonObject, name: string, value: unknown): void {
  const before = extra[name];
  if (!Array.isArray(value)) extra[name] = value;
  else if (Array.isArray(before)) append(before, value as unknown[]);
  else extra[name] = [...(value as unknown[])];
}
