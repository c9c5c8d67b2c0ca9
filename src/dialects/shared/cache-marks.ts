/**
 * Arranges the cache marks of a request for formats that take at most four: "A maximum of 4 blocks with cache_control may be provided"
 * (Anthropic's error, also at Bedrock and Vertex; as last known). Sets marks where a client asks for it with `cache_control` at the top level.
 */
import { arrayOf, isObject, type JsonObject } from '../../lib/json.ts';
import { readCacheMark } from '../../unified/request/cache-mark.ts';
import type { Block, Turn } from '../../unified/request/conversation.ts';
import type { FittedCall } from '../dialect.ts';

/** Most marks of a request. */
const MAX_MARKS = 4;

/**
 * Returns the turns and the tools with at most four marks, the last ones. The router's own marks are at the end of the last turn of the user,
 * of the system text, of the tools and of the turn of the user before, as far as there is room.
 */
export function arrangeMarks(turns: readonly Turn[], { cacheMark, parameters }: FittedCall): { turns: readonly Turn[]; tools: unknown } {
  const { tools } = parameters;
  const own = turns.reduce((sum, { blocks }) => sum + blocks.filter(isMarked).length, 0);
  const room = MAX_MARKS - own - arrayOf(tools).filter((tool) => markOfTool(tool) !== null).length;
  if (room < 0) return { turns: withoutFirstMarks(turns, -room), tools };
  if (cacheMark === undefined || room === 0) return { turns, tools };
  return addMarks(turns, tools, { mark: cacheMark, room });
}

function addMarks(
  turns: readonly Turn[],
  tools: unknown,
  { mark, room }: { mark: JsonObject; room: number },
): ReturnType<typeof arrangeMarks> {
  const [last, before] = turns.flatMap(({ role }, index) => (role === 'user' ? [index] : [])).toReversed();
  const opening = turns.findIndex(({ role }) => role !== 'system');
  const system = (opening < 0 ? turns.length : opening) - 1;
  const lastTool = arrayOf(tools).at(-1);
  let [left, marked, markedTools] = [room, turns, tools];
  const markEnd = (index: number | undefined): void => {
    const next = left > 0 && index !== undefined ? withMarkAtEnd(marked, index, mark) : null;
    if (next !== null) [left, marked] = [left - 1, next];
  };
  markEnd(last);
  markEnd(system);
  if (left > 0 && isObject(lastTool) && markOfTool(lastTool) === null) {
    left--;
    markedTools = [...arrayOf(tools).slice(0, -1), { ...lastTool, cache_control: mark }];
  }
  markEnd(before);
  return { turns: marked, tools: markedTools };
}

/** The mark of a tool, which may be on its function; null = it has none. */
export function markOfTool(tool: unknown): JsonObject | null {
  if (!isObject(tool)) return null;
  return readCacheMark(tool) ?? (isObject(tool['function']) ? readCacheMark(tool['function']) : null);
}

const isMarked = (block: Block): boolean =>
  block.cacheControl !== undefined || (block.type === 'tool-result' && block.blocks.some(({ cacheControl }) => cacheControl !== undefined));

/** The turns without their first marks. */
function withoutFirstMarks(turns: readonly Turn[], count: number): readonly Turn[] {
  let left = count;
  return turns.map((turn) => {
    if (left === 0 || !turn.blocks.some(isMarked)) return turn;
    return { ...turn, blocks: turn.blocks.map((block) => (left > 0 && isMarked(block) ? (left--, withoutMark(block)) : block)) };
  });
}

function withoutMark(marked: Block): Block {
  const { cacheControl: _, ...block } = marked;
  if (block.type !== 'tool-result') return block;
  return { ...block, blocks: block.blocks.map(({ cacheControl: __, ...inner }) => inner) };
}

/** Null where there is no block, or it has a mark. */
function withMarkAtEnd(turns: readonly Turn[], index: number, mark: JsonObject): readonly Turn[] | null {
  const { blocks = [] } = turns[index] ?? {};
  const last = blocks.at(-1);
  if (last === undefined || isMarked(last)) return null;
  const marked = [...blocks.slice(0, -1), { ...last, cacheControl: mark }];
  return turns.map((turn, position) => (position === index ? { ...turn, blocks: marked } : turn));
}
