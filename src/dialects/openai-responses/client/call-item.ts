/** Writes a tool call of the answer, as an item of the kind that the client declared the tool as. */
import { isObject, parseBounded, type JsonObject } from '../../../lib/json.ts';
import type { KeptText } from '../../../unified/response/kept-text.ts';
import type { DeclaredTool } from './answer-options.ts';
import { createDeltaTemplate, type DeltaTemplate } from './encode-frames.ts';
import { keepText, writeAdded, writeDone, type ItemEnd, type ItemPlace, type OpenItem } from './output-item.ts';

/** The item of a kind of tool. `field`: where the text of the call is. `events`: the type of its events; null = there are none. */
const FORMS = {
  function: { type: 'function_call', prefix: 'fc_', field: 'arguments', events: 'response.function_call_arguments' },
  custom: { type: 'custom_tool_call', prefix: 'ctc_', field: 'input', events: 'response.custom_tool_call_input' },
  tool_search: { type: 'tool_search_call', prefix: 'tsc_', field: 'arguments', events: null },
} as const;

/** Prefix of the id of a call's item. */
export const callPrefix = ({ kind }: DeclaredTool): string => FORMS[kind].prefix;

/** A call. */
export class CallItem implements OpenItem {
  readonly #place: ItemPlace;
  readonly #callId: string;
  readonly #tool: DeclaredTool;
  readonly #text: KeptText;
  readonly #delta: DeltaTemplate | null;

  constructor(place: ItemPlace, callId: string, tool: DeclaredTool) {
    this.#place = place;
    this.#callId = callId;
    this.#tool = tool;
    this.#text = keepText(place);
    const { events } = FORMS[tool.kind];
    this.#delta = events === null ? null : createDeltaTemplate(`${events}.delta`, this.#eventPlace());
    writeAdded(place, this.#item('in_progress'));
  }

  /** Adds a piece of the arguments. */
  addText(piece: string): void {
    if (piece === '') return;
    this.#text.add(piece);
    if (this.#delta !== null) this.#place.events.writeDelta(this.#delta, piece);
  }

  get index(): number {
    return this.#place.index;
  }

  close(end: ItemEnd): JsonObject {
    const { events, field } = FORMS[this.#tool.kind];
    const { name, kind } = this.#tool;
    if (events !== null) {
      // OpenAI's description of its API requires the name of a function here; its SDK 7.59.0 does not have the field.
      const named = kind === 'function' ? { name } : {};
      this.#place.events.write(`${events}.done`, { ...this.#eventPlace(), ...named, [field]: this.#text.text() });
    }
    return writeDone(this.#place, this.#item(end));
  }

  unfinished(): JsonObject {
    return this.#item('incomplete');
  }

  #eventPlace(): JsonObject {
    return { item_id: this.#place.id, output_index: this.#place.index };
  }

  #item(status: ItemEnd | 'in_progress'): JsonObject {
    const { kind, name, namespace } = this.#tool;
    const { type, field } = FORMS[kind];
    const common = { id: this.#place.id, type, status, call_id: this.#callId };
    const text = this.#text.text();
    if (kind === 'tool_search') return { ...common, execution: 'client', arguments: parsed(text) };
    return { ...common, name, ...(namespace === null ? {} : { namespace }), [field]: text };
  }
}

/** Arguments as an object. What is none remains as the model wrote it: the client reports that to the model. */
function parsed(text: string): unknown {
  if (text === '') return {};
  const value = parseBounded(text);
  return isObject(value) ? value : text;
}
