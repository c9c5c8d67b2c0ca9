/** What one provider accepts, of all its models and of those with rules of their own. */
import type { ParametersData } from '../../../http/parameters.ts';
import { callJson } from '../../api.ts';
import { Load } from '../../parts/notice.tsx';
import { routeHref } from '../../route.ts';
import { useLoad } from '../../use-load.ts';
import { MatrixTable } from './matrix-table.tsx';
import { rowKey, selectMatrix } from './matrix.ts';

/** @param slug of the provider. @param operation that it has. */
export function ProviderParametersView({ slug, operation }: { slug: string; operation: string }) {
  const path = `/parameters?provider=${encodeURIComponent(slug)}&operation=${operation}`;
  const loaded = useLoad((signal) => callJson<{ data: ParametersData }>(path, { signal }), [path]);
  return (
    <Load of={loaded}>
      {({ data }) => {
        const matrix = selectMatrix(data, { search: '', parameter: '', state: '', withOwnFields: true });
        const [first] = data.providers;
        if (first === undefined) return null;
        return (
          <div class="stack">
            <p>
              {operation}{' '}
              <a href={routeHref('providers', { compare: '1', operation, left: rowKey(first) })}>Compare with another provider</a>
            </p>
            <MatrixTable title={`Parameters of ${operation}`} matrix={matrix} unified={data.unified} />
          </div>
        );
      }}
    </Load>
  );
}
