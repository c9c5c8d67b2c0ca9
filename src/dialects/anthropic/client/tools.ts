/** Reads `tools` and `tool_choice` of the Messages format (@anthropic-ai/sdk 1.14.0, BetaToolUnion, read 2026-11-30). */
import { arrayOf, isObject, textOf, wordOf, type JsonObject } from '../../../lib/json.ts';
import { MAX_TOOLS } from '../../../unified/request/parameters.ts';
import type { HistoryChanges } from './history-changes.ts';
import { knownTool } from './known-tools.ts';
import { readName, readObject, readObjects, wrongValue, type Located } from '../../shared/read-fields.ts';
import { dropOthers, refuseUnknown, type ReadReport } from './report.ts';

/** Unified parameters. Absent = not sent. */
type ReadTools = { tools?: JsonObject[]; tool_choice?: unknown; parallel_tool_calls?: false };

/** Claude Code sends it where tools are deferred, so that the list is never empty (2.1.332, measured 2026-11-30). It is not to be called. */
const PLACEHOLDER = 'DeferredToolPlaceholder';

/** Tools of many members that a client runs: the members have no schemas of their own in the request. */
const TOOLSET = /^(browser|computer)_toolset_\d+$/;

/** Fields of a tool that are read, or that only change how Anthropic streams a call. */
const FIELDS: ReadonlySet<string> = new Set([
  ...'type name description input_schema strict cache_control defer_loading input_examples allowed_callers'.split(' '),
  ...'eager_input_streaming display_width_px display_height_px display_number enable_zoom max_characters'.split(' '),
]);

/** Reads the tools that a model of another provider is told of. @throws RouterError naming the tool that is not one of this format. */
export function readTools({ tools: given, tool_choice: choice }: JsonObject, changes: HistoryChanges, report: ReadReport): ReadTools {
  if (given !== undefined && given !== null && !Array.isArray(given)) throw wrongValue('tools', given, 'an array of tools');
  if (arrayOf(given).length > MAX_TOOLS) throw wrongValue('tools', `${arrayOf(given).length} tools`, `at most ${MAX_TOOLS}`);
  const listed = readObjects(given, 'tools');
  const chosen = chosenName(choice);
  const context: ToolContext = { isLoaded: (name) => name === chosen || changes.named.get(name) === true, lost: new Set(), report };
  const all = [...listed, ...changes.defined].filter(({ value }) => changes.named.get(wordOf(value['name'])) !== false);
  const tools = all.flatMap((tool) => readTool(tool, context));
  return { ...(tools.length === 0 ? {} : { tools }), ...readChoice(choice, { tools, lost: context.lost, report }) };
}

/** `lost`: names of tools that only Anthropic runs. */
type ToolContext = { isLoaded: (name: string) => boolean; lost: Set<string>; report: ReadReport };

function readTool(tool: Located, { isLoaded, lost, report }: ToolContext): JsonObject[] {
  const { value, path } = tool;
  const type = textOf(value['type']) ?? 'custom';
  const known = type === 'custom' ? readCustom(tool) : knownTool(value);
  if (known === null) {
    lost.add(textOf(value['name']) ?? type);
    if (TOOLSET.test(type)) report.refuse(path, `a tool of type "${type}" has members that only Claude knows; send each as a custom tool`);
    else report.drop(path, `a tool of type ${JSON.stringify(type.slice(0, 80))} runs at Anthropic only`);
    return [];
  }
  const name = readName(tool, 'name');
  if (name === PLACEHOLDER || (value['defer_loading'] === true && !isLoaded(name))) return [];
  if (isCalledByCodeOnly(value)) {
    report.drop(path, 'only code that runs at Anthropic may call it (allowed_callers)');
    return [];
  }
  for (const field of Object.keys(value))
    if (!FIELDS.has(field) && value[field] != null) report.drop(`tools.${field}`, 'only Anthropic has such a field of a tool');
  const { strict, cache_control: mark } = value;
  const made = { name, ...withExamples(known, value, report), ...(typeof strict === 'boolean' ? { strict } : {}) };
  return [{ type: 'function', function: made, ...(isObject(mark) ? { cache_control: mark } : {}) }];
}

type Function = { description?: string; parameters: JsonObject };

function readCustom({ value, path }: Located): Function {
  const { description, input_schema: schema } = value;
  if (description != null && typeof description !== 'string') throw wrongValue(`${path}.description`, description, 'a string');
  if (!isObject(schema)) throw wrongValue(`${path}.input_schema`, schema, 'an object with a JSON schema');
  return { ...(typeof description === 'string' ? { description } : {}), parameters: schema };
}

const isCalledByCodeOnly = ({ allowed_callers: callers }: JsonObject): boolean =>
  Array.isArray(callers) && callers.length > 0 && !callers.includes('direct');

/** Adds the examples of inputs to the description. */
function withExamples(made: Function, { input_examples: examples }: JsonObject, report: ReadReport): Function {
  const given = arrayOf(examples);
  if (given.length === 0) return made;
  report.emulate('tools.input_examples', 'only Anthropic has a field for examples: they stand in the description of the tool');
  const text = ['Examples of inputs:', ...given.map((example) => JSON.stringify(example))].join('\n');
  return { ...made, description: made.description === undefined ? text : `${made.description}\n\n${text}` };
}

const chosenName = (choice: unknown): string | null => (isObject(choice) && choice['type'] === 'tool' ? textOf(choice['name']) : null);

/** Reads the choice. A required call of a tool that only Anthropic runs cannot be translated. */
function readChoice(
  choice: unknown,
  { tools, lost, report }: { tools: readonly JsonObject[]; lost: ReadonlySet<string>; report: ReadReport },
): ReadTools {
  if (choice === undefined || choice === null) return {};
  const given = readObject(choice, 'tool_choice');
  dropOthers({ report, value: given, path: 'tool_choice' }, 'type name disable_parallel_tool_use');
  const { type, name, disable_parallel_tool_use: isSingle } = given;
  const parallel = isSingle === true ? ({ parallel_tool_calls: false } as const) : {};
  switch (type) {
    case 'auto':
    case 'none':
      return { tool_choice: type, ...parallel };
    case 'any':
      if (tools.length === 0 && lost.size > 0)
        report.refuse('tool_choice', `it requires a call, and ${[...lost].join(', ')} can be called at Anthropic only`);
      return { tool_choice: 'required', ...parallel };
    case 'tool': {
      if (typeof name !== 'string' || name === '') throw wrongValue('tool_choice.name', name, 'the name of a tool');
      if (lost.has(name)) report.refuse('tool_choice', `it requires a call of ${name}, which can be called at Anthropic only`);
      return { tool_choice: { type: 'function', function: { name } }, ...parallel };
    }
    default:
      refuseUnknown(report, { value: type, path: 'tool_choice.type' }, '"auto", "any", "tool" or "none"');
      return {};
  }
}
