/**
 * Builds the body of Converse from messages, tools, reasoning and parameters. Ranges are checked in `fitting/`. The model id is part of the
 * path, not of the body.
 */
import type { JsonObject } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { FittedCall, RenderedRequest } from '../dialect.ts';
import { OF_MESSAGE } from './fields.ts';
import { renderConversation } from './messages.ts';
import { createAdjustmentLog, type AdjustmentLog } from '../../unified/adjustment-log.ts';
import { reportDroppedFields } from '../shared/dropped-fields.ts';
import { arrangeMarks } from '../shared/cache-marks.ts';
import { turnsOf } from '../shared/input-turns.ts';
import { mergeTurns } from '../shared/merge-turns.ts';
import { NINE_CHARACTER_IDS, NO_BLANK_STOPS } from './rules.ts';
import { renderThinking } from './thinking.ts';
import { renderTools } from './tools.ts';
import { withToolWords } from '../shared/tool-names.ts';
import { exactly, wordForm } from '../shared/name-mapping.ts';

/** botocore 1.43.107, ToolUseBlock (read 2026-11-20); Anthropic's models accept no `.` and `:` in ids. */
const WORDS = { names: wordForm('\\w-', 64), ids: wordForm('\\w-', 64) };
const NINE = { ...WORDS, ids: exactly(9) };

const INFERENCE = new Set(['maxTokens', 'temperature', 'topP', 'stopSequences']);

/** Members of the body that a parameter may name. */
const MEMBERS = new Set([
  'inferenceConfig',
  'additionalModelRequestFields',
  'additionalModelResponseFieldPaths',
  'guardrailConfig',
  'outputConfig',
  'performanceConfig',
  'promptVariables',
  'requestMetadata',
  'serviceTier',
]);

/** Parameters that are written in another form. */
const SHAPED = new Set(['tools', 'tool_choice', 'response_format']);

/** Writes the body. */
export const render = withToolWords((quirks) => (quirks.includes(NINE_CHARACTER_IDS) ? NINE : WORDS), renderFitted);

function renderFitted(call: FittedCall): RenderedRequest {
  const log = createAdjustmentLog();
  const { quirks } = call;
  const turns = turnsOf(call.input, log);
  reportDroppedFields(turns, OF_MESSAGE, log);
  const marked = arrangeMarks(turns, call);
  const { system: own, messages } = renderConversation(mergeTurns(marked.turns), { quirks, log });
  const tools = renderTools({ parameters: { ...call.parameters, tools: marked.tools }, messages, quirks, log });
  const thought = renderThinking({ parameters: call.parameters, messages, quirks, isForced: tools.isForced, log });
  const system = tools.instruction === null ? own : [...own, { text: tools.instruction }];
  const body: WireObject = { ...(system.length === 0 ? {} : { system }), messages };
  for (const [name, value] of Object.entries(fitToPlace(withGuardrail(thought, call, log), quirks, log)))
    if (!SHAPED.has(name)) put(body, pathOf(name), value);
  if (tools.toolConfig !== null) body.toolConfig = tools.toolConfig;
  if (tools.textFormat !== null) put(body, ['outputConfig', 'textFormat'], tools.textFormat);
  const mapping = {
    ...(tools.answerTool === null ? {} : { answerTool: tools.answerTool }),
    ...(tools.schema === null ? {} : { schema: tools.schema }),
  };
  return { body, adjustments: log.adjustments, ...(Object.keys(mapping).length === 0 ? {} : { mapping }) };
}

/** Writes the guardrail. Its stream mode has a field only for streamed answers (botocore 1.43.107). */
function withGuardrail(parameters: WireObject, { stream }: FittedCall, log: AdjustmentLog): WireObject {
  const { guardrailConfig: config } = parameters;
  if (stream || !isObject(config) || config['streamProcessingMode'] === undefined) return parameters;
  const { streamProcessingMode: mode, ...rest } = config;
  log.add({
    param: 'guardrailConfig.streamProcessingMode',
    action: 'dropped',
    from: mode,
    reason: 'it is about streams, and none was asked for',
  });
  return { ...parameters, guardrailConfig: rest };
}

/** Returns the path of a parameter in the body: see `rules.ts`. */
function pathOf(name: string): string[] {
  if (INFERENCE.has(name)) return ['inferenceConfig', name];
  const steps = name.split('.');
  return MEMBERS.has(steps[0] ?? '') ? steps : ['additionalModelRequestFields', ...steps];
}

/** Sets a value at a path; an existing object is extended. */
function put(body: JsonObject, [step = '', ...rest]: readonly string[], value: unknown): void {
  const there = body[step];
  if (rest.length > 0) {
    const inner: JsonObject = isObject(there) ? { ...there } : {};
    put(inner, rest, value);
    body[step] = inner;
  } else body[step] = isObject(there) && isObject(value) ? { ...there, ...value } : value;
}

/** Characters and length of keys and values in `requestMetadata` (botocore 1.43.107, read 2026-11-20). */
const METADATA_WORD = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/;

/** Corrects values that the provider rejects although their type is right. */
function fitToPlace(parameters: WireObject, quirks: readonly string[], log: AdjustmentLog): WireObject {
  const { stopSequences: stops, requestMetadata: metadata, ...others } = parameters;
  const rest: WireObject = others;
  if (Array.isArray(stops)) {
    const taken = quirks.includes(NO_BLANK_STOPS) ? stops.filter((stop) => String(stop).trim() !== '') : stops;
    if (taken.length < stops.length) {
      log.add({
        param: 'stop',
        action: 'emulated',
        reason: 'this model accepts no stop sequences of white space; the router itself ends the answer at them',
      });
    }
    if (taken.length > 0) rest.stopSequences = taken;
  }
  if (isObject(metadata)) {
    const entries = Object.entries(metadata);
    const taken = entries.filter(([key, value]) => key !== '' && METADATA_WORD.test(key) && METADATA_WORD.test(String(value)));
    if (taken.length < entries.length) {
      log.add({
        param: 'metadata',
        action: 'dropped',
        reason: 'this provider accepts up to 256 letters, digits, spaces and :_@$#=/+,.- : entries with others are left out',
      });
    }
    if (taken.length > 0) rest.requestMetadata = Object.fromEntries(taken);
  }
  return rest;
}
