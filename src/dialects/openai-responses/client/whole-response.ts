/** Writes a whole Response object of an upstream as events of a stream: some upstreams send one although a stream was asked for. */
import { arrayOf, isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import { createDeltaTemplate, type EventWriter } from './encode-frames.ts';

/** The object as it is before its first item. */
export const openWhole = (response: JsonObject): JsonObject => ({ ...response, status: 'in_progress', output: [], usage: null });

/** Parts whose text comes in pieces: the field of the text, and the event of a piece. Others are whole at their beginning. */
const PART_TEXTS: Readonly<Record<string, readonly [field: string, event: string]>> = {
  output_text: ['text', 'response.output_text'],
  refusal: ['refusal', 'response.refusal'],
  reasoning_text: ['text', 'response.reasoning_text'],
  summary_text: ['text', 'response.reasoning_summary_text'],
};

/** Items whose text comes in pieces, the same. */
const ITEM_TEXTS: typeof PART_TEXTS = {
  function_call: ['arguments', 'response.function_call_arguments'],
  custom_tool_call: ['input', 'response.custom_tool_call_input'],
};

/** Lists of parts in an item: the field, the event around a part, and the index in it. */
const PART_LISTS = [
  ['summary', 'response.reasoning_summary_part', 'summary_index'],
  ['content', 'response.content_part', 'content_index'],
] as const;

const formOf = (forms: typeof PART_TEXTS, { type }: JsonObject) =>
  typeof type === 'string' && Object.hasOwn(forms, type) ? forms[type] : undefined;

/** Writes the items, each with its own id and all of its fields. */
export function writeWholeOutput(output: unknown, events: EventWriter): void {
  for (const [index, item] of arrayOf(output).filter(isObject).entries()) {
    const place = { item_id: item['id'], output_index: index };
    const lists =
      item['type'] === 'message' || item['type'] === 'reasoning' ? PART_LISTS.filter(([name]) => Array.isArray(item[name])) : [];
    const text = formOf(ITEM_TEXTS, item);
    const begun = { ...item, ...Object.fromEntries(lists.map(([name]) => [name, []])), ...(text === undefined ? {} : { [text[0]]: '' }) };
    const status = item['status'] === undefined ? {} : { status: 'in_progress' };
    events.write('response.output_item.added', { output_index: index, item: { ...begun, ...status } });
    if (text !== undefined) writeText(text, { source: item, place }, events);
    for (const [name, type, indexName] of lists)
      for (const [at, part] of arrayOf(item[name]).filter(isObject).entries())
        writePart(type, { part, place: { ...place, [indexName]: at } }, events);
    events.write('response.output_item.done', { output_index: index, item });
  }
}

function writePart(type: string, { part, place }: { part: JsonObject; place: JsonObject }, events: EventWriter): void {
  const text = formOf(PART_TEXTS, part);
  const isText = part['type'] === 'output_text';
  const begun = { ...part, ...(text === undefined ? {} : { [text[0]]: '' }), ...(isText ? { annotations: [], logprobs: [] } : {}) };
  events.write(`${type}.added`, { ...place, part: begun });
  const tokens = isText ? { logprobs: arrayOf(part['logprobs']) } : {};
  if (text !== undefined) {
    writeText(text, { source: part, place, tokens, notes: isText ? arrayOf(part['annotations']) : [] }, events);
  }
  events.write(`${type}.done`, { ...place, part });
}

type Text = { source: JsonObject; place: JsonObject; tokens?: JsonObject; notes?: readonly unknown[] };

function writeText([field, type]: readonly [string, string], { source, place, tokens = {}, notes = [] }: Text, events: EventWriter): void {
  const whole = textOf(source[field]) ?? '';
  if (whole !== '') events.writeDelta(createDeltaTemplate(`${type}.delta`, place, tokens), whole);
  for (const [at, annotation] of notes.entries())
    events.write('response.output_text.annotation.added', { ...place, annotation_index: at, annotation });
  events.write(`${type}.done`, { ...place, [field]: whole, ...tokens });
}
