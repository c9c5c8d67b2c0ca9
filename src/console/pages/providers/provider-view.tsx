/** The page of one provider: what is missing to use it, its models with prices and the age of facts, its health. */
import { callJson } from '../../api.ts';
import { formatCount, formatMs, UNKNOWN } from '../../format.ts';
import { Load, Notice } from '../../parts/notice.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { routeHref } from '../../route.ts';
import { useLoad } from '../../use-load.ts';
import { ProviderParametersView } from './provider-parameters.tsx';
import {
  ageInDays,
  pricePerMillion,
  stateText,
  type EndpointHealthFields,
  type ProviderDetail,
  type ProviderModel,
} from './provider-detail.ts';

/** @param slug of the provider. */
export function ProviderView({ slug }: { slug: string }) {
  const loaded = useLoad((signal) => callJson<{ data: ProviderDetail }>(`/providers/${encodeURIComponent(slug)}`, { signal }), [slug]);
  return (
    <>
      <p>
        <a href={routeHref('providers')}>All providers</a>
      </p>
      {loaded.value === null ? <h1>{slug}</h1> : null}
      <Load of={loaded}>{({ data }) => <Detail provider={data} reload={loaded.reload} />}</Load>
    </>
  );
}

function Detail({ provider, reload }: { provider: ProviderDetail; reload: () => void }) {
  const {
    slug,
    name,
    missing,
    simulated,
    operations,
    docs_url: docs,
    models,
    health,
    discontinued,
    base_url: baseUrl,
    base_url_variable: variable,
    source_file: source,
  } = provider;
  return (
    <div class="stack">
      <h1>{name}</h1>
      <Readiness missing={missing} isSimulated={simulated} discontinued={discontinued} />
      <dl class="facts">
        <dt>Name in requests</dt>
        <dd>
          <code>@{slug}/…</code>
        </dd>
        <dt>Operations</dt>
        <dd>{operations.join(', ')}</dd>
        <dt>Address</dt>
        <dd>
          {baseUrl === null ? 'none of its own' : <code>{baseUrl}</code>} <span class="soft">(changed by {variable})</span>
        </dd>
        <dt>Reference</dt>
        <dd>
          <a href={docs} rel="noreferrer noopener">
            {docs}
          </a>
        </dd>
        <dt>Source file</dt>
        <dd>
          <a href={source}>providers/{slug}.jsonc</a>
        </dd>
      </dl>
      <h2>Health now</h2>
      <p class="row">
        <span class="soft">Measured by this router in the last five minutes.</span>
        <button type="button" onClick={reload}>
          Refresh
        </button>
      </p>
      <HealthTable health={health} />
      <h2>Parameters</h2>
      {operations.map((operation) => (
        <ProviderParametersView key={operation} slug={slug} operation={operation} />
      ))}
      <h2>Models</h2>
      <ModelTable models={models} slug={slug} />
    </div>
  );
}

function Readiness({
  missing,
  isSimulated,
  discontinued,
}: {
  missing: readonly string[];
  isSimulated: boolean;
  discontinued: string | null;
}) {
  if (discontinued !== null) return <Notice kind="warn">The provider ended this service: {discontinued}.</Notice>;
  if (missing.length > 0)
    return (
      <Notice kind="warn">
        Not ready. Set {missing.join(' and ')}: in <code>.dev.vars</code> under npm run dev, with{' '}
        <code>npx wrangler secret put {missing[0]}</code> for a deployed router.
      </Notice>
    );
  return isSimulated ? <Notice>A simulator answers for this provider, because its key is not set.</Notice> : <p class="good">Ready.</p>;
}

function HealthTable({ health }: { health: readonly EndpointHealthFields[] }) {
  if (health.length === 0) return <p class="soft">No listed model was called in this time, and every circuit is closed.</p>;
  const nowMs = Date.now();
  return (
    <Table
      caption="Endpoints with outcomes"
      rows={health}
      keyOf={({ model }) => model}
      columns={[
        { title: 'Model', cell: ({ model }) => <code>{model}</code>, sortBy: ({ model }) => model },
        { title: 'Circuit', cell: (one) => stateText(one, nowMs), sortBy: ({ state }) => state },
        count('Answers', ({ successes }) => successes),
        count('Failures', ({ failures }) => failures),
        count('Over a limit', ({ limited }) => limited),
        { title: 'First content', cell: ({ latency_ms: ms }) => formatMs(ms), sortBy: ({ latency_ms: ms }) => ms, isNumber: true },
        count('Tokens/s', ({ tokens_per_second: rate }) => (rate === null ? null : Math.round(rate))),
      ]}
    />
  );
}

const count = (title: string, valueOf: (one: EndpointHealthFields) => number | null): Column<EndpointHealthFields> => ({
  title,
  cell: (one) => formatCount(valueOf(one)),
  sortBy: valueOf,
  isNumber: true,
});

function ModelTable({ models, slug }: { models: readonly ProviderModel[]; slug: string }) {
  if (models.length === 0)
    return (
      <p>
        Its file lists no models. Every id that it has can be called as <code>@{slug}/id</code>.
      </p>
    );
  const today = Date.now();
  return (
    <Table
      caption={`${models.length} models; prices in USD for a million tokens`}
      rows={models}
      keyOf={({ id }) => id}
      columns={[
        {
          title: 'Model',
          cell: ({ id, slug: model }) => <a href={routeHref('playground', { model: `@${slug}/${id}` })}>{model ?? id}</a>,
          sortBy: ({ id, slug: model }) => model ?? id,
        },
        {
          title: 'Prompt',
          cell: ({ pricing }) => pricePerMillion(pricing.prompt).text,
          sortBy: ({ pricing }) => pricePerMillion(pricing.prompt).usd,
          isNumber: true,
        },
        {
          title: 'Completion',
          cell: ({ pricing }) => pricePerMillion(pricing.completion).text,
          sortBy: ({ pricing }) => pricePerMillion(pricing.completion).usd,
          isNumber: true,
        },
        { title: 'Context', cell: (one) => formatCount(one.context_length), sortBy: (one) => one.context_length, isNumber: true },
        { title: 'Longest answer', cell: (one) => formatCount(one.max_output), sortBy: (one) => one.max_output, isNumber: true },
        {
          title: 'Facts, days old',
          cell: ({ checked }) => formatCount(ageInDays(checked, today)),
          sortBy: ({ checked }) => ageInDays(checked, today),
          isNumber: true,
        },
        { title: 'Ends', cell: ({ expires }) => expires ?? UNKNOWN, sortBy: ({ expires }) => expires },
      ]}
    />
  );
}
