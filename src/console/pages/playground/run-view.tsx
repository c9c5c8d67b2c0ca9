/** Shows answers in columns, while they come. */
import { useRef } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import { ApiError } from '../../api.ts';
import { formatCount, formatMs, formatUsd, UNKNOWN } from '../../format.ts';
import { isObject, numberOf, type JsonObject } from '../../../lib/json.ts';
import { Facts, type Fact } from '../../parts/facts.tsx';
import { readJsonText } from '../../parts/json-text.ts';
import { Code, JsonView } from '../../parts/json-view.tsx';
import { routeHref } from '../../route.ts';
import { Adjustments } from './adjustments.tsx';
import { isOpen, tokensPerSecond, type Answer, type AnswerState, type Choice, type ToolCall } from './answer.ts';
import { ErrorNotice } from './error-notice.tsx';
import { LongText } from './long-text.tsx';
import { RawView } from './raw-view.tsx';
import type { Run } from './run-target.ts';
import { titleOf } from './state.ts';

/** @param runs of the last run, in order of the columns. */
export function RunView({ runs }: { runs: readonly Run[] }) {
  return (
    <section class="stack" aria-labelledby="answers">
      <h2 id="answers">Answers</h2>
      <div class="columns">
        {runs.map((run) => (
          <RunColumn key={run.target.key} run={run} />
        ))}
      </div>
    </section>
  );
}

const STATES: Readonly<Record<AnswerState, { text: string; kind: string }>> = {
  waiting: { text: 'waits for the others', kind: '' },
  connecting: { text: 'sent', kind: '' },
  streaming: { text: 'streaming', kind: '' },
  done: { text: 'finished', kind: 'good' },
  stopped: { text: 'stopped', kind: 'warn' },
  failed: { text: 'failed', kind: 'bad' },
};

function RunColumn({ run }: { run: Run }) {
  const answer = run.answer();
  const title = titleOf(run.target);
  const { text, kind } = STATES[answer.state];
  const hasMore = isOpen(answer.state);
  const isAlone = answer.choices.length === 1;
  const heading = useRef<HTMLHeadingElement>(null);
  const stop = () => {
    heading.current?.focus(); // the button that has the focus goes
    run.stop();
  };
  return (
    <section class="panel stack" aria-label={`Answer: ${title}`}>
      <h3 ref={heading} tabIndex={-1}>
        {title}
      </h3>
      <p>
        <span class={`tag ${kind}`}>{text}</span> {answer.isSimulated ? <span class="tag warn">simulated, no model answered</span> : null}{' '}
        {hasMore ? (
          <Button aria-label={`Stop ${title}`} onClick={stop}>
            Stop
          </Button>
        ) : null}
      </p>
      <AnswerFacts answer={answer} />
      {answer.choices.map((choice) => (
        <ChoiceView key={choice.index} choice={choice} title={title} isAlone={isAlone} hasMore={hasMore} />
      ))}
      <Failure error={run.error()} answer={answer} />
      {answer.state === 'done' || answer.adjustments.length > 0 ? (
        <div>
          <h4>Changes</h4>
          <Adjustments entries={answer.adjustments} />
        </div>
      ) : null}
      {answer.id === null || hasMore ? null : (
        <p>
          <a href={routeHref('generation', { id: answer.id })}>This generation</a>
        </p>
      )}
      <RawView events={run.events} title={title} />
    </section>
  );
}

function Failure({ error, answer }: { error: ApiError | null; answer: Answer }) {
  if (error !== null) return <ErrorNotice error={error} />;
  if (answer.error === null) return null;
  const { message, code, type } = answer.error;
  const details = { status: numberOf(code) ?? 0, type: typeof type === 'string' ? type : null, body: { error: answer.error } };
  return <ErrorNotice error={new ApiError(typeof message === 'string' ? message : 'The answer ended with an error.', details)} />;
}

const detail = (usage: JsonObject, group: string, name: string) => {
  const details = usage[group];
  return isObject(details) ? numberOf(details[name]) : null;
};

/** Tokens in words: `12 + 34 (of these 20 reasoning)`. */
function tokensText(usage: JsonObject | null): string {
  if (usage === null) return UNKNOWN;
  const cached = detail(usage, 'prompt_tokens_details', 'cached_tokens');
  const reasoning = detail(usage, 'completion_tokens_details', 'reasoning_tokens');
  const prompt = `${formatCount(numberOf(usage['prompt_tokens']))} prompt${cached === null || cached === 0 ? '' : ` (${formatCount(cached)} cached)`}`;
  const completion = `${formatCount(numberOf(usage['completion_tokens']))} answer`;
  return `${prompt}, ${completion}${reasoning === null || reasoning === 0 ? '' : ` (${formatCount(reasoning)} reasoning)`}`;
}

function AnswerFacts({ answer }: { answer: Answer }) {
  const { usage } = answer;
  const speed = tokensPerSecond(answer);
  const estimated = Array.isArray(usage?.['estimated']) ? (usage['estimated'] as unknown[]) : [];
  const mark = (name: string) => (estimated.includes(name) ? ' (estimated)' : '');
  const facts: Fact[] = [
    ['Provider', answer.provider ?? UNKNOWN],
    ['First content', formatMs(answer.firstContentMs)],
    ['Until the end', formatMs(answer.durationMs)],
    ['Speed', speed === null ? UNKNOWN : `${speed.toFixed(1)} tokens a second${mark('completion_tokens')}`],
    ['Tokens', `${tokensText(usage)}${mark('completion_tokens')}`],
    ['Cost', `${formatUsd(numberOf(usage?.['cost']))}${mark('cost')}`],
    ...(answer.attempts === null || answer.attempts < 2 ? [] : [['Attempts', answer.attempts] as const]),
  ];
  return <Facts facts={facts} />;
}

function ChoiceView({ choice, title, isAlone, hasMore }: { choice: Choice; title: string; isAlone: boolean; hasMore: boolean }) {
  const { text, reasoning, refusal, toolCalls, finishReason, nativeFinishReason } = choice;
  const isEmpty = text === '' && reasoning === '' && refusal === '' && toolCalls.length === 0;
  const native = nativeFinishReason === null || nativeFinishReason === finishReason ? '' : ` (at the provider: ${nativeFinishReason})`;
  return (
    <div class="choice">
      {isAlone ? null : (
        <h4>
          Choice {choice.index}
          {choice.provider === null ? '' : `, ${choice.provider}`}
        </h4>
      )}
      {reasoning === '' ? null : (
        <details open>
          <summary>Reasoning</summary>
          <LongText text={reasoning} kind="soft" />
        </details>
      )}
      <LongText text={text} />
      {refusal === '' ? null : (
        <div class="answer">
          <b>Refused:</b> {refusal}
        </div>
      )}
      {toolCalls.map((call, index) => (
        <ToolCallView key={index} call={call} title={`call ${index + 1} of choice ${choice.index}, ${title}`} />
      ))}
      {isEmpty && !hasMore ? <p class="soft">No text.</p> : null}
      {choice.otherFields.length === 0 ? null : (
        <p class="soft">Also in this answer, see the raw events: {choice.otherFields.join(', ')}.</p>
      )}
      {finishReason === null ? null : (
        <p class="soft">
          Finish reason: {finishReason}
          {native}
        </p>
      )}
    </div>
  );
}

function ToolCallView({ call: { name, text }, title }: { call: ToolCall; title: string }) {
  const read = readJsonText(text);
  const label = `Arguments of ${name}, ${title}`;
  return (
    <div>
      <p>
        Calls <code>{name}</code>
      </p>
      {read.isValid ? <JsonView label={label} document={read.value} /> : <Code label={label}>{text}</Code>}
    </div>
  );
}
