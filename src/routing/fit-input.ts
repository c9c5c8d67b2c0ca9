/**
 * The input against what a host can read: the kind of a prompt. Messages are always possible (a template makes them a prompt), a
 * prompt of the wrong kind is not. Pure.
 */
import { RouterError } from '../unified/error.ts';
import type { Prompt } from '../unified/message.ts';
import type { Input } from '../unified/request.ts';
import type { Target } from './fitting.ts';

/**
 * The input as the target takes it; several texts that are one, and one text, are the same thing.
 *
 * @throws RouterError `invalid_request` for a kind of prompt the target cannot take.
 */
export function fitInput(input: Input, { rules }: Target): Input {
  if (input.kind === 'messages') return input;
  const { prompt } = input;
  if (rules.prompts.includes(prompt.kind)) return input;
  const other = otherKind(prompt);
  if (other !== null && rules.prompts.includes(other.kind)) return { kind: 'prompt', prompt: other };
  throw new RouterError(
    'invalid_request',
    `prompt: this provider takes ${rules.prompts.map(kindName).join(' or ')}, not ${kindName(prompt.kind)}.`,
    { param: 'prompt' },
  );
}

/** The same prompt as another kind, where nothing is lost. */
function otherKind(prompt: Prompt): Prompt | null {
  switch (prompt.kind) {
    case 'text':
      return { kind: 'texts', value: [prompt.value] };
    case 'tokens':
      return { kind: 'token-lists', value: [prompt.value] };
    case 'texts': {
      const [only, ...rest] = prompt.value;
      return only !== undefined && rest.length === 0 ? { kind: 'text', value: only } : null;
    }
    case 'token-lists': {
      const [only, ...rest] = prompt.value;
      return only !== undefined && rest.length === 0 ? { kind: 'tokens', value: only } : null;
    }
  }
}

const KIND_NAMES: Readonly<Record<Prompt['kind'], string>> = {
  text: 'one text',
  texts: 'an array of texts',
  tokens: 'an array of token ids',
  'token-lists': 'an array of arrays of token ids',
};

const kindName = (kind: Prompt['kind']) => KIND_NAMES[kind];
