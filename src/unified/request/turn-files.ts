/** Finds URLs of files in turns, results of tools included, and replaces them by data URIs. */
import { mapChanged } from '../../lib/map-changed.ts';
import type { Block, Turn } from './conversation.ts';
import { readSource, type MediaReference } from './media.ts';

/** Returns the URL of a block that another server has to serve; null for bytes, and for a block without a file. */
function urlOf(block: Block): string | null {
  const isFile = block.type === 'image' || block.type === 'document' || block.type === 'video';
  return isFile && block.source.kind === 'url' && /^[a-z][a-z0-9+.-]*:/i.test(block.url) ? block.url : null;
}

/** Returns the URLs of all files in the turns, by the path of their block. */
export function findUrls(turns: readonly Turn[]): MediaReference[] {
  return turns.flatMap(({ blocks }) => urlsIn(blocks));
}

function urlsIn(blocks: readonly Block[]): MediaReference[] {
  return blocks.flatMap((block) => {
    if (block.type === 'tool-result') return urlsIn(block.blocks);
    const url = urlOf(block);
    return url === null ? [] : [{ url, path: block.path }];
  });
}

/** Replaces URLs by data URIs. What has none of them stays the same object. */
export function replaceUrls(turns: readonly Turn[], dataUris: ReadonlyMap<string, string>): readonly Turn[] {
  return mapChanged(turns, (turn) => withBlocks(turn, replaceIn(turn.blocks, dataUris)));
}

function replaceIn(blocks: readonly Block[], dataUris: ReadonlyMap<string, string>): readonly Block[] {
  return mapChanged(blocks, (block): Block => {
    if (block.type === 'tool-result') return withBlocks(block, replaceIn(block.blocks, dataUris));
    const url = urlOf(block);
    const dataUri = url === null ? undefined : dataUris.get(url);
    if (dataUri === undefined) return block;
    const { original: _, ...rest } = block;
    // A block with a URL has a source: only kinds of files do.
    return { ...rest, source: readSource(dataUri, block.path), url: dataUri } as Block;
  });
}

/** The turn, or the result of a tool, with other blocks; itself where they are its own. */
function withBlocks<Parent extends { blocks: readonly Block[]; original?: unknown }>(parent: Parent, blocks: readonly Block[]): Parent {
  if (blocks === parent.blocks) return parent;
  const { original: _, ...rest } = parent;
  return { ...rest, blocks } as unknown as Parent; // a generic type loses its name where a field is taken out
}
