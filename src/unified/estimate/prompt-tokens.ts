/**
 * Estimates the tokens that a request has for its model: everything the model reads. Text, calls of tools with their names and inputs,
 * results, reasoning, the list of tools with their schemas, images, documents, sound and film. Rounded up: a client that is told too
 * little makes requests that its model refuses.
 */
import { countTokens } from '../../lib/count-tokens.ts';
import type { Block, Turn } from '../request/conversation.ts';
import { promptText } from '../request/prompt.ts';
import type { UnifiedRequest } from '../request/request.ts';
import { documentTokens, imageTokens, timedTokens } from './file-tokens.ts';
import { familyOf, TEXT_FACTOR, TOOLS_PREAMBLE, type ModelFamily } from './model-family.ts';

/** Tokens that mark the beginning and the end of a turn, in any family. */
const TURN_TOKENS = 4;

/** Text is counted whole up to 64 Ki characters, beyond in samples of as much. */
const SAMPLES = { count: 64, characters: 1024 };

/** Bytes of encrypted reasoning for a token, as base64: text of four characters for a token. */
const ENCRYPTED_CHARACTERS_PER_TOKEN = 16 / 3;

/** What a model reads: its text, and the tokens of all else. */
class Reading {
  readonly texts: string[] = [];
  tokens = 0;
  readonly #family: ModelFamily;

  constructor(family: ModelFamily) {
    this.#family = family;
  }

  addTurn({ blocks, images = [], fields }: Turn): void {
    this.tokens += TURN_TOKENS;
    if (Object.keys(fields).length > 0) this.addJson(fields);
    for (const block of blocks) this.#addBlock(block);
    for (const image of images) this.#addBlock(image);
  }

  addJson(value: unknown): void {
    if (value !== undefined) this.texts.push(JSON.stringify(value));
  }

  #addBlock(block: Block): void {
    switch (block.type) {
      case 'text':
        this.texts.push(block.text);
        return;
      case 'tool-call':
        this.texts.push(block.name, block.input);
        return;
      case 'tool-result':
        for (const inner of block.blocks) this.#addBlock(inner);
        return;
      case 'reasoning':
        this.texts.push(block.text);
        if (block.text === '') this.tokens += Math.ceil((block.state?.data.length ?? 0) / ENCRYPTED_CHARACTERS_PER_TOKEN);
        return;
      case 'image':
        this.tokens += imageTokens(block.source, block.detail, this.#family);
        return;
      case 'document':
        this.tokens += documentTokens(block.source, this.#family);
        return;
      case 'audio':
        this.tokens += timedTokens('audio', block.base64);
        return;
      case 'video':
        this.tokens += timedTokens('video', block.source.kind === 'bytes' ? block.source.base64 : null);
        return;
      case 'native':
        this.addJson(block.value);
    }
  }
}

/** Returns the estimate, 1 or more. Work is bounded for text of any length. @param model any name of the model. */
export function estimatePromptTokens({ input, parameters, native }: UnifiedRequest, model: string): number {
  const family = familyOf(model);
  const reading = new Reading(family);
  if (input.kind === 'prompt') reading.texts.push(promptText(input, undefined));
  else for (const turn of input.conversation.turns) reading.addTurn(turn);
  // The client's own list: what only its format has is counted as well.
  const tools = native?.body['tools'] ?? parameters['tools'] ?? parameters['functions'];
  reading.addJson(tools);
  reading.addJson(parameters['response_format']);
  const preamble = Array.isArray(tools) && tools.length > 0 ? TOOLS_PREAMBLE[family] : 0;
  const text = countTokens(reading.texts.join('\n'), SAMPLES) * TEXT_FACTOR[family];
  return Math.max(1, Math.ceil(text) + reading.tokens + preamble);
}

/** Estimates the tokens of each turn, and those of one UTF-16 unit of their text. @param model any name of the model. */
export function estimateTurnTokens(turns: readonly Turn[], model: string): { tokens: number[]; tokensPerUnit: number } {
  const family = familyOf(model);
  const readings = turns.map((turn) => {
    const reading = new Reading(family);
    reading.addTurn(turn);
    return reading;
  });
  const text = readings.map(({ texts }) => texts.join('\n')).join('\n');
  const tokensPerUnit = text.length === 0 ? 0 : (countTokens(text, SAMPLES) * TEXT_FACTOR[family]) / text.length;
  const lengthOf = (texts: readonly string[]) => texts.reduce((sum, { length }) => sum + length, 0);
  return { tokens: readings.map(({ texts, tokens }) => tokens + Math.ceil(lengthOf(texts) * tokensPerUnit)), tokensPerUnit };
}
