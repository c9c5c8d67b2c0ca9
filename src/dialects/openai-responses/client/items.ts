/**
 * Reads input items as turns. Neighbouring reasoning, messages of the assistant and calls are one turn, in their order. Source: openai
 * 7.59.0, ResponseInputItem (read 2026-11-30).
 */
import { append } from '../../../lib/append.ts';
import { createAdjustmentLog } from '../../../unified/adjustment-log.ts';
import { textOf, type JsonObject } from '../../../lib/json.ts';
import { RouterError } from '../../../unified/error.ts';
import type { Block, Turn } from '../../../unified/request/conversation.ts';
import { MAX_MESSAGES } from '../../../unified/request/message.ts';
import type { NativeOnly } from '../../../unified/request/request.ts';
import { readName, readObjects, readText, wrongValue, type Located } from '../../shared/read-fields.ts';
import { itemType } from './item-type.ts';
import { readContent, type ReadReport } from './content.ts';
import { describeForeign } from './foreign-items.ts';
import { readReasoningItem } from './reasoning.ts';
import type { ToolNames } from './tool-names.ts';

/** What is read of `input`. */
export type InputItems = {
  turns: readonly Turn[];
  /** Tools that items of the history make callable: what a search found, and additional ones. */
  tools: readonly Located[];
  nativeOnly: readonly NativeOnly[];
  /** The last item asks for a compaction. */
  asksForCompaction: boolean;
};

/** Reads `input`. @param names gives calls the names of their tools. @throws RouterError naming the item at fault. */
export function readInput(input: unknown, names: ToolNames): InputItems {
  const reader = new ItemReader(names);
  if (typeof input === 'string') reader.addTurn({ role: 'user', blocks: [{ type: 'text', text: input, path: 'input' }], path: 'input' });
  else if (!Array.isArray(input) || input.length === 0) throw wrongValue('input', input, 'a string or an array of items');
  else if (input.length > MAX_MESSAGES) throw wrongValue('input', input.length, `at most ${MAX_MESSAGES} items`);
  else for (const item of readObjects(input, 'input')) reader.add(item);
  return reader.result();
}

class ItemReader {
  readonly #names: ToolNames;
  readonly #turns: Turn[] = [];
  readonly #tools: Located[] = [];
  readonly #log = createAdjustmentLog([], true);
  readonly #report: ReadReport = { log: this.#log, nativeOnly: [] };
  /** Name of each call by its id, for its result. */
  readonly #calls = new Map<string, string>();
  /** Items of each type that are left out or written as text, and how many. */
  readonly #foreign = new Map<string, { isText: boolean; count: number }>();
  /** The assistant's turn that still grows: the last one. */
  #answer: { blocks: Block[]; fields: JsonObject } | null = null;
  #asksForCompaction = false;

  constructor(names: ToolNames) {
    this.#names = names;
  }

  add(item: Located): void {
    const { value, path } = item;
    if (this.#asksForCompaction) throw wrongValue(path, value, 'no item after compaction_trigger');
    const type = itemType(value);
    switch (type) {
      case 'message':
        return this.#addMessage(item);
      case 'reasoning':
        return this.#addReasoning(item);
      case 'function_call':
        return this.#addCall(item, { kind: 'function', input: readText(item, 'arguments') });
      case 'custom_tool_call':
        return this.#addCall(item, { kind: 'custom', input: readText(item, 'input') });
      case 'function_call_output':
      case 'custom_tool_call_output':
        return this.#addResult(item, this.#contentOf(item, 'output'));
      case 'tool_search_call':
        return this.#addSearch(item);
      case 'tool_search_output':
        return this.#addFound(item);
      case 'additional_tools':
        return append(this.#tools, readObjects(value['tools'], `${path}.tools`));
      case 'item_reference':
        throw missingItem(item);
      case 'compaction': {
        const reason = 'only the provider that compacted the conversation can read this item; send the items that it replaces';
        this.#report.nativeOnly.push({ param: path, otherwise: 'refuse', reason });
        return;
      }
      case 'compaction_trigger':
        this.#asksForCompaction = true;
        return;
      default:
        if (typeof type !== 'string') throw wrongValue(`${path}.type`, type, 'the type of an item, e.g. "message"');
        return this.#addForeign(item, type);
    }
  }

  addTurn(turn: Omit<Turn, 'fields'> & { fields?: JsonObject }): void {
    this.#answer = null;
    this.#turns.push({ fields: {}, ...turn });
  }

  result(): InputItems {
    const converted = this.#log.adjustments.map(({ reason }): NativeOnly => ({ param: 'input', otherwise: 'emulate', reason }));
    const left = [...this.#foreign].map(([type, { isText, count }]): NativeOnly => {
      const [otherwise, what] = isText ? (['emulate', 'are sent as text'] as const) : (['drop', 'are left out'] as const);
      return { param: 'input', otherwise, reason: `items of type ${type} ${what} for this provider (${count})` };
    });
    return {
      turns: this.#turns,
      tools: this.#tools,
      nativeOnly: [...this.#report.nativeOnly, ...converted, ...left],
      asksForCompaction: this.#asksForCompaction,
    };
  }

  #contentOf({ value, path }: Located, field: 'content' | 'output'): Block[] {
    const place = `${path}.${field}`;
    if (value[field] === undefined) throw wrongValue(place, undefined, 'a string or an array of parts');
    return readContent(value[field], place, this.#report);
  }

  /** An item without text and state makes no turn of its own. */
  #addReasoning(item: Located): void {
    const blocks = readReasoningItem(item);
    if (blocks.length > 0) this.#addAnswer(blocks, item.path);
  }

  #addMessage(item: Located): void {
    const { value, path } = item;
    const blocks = this.#contentOf(item, 'content');
    switch (value['role']) {
      case 'assistant': {
        const phase = textOf(value['phase']);
        return this.#addAnswer(blocks, path, phase === null ? {} : { phase });
      }
      case 'user':
      case 'system':
        return this.addTurn({ role: value['role'], blocks, path });
      case 'developer':
        return this.addTurn({ role: 'system', blocks, path, isDeveloper: true });
      default:
        throw wrongValue(`${path}.role`, value['role'], '"user", "assistant", "system" or "developer"');
    }
  }

  #addAnswer(blocks: readonly Block[], path: string, fields: JsonObject = {}): void {
    let answer = this.#answer;
    if (answer === null) {
      answer = { blocks: [], fields: {} };
      this.addTurn({ role: 'assistant', ...answer, path });
      this.#answer = answer;
    }
    append(answer.blocks, blocks);
    Object.assign(answer.fields, fields);
  }

  #addCall(item: Located, { kind, input }: { kind: 'function' | 'custom'; input: string }): void {
    const namespace = textOf(item.value['namespace']);
    const name = this.#names.take({ kind, name: readName(item, 'name'), namespace });
    this.#addUse(item, { name, kind, input });
  }

  #addUse({ value, path }: Located, { name, kind, input }: { name: string; kind: 'function' | 'custom'; input: string }): void {
    const id = readName({ value, path }, 'call_id');
    this.#calls.set(id, name);
    this.#addAnswer([{ type: 'tool-call', id, name, input, kind, path, original: value }], path);
  }

  #addResult(item: Located, blocks: readonly Block[]): void {
    const { value, path } = item;
    const callId = readName(item, 'call_id');
    const result: Block = {
      type: 'tool-result',
      callId,
      name: this.#calls.get(callId) ?? null,
      blocks,
      isError: false,
      path,
      original: value,
    };
    this.addTurn({ role: 'user', blocks: [result], path });
  }

  /** A search that OpenAI ran has no call id: the model of another provider needs to know only the tools that it found. */
  #addSearch(item: Located): void {
    if (textOf(item.value['call_id']) === null) return;
    const name = this.#names.take({ kind: 'tool_search', name: 'tool_search', namespace: null });
    this.#addUse(item, { name, kind: 'function', input: JSON.stringify(item.value['arguments'] ?? {}) });
  }

  #addFound(item: Located): void {
    const { value, path } = item;
    const found = readObjects(value['tools'], `${path}.tools`);
    append(this.#tools, found);
    if (textOf(value['call_id']) === null) return;
    const names = found.flatMap((tool) => this.#namesIn(tool, null));
    const text = `Tools that can be called now: ${names.join(', ') || 'none'}`;
    this.#addResult(item, [{ type: 'text', text, path: `${path}.tools` }]);
  }

  /** Names of the functions and custom tools in a list of tools. */
  #namesIn({ value, path }: Located, namespace: string | null): string[] {
    const [kind, name] = [value['type'], textOf(value['name'])];
    if (kind === 'namespace') return readObjects(value['tools'], `${path}.tools`).flatMap((inner) => this.#namesIn(inner, name));
    return (kind === 'function' || kind === 'custom') && name !== null ? [this.#names.take({ kind, name, namespace })] : [];
  }

  #addForeign(item: Located, type: string): void {
    const described = describeForeign(item, type);
    const counted = this.#foreign.get(type) ?? { isText: described !== null, count: 0 };
    counted.count++;
    this.#foreign.set(type, counted);
    if (described === null) return;
    const block: Block = { type: 'text', text: described.text, path: item.path, original: item.value };
    if (described.role === 'assistant') this.#addAnswer([block], item.path);
    else this.addTurn({ role: 'user', blocks: [block], path: item.path });
  }
}

/** OpenAI's words, with what to do about it. */
function missingItem(item: Located): RouterError {
  const id = readName(item, 'id');
  const message = `Item with id '${id}' not found. Only items of answers with \`store: true\` are kept, for a limited time, where the router has the Durable Object RESPONSES. Send the items of the conversation themselves, as clients do with \`store: false\` (AI SDK: providerOptions.openai.store = false).`;
  return new RouterError('invalid_request', message, { param: item.path });
}
