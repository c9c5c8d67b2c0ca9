/**
 * Fits the input to the kinds of prompt that a provider accepts. Messages are always possible (a template converts them to a prompt); a
 * prompt of the wrong kind is not. Pure.
 */
import { RouterError } from '../../unified/error.ts';
import type { Prompt } from '../../unified/request/message.ts';
import type { Input, UnifiedRequest } from '../../unified/request/request.ts';
import type { Target } from '../fit-parameter.ts';

/**
 * Returns the input as the target accepts it. One text is equal to a list of one text. A list that is not accepted as a whole is split into
 * its prompts later (`fitting/split.ts`).
 *
 * @throws RouterError `invalid_request` for a kind of prompt that the target does not accept.
 */
export function fitInput({ operation, input }: UnifiedRequest, { rules }: Target): Input {
  if (input.kind === 'messages') return input;
  const { prompt } = input;
  if (rules.prompts.includes(prompt.kind)) return input;
  const single = SINGLE_KINDS[prompt.kind];
  if (single !== prompt.kind && rules.prompts.includes(single)) return input;
  const list = asList(prompt);
  if (rules.prompts.includes(list.kind)) return { kind: 'prompt', prompt: list };
  const taken = rules.prompts.map((kind) => KIND_NAMES[kind]).join(' or ');
  const param = operation === 'embeddings' ? 'input' : 'prompt';
  throw new RouterError('invalid_request', `${param}: this provider accepts ${taken}, not ${KIND_NAMES[prompt.kind]}.`, { param });
}

/** The kind of one entry of each kind. */
const SINGLE_KINDS: Readonly<Record<Prompt['kind'], Prompt['kind']>> = {
  text: 'text',
  texts: 'text',
  tokens: 'tokens',
  'token-lists': 'tokens',
};

function asList(prompt: Prompt): Prompt {
  if (prompt.kind === 'text') return { kind: 'texts', value: [prompt.value] };
  return prompt.kind === 'tokens' ? { kind: 'token-lists', value: [prompt.value] } : prompt;
}

const KIND_NAMES: Readonly<Record<Prompt['kind'], string>> = {
  text: 'one text',
  texts: 'an array of texts',
  tokens: 'an array of token ids',
  'token-lists': 'an array of arrays of token ids',
};
