/** The page of one provider: what is missing to use it, its models with prices and the age of facts, its health. */
import { Button } from '../../parts/button.tsx';
import { callJson } from '../../api.ts';
import { formatMs, formatUsd, UNKNOWN, usdPerMillion } from '../../format.ts';
import { Facts } from '../../parts/facts.tsx';
import { Load, Notice } from '../../parts/notice.tsx';
import { numberColumn, Table } from '../../parts/table.tsx';
import { routeHref } from '../../route.ts';
import { useLoad } from '../../use-load.ts';
import { SourceFile } from './source-file.tsx';
import { ProviderParametersView } from './provider-parameters.tsx';
import {
  ageInDays,
  providerPath,
  stateText,
  type EndpointHealthFields,
  type ProviderDetail,
  type ProviderModel,
} from './provider-detail.ts';

/** @param slug of the provider. */
export function ProviderView({ slug }: { slug: string }) {
  const loaded = useLoad((signal) => callJson<{ data: ProviderDetail }>(providerPath(slug), { signal }), [slug]);
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
  } = provider;
  return (
    <div class="stack">
      <h1>{name}</h1>
      <Readiness missing={missing} isSimulated={simulated} discontinued={discontinued} />
      <Facts
        facts={[
          ['Name in requests', <code key="slug">@{slug}/…</code>],
          ['Operations', operations.join(', ')],
          ['Address', `${baseUrl ?? 'none of its own'} (changed by ${variable})`],
          [
            'Reference',
            <a key="docs" href={docs} rel="noreferrer noopener">
              {docs}
            </a>,
          ],
          ['Source file', <SourceFile key="file" slug={slug} />],
        ]}
      />
      <h2>Health now</h2>
      <p class="row">
        <span class="soft">Measured by this router in the last five minutes.</span>
        <Button onClick={reload}>Refresh</Button>
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
    <Table<EndpointHealthFields>
      caption="Endpoints with outcomes"
      rows={health}
      keyOf={({ model }) => model}
      columns={[
        { title: 'Model', cell: ({ model }) => <code>{model}</code>, sortBy: ({ model }) => model },
        { title: 'Circuit', cell: (one) => stateText(one, nowMs), sortBy: ({ state }) => state },
        numberColumn('Answers', ({ successes }) => successes),
        numberColumn('Failures', ({ failures }) => failures),
        numberColumn('Over a limit', ({ limited }) => limited),
        numberColumn('First content', ({ latency_ms: ms }) => ms, formatMs),
        numberColumn('Tokens/s', ({ tokens_per_second: rate }) => (rate === null ? null : Math.round(rate))),
      ]}
    />
  );
}

function ModelTable({ models, slug }: { models: readonly ProviderModel[]; slug: string }) {
  if (models.length === 0)
    return (
      <p>
        Its file lists no models. Every id that it has can be called as <code>@{slug}/id</code>.
      </p>
    );
  const today = Date.now();
  return (
    <Table<ProviderModel>
      caption={`${models.length} models; prices in USD for a million tokens`}
      rows={models}
      keyOf={({ id }) => id}
      columns={[
        {
          title: 'Model',
          cell: ({ id, slug: model }) => <a href={routeHref('playground', { model: `@${slug}/${id}` })}>{model ?? id}</a>,
          sortBy: ({ id, slug: model }) => model ?? id,
        },
        numberColumn('Prompt', ({ pricing }) => usdPerMillion(pricing.prompt), formatUsd),
        numberColumn('Completion', ({ pricing }) => usdPerMillion(pricing.completion), formatUsd),
        numberColumn('Context', (one) => one.context_length),
        numberColumn('Longest answer', (one) => one.max_output),
        numberColumn('Facts, days old', ({ checked }) => ageInDays(checked, today)),
        { title: 'Ends', cell: ({ expires }) => expires ?? UNKNOWN, sortBy: ({ expires }) => expires },
      ]}
    />
  );
}
