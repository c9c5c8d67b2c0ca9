/** Where answers of the router are not as a publisher describes them, and why: each is a place where the two descriptions contradict. */
import type { Finding, Publisher } from './published-schemas.ts';

/** @property in the kind of answer. @property place as in `Finding`; what lies below counts as well. */
type Exception = { publisher: Publisher; of: string; place: string; says: RegExp; why: string };

/** The list. */
const EXCEPTIONS: readonly Exception[] = [
  {
    publisher: 'openai',
    of: 'chunk',
    place: '/choices/*/finish_reason',
    says: /must be|must match/,
    why: 'a choice that breaks off ends with "error", OpenRouter\'s word; OpenAI has none, since it closes the connection',
  },
  {
    publisher: 'openai',
    of: 'body',
    place: '/choices/*/message/annotations/*/url_citation',
    says: /'(title|start_index|end_index)'/,
    why: 'Perplexity says neither where a citation stands nor, in some answers, its title; nothing is invented',
  },
  {
    publisher: 'openai',
    of: 'error',
    place: '/error/code',
    says: /must be|must match/,
    why: "a number in OpenRouter's description, a string in OpenAI's; its packages take either",
  },
  {
    publisher: 'openai',
    of: 'error',
    place: '/error',
    says: /'param'/,
    why: 'OpenRouter\'s errors have no "param": it is there where a field is at fault',
  },
  {
    publisher: 'openai',
    of: 'completion-chunk',
    place: '/choices/*/finish_reason',
    says: /must be|must match/,
    why: 'the description has one schema for bodies and chunks, which forbids the null that every chunk before the last has at OpenAI, too',
  },
  {
    publisher: 'openai',
    of: 'embeddings',
    place: '/data/*/embedding',
    says: /must be array/,
    why: 'with encoding_format "base64", which the description leaves out of the answer, a vector is a string',
  },
  {
    publisher: 'openai',
    of: 'response',
    place: '/usage',
    says: /must be object/,
    why: 'null until it is known: the description of Open Responses requires the key, and OpenAI sends null in response.created',
  },
  {
    publisher: 'openai',
    of: 'response',
    place: '/error/code',
    says: /must be|must match/,
    why: 'Codex ends its turn at codes that the description does not have, e.g. context_length_exceeded',
  },
  {
    publisher: 'openai',
    of: 'response',
    place: '/error',
    says: /must be null|must match a schema/,
    why: 'as for the code in it',
  },
  {
    publisher: 'openrouter',
    of: 'response',
    place: '/usage',
    says: /must be object/,
    why: "as for OpenAI's description",
  },
  {
    publisher: 'openrouter',
    of: 'response-error',
    place: '/error/code',
    says: /must be integer/,
    why: "OpenAI's packages and Codex read a string: the clients of this format are OpenAI's",
  },
  {
    publisher: 'openrouter',
    of: 'generation',
    place: '/data/provider_responses/*/provider_name',
    says: /^enum/,
    why: 'as for endpoints',
  },
  ...['/data/total_cost', '/data/usage'].map((place) => ({
    publisher: 'openrouter' as const,
    of: 'generation',
    place,
    says: /must be number/,
    why: 'null where the price is not known: no number is invented',
  })),
  {
    publisher: 'openrouter',
    of: 'models',
    place: '/data/*/supported_parameters/*',
    says: /^enum/,
    why: 'names of parameters that OpenRouter does not have; its package takes the list as open',
  },
  {
    publisher: 'openrouter',
    of: 'endpoints',
    place: '/endpoints/*/supported_parameters/*',
    says: /^enum/,
    why: 'as for models',
  },
  {
    publisher: 'openrouter',
    of: 'endpoints',
    place: '/endpoints/*/provider_name',
    says: /^enum/,
    why: 'providers that OpenRouter does not have; its package takes the list as open',
  },
];

/** What is neither as published nor an exception. */
export function unexpected(publisher: Publisher, of: string, findings: readonly Finding[]): Finding[] {
  const own = EXCEPTIONS.filter((exception) => exception.publisher === publisher && exception.of === of);
  return findings.filter(({ place, says }) => !own.some((exception) => place === exception.place && exception.says.test(says)));
}
