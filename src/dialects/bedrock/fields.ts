/** Reports fields of messages and tools that Converse does not support. */
import { isObject, type JsonObject } from '../../lib/json.ts';
import { MARK_FIELDS } from '../../unified/request/cache-mark.ts';
import type { AdjustmentLog } from '../../unified/adjustment-log.ts';

/** Fields of a message that the format supports. */
export const OF_MESSAGE = new Set(['reasoning', 'reasoning_content', 'reasoning_details']);
/** Fields of a function that the format supports. */
const OF_FUNCTION = new Set(['name', 'description', 'parameters', 'strict', ...MARK_FIELDS]);

const OF_TOOL = new Set(['type', 'function', ...MARK_FIELDS]);

/** Reports fields of a tool that are not sent. */
export function reportToolFields(tool: JsonObject, log: AdjustmentLog): void {
  const given = isObject(tool['function']) ? tool['function'] : {};
  const lost = [
    ...Object.keys(given)
      .filter((field) => !OF_FUNCTION.has(field) && given[field] != null)
      .map((field) => `function.${field}`),
    ...Object.keys(tool).filter((field) => !OF_TOOL.has(field) && tool[field] != null),
  ];
  for (const field of lost) log.add({ param: `tools.${field}`, action: 'dropped', reason: 'this provider does not accept the field' });
}
