/**
 * Converts tools to unified ones: functions and custom tools, with the names of `tool-names.ts`. A search for tools that the client runs is
 * a function; tools that OpenAI runs exist only there. Source: openai 7.59.0, Tool (read 2026-11-30).
 */
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import type { NativeOnly } from '../../../unified/request/request.ts';
import { readName, readObject, readObjects, wrongValue, type Located } from '../../shared/read-fields.ts';
import type { ToolNames } from './tool-names.ts';

/** Typed tools whose calls the client runs in OpenAI's own items. Without them an agent could not work, so they are not left out. */
const TYPED_TOOLS: ReadonlySet<string> = new Set(['local_shell', 'shell', 'apply_patch']);

/** Name of the function that stands for a search for tools. */
const SEARCH = 'tool_search';

/** Fields of functions and custom tools that change how the tool is called or read, and have no place elsewhere. */
const ONLY_OPENAI = ['output_schema', 'async'] as const;

/** Where a tool was listed. */
type Listing = { namespace: string | null; isFound: boolean };

/** Reads the tools of one request: first those that it declares, then those that its history makes callable. */
export class ToolReader {
  readonly nativeOnly: NativeOnly[] = [];
  readonly #names: ToolNames;
  /** The client runs searches: a deferred tool can be called only after one has found it. */
  readonly #searchesItself: boolean;
  readonly #tools = new Map<string, JsonObject>();

  /** @param given `tools`. @throws RouterError naming the tool at fault. */
  constructor(given: unknown, names: ToolNames) {
    const declared = readObjects(given, 'tools');
    this.#names = names;
    this.#searchesItself = declared.some(({ value }) => value['type'] === SEARCH && value['execution'] === 'client');
    for (const tool of declared) this.#add(tool, { namespace: null, isFound: false });
  }

  /** Adds tools that the history makes callable. @throws RouterError naming the tool at fault. */
  addFound(found: readonly Located[]): void {
    for (const tool of found) this.#add(tool, { namespace: null, isFound: true });
  }

  /** Unified tools that can be called, in the order of their declaration, each once. */
  callable(): readonly JsonObject[] {
    return [...this.#tools.values()];
  }

  #add(tool: Located, listing: Listing): void {
    const { value, path } = tool;
    const type = readName(tool, 'type');
    switch (type) {
      case 'function':
        return this.#addCallable(tool, { kind: 'function', listing });
      case 'custom':
        return this.#addCallable(tool, { kind: 'custom', listing });
      case 'namespace': {
        const namespace = readName(tool, 'name');
        for (const inner of readObjects(value['tools'], `${path}.tools`)) this.#add(inner, { ...listing, namespace });
        return;
      }
      case SEARCH:
        if (value['execution'] === 'client') this.#addSearch(tool);
        else this.#leaveOut(path, type);
        return;
      default:
        if (!TYPED_TOOLS.has(type)) return this.#leaveOut(path, type);
        this.nativeOnly.push({
          param: `${path}.type`,
          otherwise: 'refuse',
          reason: `this provider has no tool of type "${type}"; declare a function or a custom tool instead`,
        });
    }
  }

  #addCallable(tool: Located, { kind, listing }: { kind: 'function' | 'custom'; listing: Listing }): void {
    const { value, path } = tool;
    const flat = this.#names.take({ kind, name: readName(tool, 'name'), namespace: listing.namespace });
    if (value['defer_loading'] === true && this.#searchesItself && !listing.isFound) return;
    for (const field of ONLY_OPENAI)
      if (value[field] != null && value[field] !== false)
        this.nativeOnly.push({ param: `${path}.${field}`, otherwise: 'drop', reason: 'only OpenAI has this' });
    if (kind === 'function') this.#tools.set(flat, writeFunction(flat, value, path));
    else this.#tools.set(flat, { type: 'custom', custom: writeCustom(flat, tool) });
  }

  #addSearch({ value, path }: Located): void {
    const flat = this.#names.take({ kind: 'tool_search', name: SEARCH, namespace: null });
    this.#tools.set(flat, writeFunction(flat, { description: SEARCH_DESCRIPTION, ...value }, path));
  }

  #leaveOut(param: string, type: string): void {
    this.nativeOnly.push({ param, otherwise: 'drop', reason: `this provider has no tool of type "${type}"` });
  }
}

const SEARCH_DESCRIPTION = 'Searches for tools. The tools that it finds can be called afterwards.';

function writeFunction(name: string, value: JsonObject, path: string): JsonObject {
  const { description, parameters, strict } = value;
  if (parameters != null && !isObject(parameters)) throw wrongValue(`${path}.parameters`, parameters, 'a JSON Schema');
  if (strict != null && typeof strict !== 'boolean') throw wrongValue(`${path}.strict`, strict, 'true or false');
  const described = textOf(description) === null ? {} : { description };
  return {
    type: 'function',
    function: { name, ...described, ...(isObject(parameters) ? { parameters } : {}), ...(strict === true ? { strict } : {}) },
  };
}

/** A grammar lies one level deeper in chat completions. */
function writeCustom(name: string, { value, path }: Located): JsonObject {
  const { description, format } = value;
  const described = textOf(description) === null ? {} : { description };
  if (format == null) return { name, ...described };
  const given = readObject(format, `${path}.format`);
  const { type, ...grammar } = given;
  return { name, ...described, format: type === 'grammar' ? { type, grammar } : given };
}
