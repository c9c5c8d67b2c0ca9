/** The numbers on top of the page. */
import { formatCount, formatMs, formatShare, formatUsd, UNKNOWN } from '../../format.ts';
import { Tiles } from '../../parts/facts.tsx';
import { costNotes } from './caveats.ts';
import { addSums, costOf, type ActivitySums } from './sums.ts';

/** @param sums of the whole time, by hour or day. */
export function ActivityTiles({ sums: { data } }: { sums: ActivitySums }) {
  const all = addSums(data);
  const { requests } = all;
  if (requests === 0) {
    const titles = ['Tokens', 'Cost', 'Failures', 'Cached answers'];
    return <Tiles tiles={[['Requests', '0'], ...titles.map((title) => [title, UNKNOWN] as const)]} />;
  }
  const some = (count: number, what: string) => (count > 0 ? [`${formatCount(count)} ${what}`] : []);
  return (
    <Tiles
      tiles={[
        ['Requests', formatCount(requests), `${formatMs(all.duration_ms / requests)} on average`],
        [
          'Tokens',
          formatCount(all.prompt_tokens + all.completion_tokens),
          `${formatCount(all.prompt_tokens)} of prompts`,
          `${formatCount(all.completion_tokens)} of answers`,
          ...some(all.cached_tokens, "read from providers' caches"),
          ...some(all.reasoning_tokens, 'of reasoning'),
        ],
        ['Cost', formatUsd(costOf(all)), ...costNotes(all, formatUsd)],
        [
          'Failures',
          formatCount(all.failures),
          `${formatShare(all.failures, requests)} of requests`,
          ...some(all.cancelled, 'cancelled by clients'),
        ],
        ['Cached answers', formatCount(all.cache_hits), `${formatShare(all.cache_hits, requests)} of requests, at no cost`],
      ]}
    />
  );
}
