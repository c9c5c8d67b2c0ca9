/** Events to a whole answer, for a client that does not stream. The same events, rules and report as in a stream; nothing lost. */
import type { RouterError } from '../unified/error.ts';
import type { DeltaEvent, StreamEvent } from '../unified/event.ts';
import { isContent } from '../unified/event.ts';
import type { CollectedChoice, Result } from '../unified/result.ts';

/** Gathers an answer. */
export interface Collector {
  push(events: readonly StreamEvent[]): void;
  /** The answer so far; whole once the last event was pushed. */
  result(): Result;
  /** The error that ended the answer, if one did. */
  error(): RouterError | null;
}

type Pieces = { text: string[]; reasoning: string[]; refusal: string[]; calls: { id: string; name: string; arguments: string[] }[] };

export function createCollector(): Collector {
  const choices = new Map<number, { choice: CollectedChoice; pieces: Pieces }>();
  const starts: Result['starts'] = [];
  let usage: Result['usage'] = null;
  let failure: RouterError | null = null;

  function entryAt(index: number) {
    const known = choices.get(index);
    if (known !== undefined) return known;
    const created = { choice: emptyChoice(index), pieces: { text: [], reasoning: [], refusal: [], calls: [] } };
    choices.set(index, created);
    return created;
  }

  function take(event: StreamEvent): void {
    if (isContent(event)) {
      const { choice, pieces } = entryAt(event.choice);
      addDelta(event, choice, pieces);
    } else if (event.type === 'choice-end') {
      Object.assign(entryAt(event.choice).choice, { finishReason: event.reason, nativeReason: event.nativeReason });
    } else if (event.type === 'choice-error') {
      Object.assign(entryAt(event.choice).choice, { finishReason: 'error', error: event.error });
    } else if (event.type === 'start') {
      starts.push(event);
    } else if (event.type !== 'usage') {
      usage = event.usage;
      if (event.type === 'error') failure = event.error;
    }
  }

  return {
    push: (events) => events.forEach(take),
    result: () => ({ starts, usage, choices: [...choices.values()].map(finish).sort((one, other) => one.index - other.index) }),
    error: () => failure,
  };
}

function addDelta(event: DeltaEvent, choice: CollectedChoice, pieces: Pieces): void {
  switch (event.type) {
    case 'text-delta':
      if (event.logprobs !== undefined && choice.logprobs === null) choice.logprobsOffset = textLength(pieces);
      pieces.text.push(event.text);
      if (event.logprobs !== undefined) (choice.logprobs ??= []).push(...event.logprobs);
      break;
    case 'reasoning-delta':
      pieces.reasoning.push(event.text);
      choice.reasoningDetails.push(...(event.details ?? []));
      break;
    case 'refusal-delta':
      pieces.refusal.push(event.text);
      if (event.logprobs !== undefined) (choice.refusalLogprobs ??= []).push(...event.logprobs);
      break;
    case 'tool-call-delta': {
      const call = (pieces.calls[event.index] ??= { id: '', name: '', arguments: [] });
      call.id = event.id ?? call.id;
      call.name = event.name ?? call.name;
      call.arguments.push(event.arguments);
      break;
    }
    case 'extra-delta':
      choice.extra = { ...choice.extra, ...event.fields };
      break;
  }
}

const textLength = ({ text }: Pieces) => text.reduce((length, piece) => length + piece.length, 0);

function emptyChoice(index: number): CollectedChoice {
  return {
    index,
    text: '',
    reasoning: '',
    reasoningDetails: [],
    refusal: '',
    toolCalls: [],
    logprobs: null,
    refusalLogprobs: null,
    logprobsOffset: 0,
    extra: {},
    finishReason: 'stop',
    nativeReason: null,
    error: null,
  };
}

function finish({ choice, pieces }: { choice: CollectedChoice; pieces: Pieces }): CollectedChoice {
  const toolCalls = pieces.calls.map((call) => ({ ...call, arguments: call.arguments.join('') }));
  return { ...choice, text: pieces.text.join(''), reasoning: pieces.reasoning.join(''), refusal: pieces.refusal.join(''), toolCalls };
}
