/** What is known of one answer. */
import { formatCount, formatMs, formatTime, formatUsd, UNKNOWN } from '../../format.ts';
import { SpanChart } from '../../parts/chart/span-chart.tsx';
import { Facts, Tiles, type Fact } from '../../parts/facts.tsx';
import { Notice } from '../../parts/notice.tsx';
import { numberColumn, Table, textColumn, type Column } from '../../parts/table.tsx';
import { routeHref } from '../../route.ts';
import { nameKey, type KeyNames } from '../activity/labels.ts';
import { formatChanged, spansOf, tokenKinds, tokensPerSecond, type Generation, type GenerationAttempt } from './generation.ts';
import { Replay } from './replay.tsx';

/** @param names of keys, for the operator. */
export function GenerationView({ generation, names }: { generation: Generation; names: KeyNames }) {
  const { attempts, attempt_count: attemptCount } = generation;
  const isCostEstimate = generation.estimated.includes('cost');
  const speed = tokensPerSecond(generation);
  return (
    <>
      {generation.error === null ? null : (
        <Notice kind="warn">
          {generation.cancelled ? 'The client cancelled the answer' : `The answer failed: ${generation.error}`}, status {generation.status}.
        </Notice>
      )}
      <Tiles
        tiles={[
          [
            'Cost',
            formatUsd(generation.total_cost),
            ...(isCostEstimate ? ['an estimate'] : generation.total_cost === null ? ['no price is known'] : []),
          ],
          ['Duration', formatMs(generation.duration_ms)],
          ['First content', formatMs(generation.latency)],
          speed === null ? ['Tokens a second', UNKNOWN] : ['Tokens a second', speed.toFixed(1), 'from the first content on'],
          ['Status', generation.status],
        ]}
      />
      <SpanChart
        title="Attempts"
        note={
          attemptCount > attempts.length ? `The first ${attempts.length} of ${attemptCount} are kept.` : 'Hatched: until the first content.'
        }
        spans={spansOf(generation)}
        totalMs={generation.duration_ms}
      />
      {attempts.length === 0 ? null : (
        <Table
          caption="Attempts, in their order"
          rows={attempts.map((attempt, index) => ({ ...attempt, index }))}
          keyOf={({ index }) => String(index)}
          columns={ATTEMPT_COLUMNS}
        />
      )}
      <div class="columns">
        <section aria-labelledby="changes">
          <h2 id="changes">What was changed</h2>
          <Changes generation={generation} />
        </section>
        <section aria-labelledby="tokens">
          <h2 id="tokens">Tokens</h2>
          <Tokens generation={generation} />
        </section>
      </div>
      <h2>Facts</h2>
      <Facts facts={factsOf(generation, names)} />
      <h2>Replay</h2>
      <Replay generation={generation} />
    </>
  );
}

const ATTEMPT_COLUMNS: readonly Column<GenerationAttempt & { index: number }>[] = [
  { title: '#', cell: ({ index }) => index + 1, isNumber: true },
  textColumn('Provider', (attempt) => attempt.provider_name),
  textColumn('Model', (attempt) => attempt.model),
  numberColumn('Status', (attempt) => attempt.status),
  textColumn('Error', ({ error_type: error, cancelled }) => (cancelled ? `${error ?? ''} cancelled`.trim() : error)),
  numberColumn('Started', (attempt) => attempt.started_ms, formatMs),
  numberColumn('First content', (attempt) => attempt.first_content_ms, formatMs),
  numberColumn('Duration', (attempt) => attempt.duration_ms, formatMs),
  numberColumn('HTTP requests', (attempt) => attempt.calls),
];

function Changes({ generation: { adjustments, adjustment_count: count } }: { generation: Generation }) {
  if (count === 0) return <p>Nothing was changed.</p>;
  if (adjustments.length === 0) return <p>{formatCount(count)} changes were reported with the answer; which, was not kept.</p>;
  return (
    <>
      <Table
        caption={adjustments.length < count ? `The first ${adjustments.length} of ${formatCount(count)} changes` : 'Changes of the request'}
        rows={adjustments.map((change, index) => ({ ...change, index }))}
        keyOf={({ index }) => String(index)}
        columns={[
          { title: 'Parameter', cell: ({ param }) => <code>{param}</code> },
          { title: 'Change', cell: ({ action }) => action },
          { title: 'From', cell: ({ from }) => formatChanged(from), isNumber: true },
          { title: 'To', cell: ({ to }) => formatChanged(to), isNumber: true },
        ]}
      />
      <p class="soft">Values are kept of numbers and booleans only.</p>
    </>
  );
}

const Tokens = ({ generation }: { generation: Generation }) => (
  <>
    <Table
      caption="Tokens by kind"
      rows={tokenKinds(generation)}
      keyOf={({ name }) => name}
      columns={[
        { title: 'Kind', cell: ({ name, isPart }) => (isPart ? `of which ${name}` : name) },
        {
          title: 'Tokens',
          cell: ({ count, isEstimate }) => `${isEstimate ? '≈ ' : ''}${formatCount(count)}`,
          isNumber: true,
        },
      ]}
    />
    <p class="soft">{generation.estimated.length === 0 ? 'No number is an estimate.' : `Estimated: ${generation.estimated.join(', ')}.`}</p>
  </>
);

function factsOf(generation: Generation, names: KeyNames): Fact[] {
  const tags = Object.entries(generation.tags).map(([name, value]) => `${name}: ${value}`);
  return [
    ['Time', formatTime(generation.created_at)],
    [
      'Model',
      generation.model === generation.model_asked ? generation.model : `${generation.model} (asked for as ${generation.model_asked})`,
    ],
    ['Provider', generation.provider_name || UNKNOWN],
    ['Operation', `${generation.operation}, as ${generation.format}${generation.streamed ? ', streamed' : ''}`],
    ['Finish', finishOf(generation)],
    ['Response cache', generation.cache ?? 'not used'],
    ['Service tier', generation.service_tier ?? UNKNOWN],
    ['Provider key', generation.is_byok ? "the caller's own" : "the operator's"],
    ['Key', <a href={routeHref('activity', { key: generation.key, range: '30d' })}>{nameKey(generation.key, names)}</a>],
    ['User', generation.user ?? UNKNOWN],
    ['Session', generation.session ?? UNKNOWN],
    ['Tags', tags.length === 0 ? UNKNOWN : tags.join(', ')],
    ['Id of the provider', generation.upstream_id ?? UNKNOWN],
  ];
}

function finishOf({ finish_reason: finish, native_finish_reason: native }: Generation): string {
  if (finish === null) return UNKNOWN;
  return native === null || native === finish ? finish : `${finish} (the provider's word: ${native})`;
}
