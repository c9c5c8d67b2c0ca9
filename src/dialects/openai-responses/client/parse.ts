/** Parses the body of a Responses request. One parse serves upstreams of this format and of others (`native`, `nativeOnly`). */
import type { JsonObject } from '../../../lib/json.ts';
import type { Adjustment } from '../../../unified/adjustment.ts';
import { readBody } from '../../../unified/request/body.ts';
import type { Turn } from '../../../unified/request/conversation.ts';
import { buildRequest, type NativeOnly, type UnifiedRequest } from '../../../unified/request/request.ts';
import { TurnsConversation } from '../../../unified/request/turns-conversation.ts';
import type { Asks } from '../../client-dialect.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';
import { wrongValue } from '../../shared/read-fields.ts';
import { askForSummary } from './compaction.ts';
import { echoOf } from './echo.ts';
import { nativeOnlyFields, readIncluded, unifiedFields } from './fields.ts';
import { FORMAT } from '../format-name.ts';
import { readInput, type InputItems } from './items.ts';
import { NAMES } from './names.ts';
import { nativeRequest } from './native.ts';
import { refuseState } from './state.ts';
import { readChoice } from './tool-choice.ts';
import { ToolNames } from './tool-names.ts';
import { ToolReader } from './tools.ts';

/**
 * Reads a body.
 *
 * @throws RouterError `invalid_request` that names the field, the value and what was expected.
 */
export function parseResponses(given: unknown, asks: Asks = 'answer'): UnifiedRequest {
  const adjustments: Adjustment[] = [];
  const whole = readBody(given, adjustments);
  const body = asks === 'compact' ? withoutFields(whole, NOT_FOR_SUMMARIES) : whole;
  refuseState(body);
  const names = new ToolNames();
  const tools = new ToolReader(body['tools'], names);
  const input = readItems(body, asks, names);
  tools.addFound(input.tools);
  const choice = readChoice(body['tool_choice'], tools.callable(), names);
  const included = readIncluded(body);
  const fields = { ...unifiedFields(body, included), ...toolFields(body, choice) };
  const compaction = asks === 'compact' ? 'object' : input.asksForCompaction ? 'item' : null;
  const turns = [...instructionTurns(body), ...input.turns];
  const native = nativeRequest(body, compaction);
  const answerOptions: ResponsesAnswerOptions = {
    tools: names.declared(),
    echo: echoOf(body),
    compaction,
  };
  return buildRequest({
    operation: 'chat',
    fields: compaction === null ? fields : askForSummary.fields(fields),
    readInput: () => ({
      kind: 'messages',
      conversation: new TurnsConversation({
        source: { format: FORMAT, value: native.body['input'] },
        readTurns: () => (compaction === null ? turns : askForSummary.turns(turns)),
      }),
    }),
    names: body['truncation'] === 'auto' ? { ...NAMES, transforms: 'truncation' } : NAMES,
    adjustments,
    answerOptions,
    native,
    nativeOnly: [
      ...(turns.length === 0 && compaction === null ? [NO_TURN] : []),
      ...tools.nativeOnly,
      ...choice.nativeOnly,
      ...input.nativeOnly,
      ...nativeOnlyFields(body),
    ],
  });
}

/** Nothing is left of an input whose items only OpenAI knows. */
const NO_TURN: NativeOnly = { param: 'input', otherwise: 'refuse', reason: 'this provider can read none of its items' };

/** What a summary does not need: it is a text, written by no tool, and is answered as a whole. */
const NOT_FOR_SUMMARIES: readonly string[] = ['tools', 'tool_choice', 'parallel_tool_calls', 'text', 'stream', 'include'];

const withoutFields = (body: JsonObject, fields: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([field]) => !fields.includes(field)));

/** Tokens may be counted of instructions and tools alone, and a prompt that OpenAI stores may stand for the input. */
function readItems({ input, prompt }: JsonObject, asks: Asks, names: ToolNames): InputItems {
  const isOptional = asks === 'count-tokens' || prompt != null;
  return readInput(input == null && isOptional ? '' : input, names);
}

function toolFields(body: JsonObject, { tools, choice }: { tools: readonly JsonObject[]; choice: unknown }): JsonObject {
  if (tools.length === 0) return {};
  const parallel = body['parallel_tool_calls'];
  return {
    tools,
    ...(choice === undefined ? {} : { tool_choice: choice }),
    // True is the default of this format and of the others: clients always send it, so it is not reported.
    ...(parallel == null || parallel === true ? {} : { parallel_tool_calls: parallel }),
  };
}

function instructionTurns({ instructions }: JsonObject): Turn[] {
  if (instructions == null || instructions === '') return [];
  if (typeof instructions !== 'string') throw wrongValue('instructions', instructions, 'a string');
  const path = 'instructions';
  return [{ role: 'system', blocks: [{ type: 'text', text: instructions, path }], path, fields: {} }];
}
