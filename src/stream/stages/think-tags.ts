/**
 * Converts `<think>…</think>` at the beginning of an answer's text into reasoning events. Tags later in the text are not converted: there
 * the model writes about tags. Holds back only what may become a tag, and white space around it. Pure.
 */
import type { Stage, StreamEvent, TextDeltaEvent, TokenLogprob } from '../../unified/response/event.ts';
import { changeEvent, isReasoning, isTerminal } from '../../unified/response/event.ts';

const [OPEN, CLOSE] = ['<think>', '</think>'];

/** `opening`: white space and a part of the tag. `opened`, `closed`: white space after a tag. `thinking`: inside. `text`: plain text. */
type State = 'opening' | 'opened' | 'thinking' | 'closed' | 'text';
type Choice = { state: State; held: string };

/** Most white space held before the tag. More is text. */
const MAX_SPACE = 64;

/** A stage that may hold text. */
export interface ThinkTagStage extends Stage {
  /** Ends the answer: held text is passed on as it is. */
  flush(): StreamEvent[];
}

/** @param onLost called when log probabilities of reasoning are dropped: answers have no field for them. */
export function createThinkTagStage(onLost: () => void = () => undefined): ThinkTagStage {
  const choices = new Map<number, Choice>();

  function choiceAt(index: number): Choice {
    const known = choices.get(index);
    if (known !== undefined) return known;
    const created: Choice = { state: 'opening', held: '' };
    choices.set(index, created);
    return created;
  }

  function pushText(event: TextDeltaEvent, choice: Choice, out: StreamEvent[]): void {
    if (choice.state === 'opening') return pushOpening(event, choice, out);
    if (choice.state === 'opened' || choice.state === 'thinking')
      return pushReasoning(changeEvent(event, { text: choice.held + event.text }), choice, out);
    const text = choice.state === 'closed' ? event.text.trimStart() : event.text;
    if (text !== '') choice.state = 'text';
    if (text !== '' || event.logprobs !== undefined) out.push(text === event.text ? event : changeEvent(event, { text }));
  }

  function pushOpening(event: TextDeltaEvent, choice: Choice, out: StreamEvent[]): void {
    const text = choice.held + event.text;
    const trimmed = text.trimStart();
    if (trimmed.startsWith(OPEN)) {
      Object.assign(choice, { state: 'opened', held: '' });
      return pushReasoning(changeEvent(event, { text: trimmed.slice(OPEN.length) }), choice, out);
    }
    if (OPEN.startsWith(trimmed) && text.length - trimmed.length <= MAX_SPACE && event.logprobs === undefined) {
      choice.held = text;
      return;
    }
    Object.assign(choice, { state: 'text', held: '' });
    out.push(text === event.text ? event : changeEvent(event, { text }));
  }

  function pushReasoning({ text: given, choice: index, logprobs }: TextDeltaEvent, choice: Choice, out: StreamEvent[]): void {
    if (logprobs !== undefined) onLost();
    const text = choice.state === 'opened' ? given.trimStart() : given;
    if (text !== '') choice.state = 'thinking';
    const end = text.indexOf(CLOSE);
    const kept = end < 0 ? tailOf(text) : 0;
    const reasoning = end < 0 ? text.slice(0, text.length - kept) : text.slice(0, end).trimEnd();
    choice.held = text.slice(text.length - kept);
    if (reasoning !== '') out.push({ type: 'reasoning-delta', choice: index, text: reasoning });
    if (end < 0) return;
    Object.assign(choice, { state: 'closed', held: '' });
    const rest = text.slice(end + CLOSE.length);
    const tokens = tokensOf(rest, logprobs ?? []);
    if (rest !== '')
      pushText({ type: 'text-delta', choice: index, text: rest, ...(tokens.length === 0 ? {} : { logprobs: tokens }) }, choice, out);
  }

  function take(event: StreamEvent, out: StreamEvent[]): void {
    if (event.type === 'text-delta') return pushText(event, choiceAt(event.choice), out);
    if (isTerminal(event)) flushAll(out);
    // After a finish more of a tag may follow, because upstreams may send several. After an error nothing follows.
    else if (event.type === 'choice-error') flush(event.choice, choiceAt(event.choice), out);
    else if (isReasoning(event)) {
      // A provider that sends reasoning events writes no tags.
      flush(event.choice, choiceAt(event.choice), out);
      choiceAt(event.choice).state = 'text';
    }
    out.push(event);
  }

  function flushAll(out: StreamEvent[]): void {
    for (const [index, choice] of choices) flush(index, choice, out);
  }

  const isPlain = (event: StreamEvent) => event.type === 'text-delta' && choices.get(event.choice)?.state === 'text';

  return {
    push(events) {
      if (events.every(isPlain)) return events as StreamEvent[];
      const out: StreamEvent[] = [];
      for (const event of events) take(event, out);
      return out;
    },
    flush() {
      const out: StreamEvent[] = [];
      flushAll(out);
      return out;
    },
  };
}

/** Passes on the held text of a choice as it is. */
function flush(index: number, choice: Choice, out: StreamEvent[]): void {
  const { held, state } = choice;
  choice.held = '';
  if (held === '') return;
  out.push(
    state === 'thinking' ? { type: 'reasoning-delta', choice: index, text: held } : { type: 'text-delta', choice: index, text: held },
  );
}

/** Returns the last tokens, if their texts add up to this text; else none. */
function tokensOf(text: string, tokens: readonly TokenLogprob[]): TokenLogprob[] {
  let [from, left] = [tokens.length, text];
  while (left !== '' && from > 0 && left.endsWith(tokens[from - 1]?.token ?? ''))
    left = left.slice(0, left.length - (tokens[--from]?.token.length ?? 0));
  return left === '' ? tokens.slice(from) : [];
}

/** Returns how many characters at the end may begin the closing tag, including white space before it. */
function tailOf(text: string): number {
  let length = Math.min(text.length, CLOSE.length - 1);
  while (length > 0 && !CLOSE.startsWith(text.slice(text.length - length))) length--;
  let start = text.length - length;
  while (start > 0 && text.length - start < MAX_SPACE && /\s/.test(text.charAt(start - 1))) start--;
  return text.length - start;
}
