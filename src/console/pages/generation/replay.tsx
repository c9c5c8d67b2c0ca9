/** Sends the request again, with another provider: in the playground, where it can be seen before it is sent. */
import { useState } from 'preact/hooks';
import { callJson } from '../../api.ts';
import { formatUsd, usdPerMillion } from '../../format.ts';
import { SelectField } from '../../parts/select.tsx';
import { recallRequest } from '../../recent-requests.ts';
import { routeHref } from '../../route.ts';
import { useLoad } from '../../use-load.ts';
import { replayQuery, type Generation } from './generation.ts';

/** An endpoint of `GET /models/{id}/endpoints`, as far as it is shown. */
type Endpoint = {
  readonly provider_name: string;
  /** Slug of the provider. */
  readonly tag: string;
  readonly pricing: { readonly prompt?: string; readonly completion?: string };
  readonly status: number;
};

/** @param generation its model is asked again. */
export function Replay({ generation }: { generation: Generation }) {
  const [provider, setProvider] = useState('');
  const recalled = recallRequest(generation.id);
  const { value: endpoints } = useLoad(() => readEndpoints(generation.model), [generation.model]);
  const isListed = endpoints !== null && endpoints.length > 0;
  const query = replayQuery(recalled, isListed ? generation.model : generation.model_asked, provider || null);
  return (
    <div class="stack">
      <p>
        The router keeps neither the request nor the answer.{' '}
        {recalled === null
          ? 'This tab does not have the request, so the playground opens with its example, and with the model.'
          : 'This tab still has the request: the playground opens with it.'}
      </p>
      <div class="row">
        {isListed ? (
          <SelectField
            label="Provider"
            options={{
              '': 'the router chooses',
              ...Object.fromEntries(endpoints.map((endpoint) => [endpoint.tag, describeEndpoint(endpoint, generation)])),
            }}
            value={provider}
            onChoose={setProvider}
          />
        ) : null}
        <a class="button" href={routeHref('playground', query)}>
          Open in the playground
        </a>
      </div>
    </div>
  );
}

/** A model that no provider file lists has none. */
async function readEndpoints(model: string): Promise<readonly Endpoint[]> {
  if (!model.includes('/')) return []; // an id of the provider's own
  const path = model.split('/').map(encodeURIComponent).join('/');
  const answer = callJson<{ data: { endpoints: readonly Endpoint[] } }>(`/models/${path}/endpoints`);
  return (await answer.catch(() => ({ data: { endpoints: [] } }))).data.endpoints;
}

function describeEndpoint({ provider_name: name, tag, pricing, status }: Endpoint, { provider }: Generation): string {
  const prices = [pricing.prompt, pricing.completion].map((price) => formatUsd(usdPerMillion(price)));
  const notes = [...(tag === provider ? ['this answer'] : []), ...(status < 0 ? ['its circuit is open'] : [])];
  return `${name}: ${prices.join(' / ')} per million tokens${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}
