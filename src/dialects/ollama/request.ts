/**
 * Builds requests of Ollama's chat. Ranges are checked in `fitting/`. Sampling parameters are written to `options`, and so is any parameter
 * that a provider file adds; only the fields in `TOP` are fields of the body. Source: as in `rules.ts`.
 */
import { MARK_FIELDS } from '../../unified/request/cache-mark.ts';
import type { Adjustment } from '../../unified/adjustment.ts';
import { RouterError } from '../../unified/error.ts';
import { arrayOf, textOf, type JsonObject } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { FittedCall, RenderedRequest } from '../dialect.ts';
import { createAdjustmentLog } from '../../unified/adjustment-log.ts';
import { turnsOf } from '../shared/input-turns.ts';
import { renderMessages } from './messages.ts';
import { withToolWords } from '../shared/tool-names.ts';
import { wordForm } from '../shared/name-mapping.ts';

/** The server checks neither; a name must be readable for the templates of the models. */
const WORDS = { names: wordForm(' -~\u00a0-\uffff', 128), ids: wordForm('!-~', 128) };

/** Fields of the body. An option there, or one of these among the options, would be ignored without an error. */
const TOP: ReadonlySet<string> = new Set(['keep_alive', 'truncate', 'shift', 'logprobs', 'top_logprobs']);

/** Writes the body. @throws RouterError naming the field of unsupported content. */
export const render = withToolWords(() => WORDS, renderFitted);

function renderFitted(call: FittedCall): RenderedRequest {
  const adjustments: Adjustment[] = [];
  const {
    tools,
    tool_choice: choice,
    response_format: format,
    reasoning_effort: effort,
    'reasoning.enabled': enabled,
    ...flat
  } = call.parameters;
  const think = effort ?? enabled;
  const messages = renderMessages(turnsOf(call.input, createAdjustmentLog(adjustments)), adjustments);
  const options = Object.fromEntries(Object.entries(flat).filter(([name]) => !TOP.has(name)));
  const body: WireObject = {
    model: call.model,
    messages,
    stream: call.stream, // absent means true
    ...Object.fromEntries(Object.entries(flat).filter(([name]) => TOP.has(name))),
    ...(think === undefined ? {} : { think }),
    ...renderFormat(format, adjustments),
    ...renderTools(tools, choice, adjustments),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
  return { body, adjustments };
}

/** Writes `format`: "json" or a schema. */
function renderFormat(format: unknown, adjustments: Adjustment[]): WireObject {
  if (!isObject(format) || format.type === 'text') return {};
  const { schema, description }: WireObject = isObject(format.json_schema) ? format.json_schema : {};
  if (textOf(description) !== null) {
    const reason = 'this provider accepts the schema alone';
    adjustments.push({ param: 'response_format.json_schema.description', action: 'dropped', reason });
  }
  return { format: isObject(schema) ? schema : 'json' };
}

const TOOL_FIELDS: ReadonlySet<string> = new Set(['type', 'function', ...MARK_FIELDS]);
const FUNCTION_FIELDS: ReadonlySet<string> = new Set(['name', 'description', 'parameters', ...MARK_FIELDS]);

/** Writes the tools that may be called: the provider has no field for a tool choice. */
function renderTools(tools: unknown, choice: unknown, adjustments: Adjustment[]): WireObject {
  const given = arrayOf(tools).filter(isObject);
  if (given.length === 0) return {};
  const report = (from: string, reason: string) => adjustments.push({ param: 'tool_choice', action: 'emulated', from, reason });
  if (choice === 'none') {
    report('none', 'this provider has no field for it: the tools are not sent');
    return {};
  }
  const wanted = isObject(choice) && isObject(choice.function) ? textOf(choice.function.name) : null;
  const functions = given.flatMap((tool) => (tool.type === 'function' && isObject(tool.function) ? [tool.function] : []));
  if (functions.length < given.length)
    adjustments.push({ param: 'tools', action: 'dropped', reason: 'this provider accepts functions only' });
  const offered = wanted === null ? functions : functions.filter(({ name }) => name === wanted);
  if (wanted !== null) {
    if (offered.length === 0)
      throw new RouterError('invalid_request', `tool_choice: no tool is named "${wanted}".`, { param: 'tool_choice' });
    report(wanted, 'this provider cannot be made to call a tool: the others are not sent');
  }
  // The provider ignores unknown fields, so the router reports them.
  const unread = [
    ...given.flatMap((tool) => namesBut(TOOL_FIELDS, tool)),
    ...offered.flatMap((fn) => namesBut(FUNCTION_FIELDS, fn).map((field) => `function.${field}`)),
  ];
  for (const field of new Set(unread))
    adjustments.push({ param: `tools.${field}`, action: 'dropped', reason: 'this provider does not accept the field' });
  return offered.length === 0 ? {} : { tools: offered.map((fn) => ({ type: 'function', function: writeFunction(fn) })) };
}

const namesBut = (known: ReadonlySet<string>, fields: JsonObject) =>
  Object.keys(fields).filter((field) => fields[field] != null && !known.has(field));

function writeFunction({ name, description, parameters }: WireObject): WireObject {
  return {
    name,
    ...(textOf(description) === null ? {} : { description }),
    parameters: isObject(parameters) ? parameters : { type: 'object', properties: {} },
  };
}
