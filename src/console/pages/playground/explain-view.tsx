/** Shows what the router would send: a column for each request, the router's own choice, and the difference between two. */
import { useState } from 'preact/hooks';
import { formatCount, formatUsd } from '../../format.ts';
import { JsonDiff, JsonView } from '../../parts/json-view.tsx';
import { Facts } from '../../parts/facts.tsx';
import { SelectField } from '../../parts/select.tsx';
import { Adjustments } from './adjustments.tsx';
import { ErrorNotice } from './error-notice.tsx';
import {
  groupByReason,
  marksOfClient,
  marksOfUpstream,
  mergeEqualRequests,
  NOT_CHOSEN,
  splitCalls,
  type Estimate,
  type Explanation,
  type LeftOut,
  type PlannedCall,
} from './explanation.ts';
import { ReasonList } from './reason-list.tsx';
import { titleOf } from './state.ts';
import type { Explanations, Explained } from './use-explain.ts';

/** @param isStale the request was changed since. */
export function ExplainView({ explanations, isStale }: { explanations: Explanations; isStale: boolean }) {
  const { columns, choices } = explanations;
  return (
    <section class="stack" aria-labelledby="explained">
      <h2 id="explained">What is sent</h2>
      {isStale ? <p class="warn">The request was changed since. Explain it again to see the change here.</p> : null}
      <div class="columns">
        {columns.map((column) => (
          <ExplainColumn key={column.target.key} column={column} />
        ))}
      </div>
      <Comparison columns={columns} />
      {choices.map((choice) => (
        <OwnChoice key={choice.target.key} choice={choice} />
      ))}
    </section>
  );
}

function ExplainColumn({ column: { target, explanation, error } }: { column: Explained }) {
  const title = titleOf(target);
  if (error !== null || explanation === null)
    return (
      <section class="panel" aria-label={title}>
        <h3>{title}</h3>
        {error === null ? <p class="soft">Asking …</p> : <ErrorNotice error={error} />}
      </section>
    );
  const { atOnce } = splitCalls(explanation);
  const [first] = atOnce;
  const client = marksOfClient(target.body, explanation.adjustments);
  return (
    <section class="panel stack" aria-label={title}>
      <h3>
        {first?.provider_name ?? title} <code>{first?.model}</code>
      </h3>
      {atOnce.map((call) => (
        <CallFacts key={`${call.provider} ${call.model}`} call={call} isAlone={atOnce.length === 1} />
      ))}
      <div>
        <h4>Changes</h4>
        <Adjustments entries={explanation.adjustments} />
      </div>
      <details>
        <summary>Your request, with the changes marked</summary>
        <JsonView label={`Your request: ${title}`} document={target.body} marks={client.marks} />
        <Elsewhere title="Not in your request:" texts={client.elsewhere} />
      </details>
      <Requests explanation={explanation} title={title} />
      <Emulation explanation={explanation} />
      <Others explanation={explanation} except={target.provider === null ? null : NOT_CHOSEN} />
    </section>
  );
}

function CallFacts({ call, isAlone }: { call: PlannedCall; isAlone: boolean }) {
  return (
    <div>
      <p>
        {isAlone ? null : (
          <b>
            {call.provider_name} <code>{call.model}</code>{' '}
          </b>
        )}
        {call.simulated ? <span class="tag warn">simulated</span> : null} <span class="tag">{call.dialect}</span> {call.reason}.
      </p>
      {call.ready ? null : <p class="warn">Cannot be called yet: set {call.missing?.join(', ')}.</p>}
      <Cost estimate={call.estimate} />
    </div>
  );
}

function Cost({ estimate }: { estimate: Estimate | undefined }) {
  if (estimate === undefined) return null;
  const { usd, prompt_tokens: prompt, max_completion_tokens: most } = estimate;
  const tokens = `about ${formatCount(prompt)} tokens of prompt, at most ${formatCount(most)} of answer`;
  if (usd == null) return <p>Cost: not known, the price of this model is not stated ({tokens}).</p>;
  return (
    <p>
      Cost: at most <b>{formatUsd(usd.most)}</b>, of which {formatUsd(usd.prompt)} for the prompt (estimated: {tokens}).
    </p>
  );
}

function Requests({ explanation, title }: { explanation: Explanation; title: string }) {
  const isMixed = new Set(explanation.requests.map(({ provider }) => provider)).size > 1;
  return (
    <>
      {mergeEqualRequests(explanation.requests).map((request, index) => {
        const { marks, elsewhere } = marksOfUpstream(request, explanation.adjustments);
        return (
          <div key={index} class="stack">
            <h4>
              {request.count === 1 ? 'Upstream request' : `${request.count} equal upstream requests`}
              {isMixed && request.provider !== undefined ? ` to ${request.provider}` : ''}
            </h4>
            <p class="mono">
              {request.method} <span class="long">{request.url}</span>
            </p>
            {explanation.requests.length > 1 ? <p class="soft">Makes choice {request.choices.join(', ')}.</p> : null}
            <details>
              <summary>{Object.keys(request.headers).length} headers</summary>
              <Facts facts={Object.entries(request.headers)} />
            </details>
            <JsonView label={`Upstream body: ${title}`} document={request.body} marks={marks} />
            {request.fields === null ? <p class="soft">This body is too large for marks: the changes are in the list above.</p> : null}
            <Elsewhere title="Not in this body:" texts={elsewhere} />
          </div>
        );
      })}
    </>
  );
}

function Elsewhere({ title, texts }: { title: string; texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <>
      <p>{title}</p>
      <ul>
        {texts.map((text) => (
          <li key={text}>
            <mark>{text.split(' ', 1)}</mark>
            {text.slice(text.indexOf(' '))}
          </li>
        ))}
      </ul>
    </>
  );
}

function Emulation({ explanation: { emulation } }: { explanation: Explanation }) {
  const done = [
    ...(Array.isArray(emulation['stop']) && emulation['stop'].length > 0 ? [`stop sequences ${JSON.stringify(emulation['stop'])}`] : []),
    ...(emulation['echo'] === true ? ['echo'] : []),
    ...(emulation['best_of'] == null ? [] : [`best of ${JSON.stringify(emulation['best_of'])}`]),
    ...(emulation['hide_reasoning'] === true ? ['reasoning is left out'] : []),
  ];
  return done.length === 0 ? null : <p>Done by the router: {done.join('; ')}.</p>;
}

function Others({ explanation, except }: { explanation: Explanation; except: string | null }) {
  const { plan } = explanation;
  const { reserve } = splitCalls(explanation);
  const left: LeftOut[] = [...plan.rejected, ...plan.others];
  const groups = groupByReason(left, except);
  return (
    <>
      {reserve.length === 0 ? null : (
        <details>
          <summary>{reserve.length} more in reserve, for failures</summary>
          <ol>
            {reserve.map((call) => (
              <li key={`${call.provider} ${call.model}`}>
                {call.provider_name} <code>{call.model}</code>: {call.reason}.
                {call.adjustments === undefined || call.adjustments.length === 0 ? null : ` ${call.adjustments.length} changes.`}
              </li>
            ))}
          </ol>
        </details>
      )}
      {groups.length === 0 ? null : (
        <details>
          <summary>{groups.reduce((sum, { names }) => sum + names.length, 0)} left out</summary>
          <ReasonList groups={groups} />
        </details>
      )}
    </>
  );
}

function OwnChoice({ choice: { target, explanation, error } }: { choice: Explained }) {
  return (
    <section class="panel" aria-label={`The router's own choice for ${target.model}`}>
      <h3>The router’s own choice for {target.model}</h3>
      {error === null ? null : <ErrorNotice error={error} />}
      {explanation === null ? null : (
        <>
          <p>
            Without the providers that you chose: {explanation.plan.calls[0]?.provider_name ?? 'none'}
            {explanation.plan.calls[0] === undefined ? '' : ` (${explanation.plan.calls[0].reason})`}.
          </p>
          <Others explanation={explanation} except={null} />
        </>
      )}
    </section>
  );
}

function Comparison({ columns }: { columns: readonly Explained[] }) {
  const [[left, right], setPair] = useState<readonly [number, number]>([0, 1]);
  const usable = columns.filter(({ explanation }) => explanation !== null && explanation.requests.length > 0);
  if (usable.length < 2) return null;
  const bodyOf = (index: number) => usable[index]?.explanation?.requests[0]?.body;
  const options = Object.fromEntries(usable.map(({ target }, index) => [String(index), titleOf(target)]));
  const select = (label: string, value: number, onChange: (index: number) => void) => (
    <SelectField label={label} options={options} value={String(value)} onChoose={(index) => onChange(Number(index))} />
  );
  return (
    <details>
      <summary>Compare two upstream bodies</summary>
      <div class="stack">
        <div class="row">
          {select('First (-)', left, (index) => setPair([index, right]))}
          {select('Second (+)', right, (index) => setPair([left, index]))}
        </div>
        <JsonDiff label="Difference of the two bodies" left={bodyOf(left)} right={bodyOf(right)} />
      </div>
    </details>
  );
}
