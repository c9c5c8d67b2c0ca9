/** Writes requests and answers in the one form that the operator's guard reads, whatever the client's format. */
import type { JsonObject } from '../lib/json.ts';
import type { RouterError } from '../unified/error.ts';
import type { Block, Turn } from '../unified/request/conversation.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Result, ResultBlock } from '../unified/response/result.ts';

/** What a model reads. Bytes of files are left out. */
export function requestContent({ input, parameters }: UnifiedRequest): JsonObject {
  if (input.kind === 'messages') return { messages: input.conversation.turns.map(turnContent) };
  const { suffix } = parameters;
  return { prompt: input.prompt.value, ...(typeof suffix === 'string' ? { suffix } : {}) };
}

const turnContent = ({ role, blocks }: Turn): JsonObject => ({ role, content: blocks.map(blockContent) });

function blockContent(block: Block): JsonObject {
  switch (block.type) {
    case 'text':
    case 'reasoning':
      return { type: block.type, text: block.text };
    case 'tool-call':
      return { type: block.type, id: block.id, name: block.name, input: block.input };
    case 'tool-result':
      return { type: block.type, id: block.callId, content: block.blocks.map(blockContent) };
    case 'native':
      return { type: block.type, format: block.format, value: block.value };
    case 'audio':
      return { type: block.type };
    default:
      return { type: block.type, url: block.url.startsWith('data:') ? null : block.url };
  }
}

/** What a model wrote, and the type of the error that ended it. */
export function answerContent({ choices }: Result, error: RouterError | null): JsonObject {
  return {
    choices: choices.map(({ index, finishReason, blocks }) => ({ index, finish: finishReason, content: blocks.map(resultContent) })),
    error: error?.type ?? null,
  };
}

function resultContent(block: ResultBlock): JsonObject {
  switch (block.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return { type: block.type, text: block.text };
    case 'tool-call':
      return { type: block.type, id: block.id, name: block.name, input: block.arguments };
    case 'native':
      return { type: block.type, format: block.format, value: block.fields };
    case 'audio':
      return { type: block.type, transcript: block.audio['transcript'] ?? null };
    case 'image':
      return { type: block.type };
    case 'citation':
      return { type: block.type, citations: block.citations };
  }
}
