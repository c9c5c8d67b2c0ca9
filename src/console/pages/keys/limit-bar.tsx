/** A limit as a bar: what is used is filled, what requests in progress hold is paler. */
import { describeLimit, describeState, partsOf, type Limit } from './key.ts';

/** @param softAt part of the limit from which answers carry a warning; null = none. */
export function LimitBar({ limit, softAt }: { limit: Limit; softAt: number | null }) {
  const parts = partsOf(limit);
  const [title, state] = [describeLimit(limit), describeState(limit)];
  const kind = parts === null ? '' : parts.used >= 1 ? 'bad' : softAt !== null && parts.used >= softAt ? 'warn' : 'series-0';
  return (
    <div class="limit">
      <b>{title}</b>
      {parts === null ? null : (
        <svg
          role="img"
          aria-label={`${title}: ${state}`}
          viewBox="0 0 100 12"
          width="100%"
          height={12}
          preserveAspectRatio="none"
          class={kind}
        >
          <rect width={100 * parts.used} height={12} fill="currentColor" />
          <rect x={100 * parts.used} width={100 * parts.reserved} height={12} fill="currentColor" opacity={0.4} />
          {softAt === null || limit.resource === 'concurrent' ? null : (
            <line class="chart-chosen" x1={100 * softAt} x2={100 * softAt} y1={0} y2={12} vector-effect="non-scaling-stroke" />
          )}
          <rect width={100} height={12} fill="none" stroke="currentColor" vector-effect="non-scaling-stroke" />
        </svg>
      )}
      <small class="soft line">{state}</small>
    </div>
  );
}
