/** The state of one key: limits, what it has spent, and what it may do. For callers and for the operator. */
import { formatCount, formatTime, formatUsd, UNKNOWN } from '../../format.ts';
import { Facts, Tiles, type Fact } from '../../parts/facts.tsx';
import { Notice } from '../../parts/notice.tsx';
import { describeLimit, warningsOf, type KeyState, type Limit } from './key.ts';
import { LimitBar } from './limit-bar.tsx';

/** Limits and warnings. */
export function KeyLimits({ state }: { state: KeyState }) {
  const limits = state.limits ?? [];
  return (
    <>
      {warningsOf(state).map(({ text, isSpent }) => (
        <Notice key={text} kind="warn">
          <b>{isSpent ? 'Refused: ' : 'Warning: '}</b>
          {text}
        </Notice>
      ))}
      {limits.length === 0 ? <p>No limits.</p> : null}
      {limits.map((limit, index) => (
        <LimitBar key={index} limit={limit} softAt={state.soft_at ?? null} />
      ))}
      <OtherLimits title="Each user" limits={state.user_limits} />
      <OtherLimits title="Each session" limits={state.session_limits} />
    </>
  );
}

const OtherLimits = ({ title, limits = [] }: { title: string; limits: readonly Limit[] | undefined }) =>
  limits.length === 0 ? null : (
    <p>
      {title}: {limits.map(describeLimit).join(', ')}.
    </p>
  );

/** What a key has spent. Days, weeks (from Monday) and months are those of UTC. */
export function KeySpent({ state }: { state: KeyState }) {
  return (
    <>
      <Tiles
        kind="spent"
        tiles={[
          ['Today', formatUsd(state.usage_daily)],
          ['This week', formatUsd(state.usage_weekly)],
          ['This month', formatUsd(state.usage_monthly)],
          ['In total', formatUsd(state.usage)],
        ]}
      />
      {state.byok_usage > 0 ? <p>{formatUsd(state.byok_usage)} more with the caller's own provider keys.</p> : null}
      {state.usage_since === undefined ? null : (
        <p class="soft">
          Counted by one isolate of the router since {formatTime(state.usage_since)}
          {state.usage_unpriced ? `; the cost of ${formatCount(state.usage_unpriced)} answers is not known` : ''}. The page Activity has all
          of it.
        </p>
      )}
    </>
  );
}

/** What a key may do. */
export function KeyRules({ state }: { state: KeyState }) {
  const facts: Fact[] = [
    ['Expires', state.expires_at === null ? 'never' : formatTime(state.expires_at)],
    ['Models', listOf(state.models)],
    ['Providers', listOf(state.providers)],
    ['Warning from', state.soft_at == null ? UNKNOWN : `${100 * state.soft_at} % of a limit on`],
    ['Cost not known', state.on_unpriced === 'refuse' ? 'refused while a limit counts USD' : 'allowed'],
    ['Response cache', state.cache === true ? `on, for ${formatCount(state.cache_ttl)} s` : 'only where a request asks for it'],
  ];
  return <Facts facts={facts} />;
}

const listOf = (names: readonly string[] | null | undefined): string => (names == null ? 'all' : names.join(', '));
