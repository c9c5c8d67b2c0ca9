/** The numbers on top of the page. */
import { formatCount, formatMs, formatShare, formatUsd, UNKNOWN } from '../../format.ts';
import { costNotes } from './caveats.ts';
import { addSums, costOf, type ActivitySums } from './sums.ts';

/** @param sums of the whole time, by hour or day. */
export function ActivityTiles({ sums: { data } }: { sums: ActivitySums }) {
  const all = addSums(data);
  const tokens = all.prompt_tokens + all.completion_tokens;
  return (
    <div class="tiles">
      <Tile title="Requests" value={formatCount(all.requests)}>
        {all.requests === 0 ? [] : [`${formatMs(all.duration_ms / all.requests)} on average`]}
      </Tile>
      <Tile title="Tokens" value={all.requests === 0 ? UNKNOWN : formatCount(tokens)}>
        {[
          `${formatCount(all.prompt_tokens)} of prompts`,
          `${formatCount(all.completion_tokens)} of answers`,
          ...(all.cached_tokens > 0 ? [`${formatCount(all.cached_tokens)} read from providers' caches`] : []),
          ...(all.reasoning_tokens > 0 ? [`${formatCount(all.reasoning_tokens)} of reasoning`] : []),
        ]}
      </Tile>
      <Tile title="Cost" value={all.requests === 0 ? UNKNOWN : formatUsd(costOf(all))}>
        {costNotes(all, formatUsd)}
      </Tile>
      <Tile title="Failures" value={all.requests === 0 ? UNKNOWN : formatCount(all.failures)}>
        {[
          ...(all.requests === 0 ? [] : [`${formatShare(all.failures, all.requests)} of requests`]),
          ...(all.cancelled > 0 ? [`${formatCount(all.cancelled)} cancelled by clients`] : []),
        ]}
      </Tile>
      <Tile title="Cached answers" value={all.requests === 0 ? UNKNOWN : formatCount(all.cache_hits)}>
        {all.requests === 0 ? [] : [`${formatShare(all.cache_hits, all.requests)} of requests, at no cost`]}
      </Tile>
    </div>
  );
}

function Tile({ title, value, children }: { title: string; value: string; children: readonly string[] }) {
  return (
    <div class="tile">
      {title}
      <b>{value}</b>
      {children.map((line) => (
        <small key={line} class="soft line">
          {line}
        </small>
      ))}
    </div>
  );
}
