/**
 * What an answer consists of, in no format: read from its events by a fold that shares no code with `src/`, and read from what a client was
 * written by `said-by-clients.ts`.
 */
import type { StreamEvent } from '../../src/unified/response/event.ts';
import type { Usage } from '../../src/unified/response/usage.ts';

/** Counts of tokens; null = not known. */
export type Counts = {
  prompt: number;
  completion: number;
  cached: number | null;
  cacheWrite: number | null;
  reasoning: number | null;
};

/** What the first choice of an answer says. */
export type Said = {
  text: string;
  refusal: string;
  /** Text and refusal in their order, for formats without a place for a refusal. */
  words: string;
  reasoning: string;
  /** State of reasoning, verbatim, in order; states that carry a maker alone are left out. */
  states: string[];
  calls: { id: string; name: string; arguments: string }[];
  images: number;
  /** Addresses of sources. */
  sources: string[];
  /** Names of fields that one provider alone has. */
  native: string[];
  /** Kinds of content in order of their beginning, neighbours of one kind once. */
  order: string[];
  finish: string | null;
  usage: Counts | null;
};

/** An answer that says nothing. */
export const nothingSaid = (): Said => ({
  text: '',
  refusal: '',
  words: '',
  reasoning: '',
  states: [],
  calls: [],
  images: 0,
  sources: [],
  native: [],
  order: [],
  finish: null,
  usage: null,
});

/** Adds a kind of content to the order. */
export function beginKind(said: Said, kind: string): void {
  if (said.order.at(-1) !== kind) said.order.push(kind);
}

/** The address of a source, or its whole text. */
export function addressOf(source: unknown): string {
  const { url, url_citation: nested } = source as { url?: string; url_citation?: { url?: string } };
  return url ?? nested?.url ?? JSON.stringify(source);
}

/** The counts of a usage. */
const countsOf = (usage: Usage | null): Counts | null =>
  usage && {
    prompt: usage.promptTokens,
    completion: usage.completionTokens,
    cached: usage.cachedTokens,
    cacheWrite: usage.cacheWriteTokens,
    reasoning: usage.reasoningTokens,
  };

/** Reads events of the first choice. */
export function saidBy(events: readonly StreamEvent[]): Said {
  const said = nothingSaid();
  const places = new Map<number, number>();
  for (const event of events) {
    if ('choice' in event && event.choice !== 0) continue;
    if (event.type === 'text-delta') {
      if (event.text !== '') beginKind(said, 'text');
      said.text += event.text;
      said.words += event.text;
    } else if (event.type === 'refusal-delta') {
      if (event.text !== '') beginKind(said, 'refusal');
      said.refusal += event.text;
      said.words += event.text;
    } else if (event.type === 'reasoning-delta') {
      if (event.text !== '') beginKind(said, 'reasoning');
      said.reasoning += event.text;
    } else if (event.type === 'reasoning-state') {
      if (event.state.data !== '') said.states.push(event.state.data);
    } else if (event.type === 'tool-call-delta') {
      if (!places.has(event.index)) {
        places.set(event.index, said.calls.push({ id: '', name: '', arguments: '' }) - 1);
        said.order.push('call');
      }
      const call = said.calls[places.get(event.index) as number] as Said['calls'][number];
      call.id = event.id ?? call.id;
      call.name = event.name ?? call.name;
      call.arguments += event.arguments;
    } else if (event.type === 'image') {
      said.images += event.images.length;
    } else if (event.type === 'citation') {
      said.sources.push(...event.citations.map(addressOf));
    } else if (event.type === 'native') {
      said.native.push(...Object.keys(event.fields));
    } else if (event.type === 'choice-end') {
      said.finish = event.reason;
    } else if (event.type === 'end' || event.type === 'error') said.usage = countsOf(event.usage);
  }
  return said;
}
