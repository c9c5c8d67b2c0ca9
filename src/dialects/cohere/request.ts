/**
 * Builds requests of Cohere chat (v2). Ranges are checked in `fitting/`. An unknown field anywhere is a 422. A parameter that a provider file
 * adds becomes a field of the body. Sources: `rules.ts`.
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import { isObject, type WireObject } from './wire.ts';
import { instructionFor, readRequestedFormat, schemaToCheck, type RequestedFormat } from '../../unified/request/format-instruction.ts';
import type { FittedCall, RenderedRequest } from '../dialect.ts';
import { createAdjustmentLog } from '../../unified/adjustment-log.ts';
import { turnsOf } from '../shared/input-turns.ts';
import { renderMessages } from './messages.ts';
import { toCohereSchema } from './schema.ts';
import { renderTools } from './tools.ts';
import { withToolWords } from '../shared/tool-names.ts';
import { wordForm } from '../shared/name-mapping.ts';

/** Letters, digits and `_`, and no digit in front (docs.cohere.com, errors, read 2026-11-21). */
const WORDS = { names: wordForm('\\w', 64, 'A-Za-z_'), ids: wordForm('!-~', 128) };

/** Writes the body. @throws RouterError naming the field of unsupported content. */
export const render = withToolWords(() => WORDS, renderFitted);

function renderFitted(call: FittedCall): RenderedRequest {
  const adjustments: Adjustment[] = [];
  const {
    tools,
    tool_choice: choice,
    response_format: format,
    'reasoning.enabled': enabled,
    'reasoning.max_tokens': budget,
    ...flat
  } = call.parameters;
  const asked = renderFormat(format, adjustments);
  const { input } = call;
  const turns = turnsOf(input, createAdjustmentLog(adjustments), asked.promptFormat === null ? null : instructionFor(asked.promptFormat));
  const messages = renderMessages(turns, call, adjustments);
  const body: WireObject = {
    model: call.model,
    messages,
    ...onePenalty(flat),
    ...renderTools(tools, choice, adjustments),
    ...asked.body,
    ...renderThinking(enabled, budget),
    ...(call.stream ? { stream: true } : {}),
  };
  return { body, adjustments, ...(asked.promptFormat === null ? {} : { mapping: { schema: schemaToCheck(asked.promptFormat) } }) };
}

/** Keeps one penalty. The two exclude each other, even when one of them is 0. */
function onePenalty({ frequency_penalty: frequency, presence_penalty: presence, ...others }: WireObject): WireObject {
  const both = frequency !== undefined && presence !== undefined;
  return {
    ...others,
    ...(frequency === undefined || (both && frequency === 0) ? {} : { frequency_penalty: frequency }),
    ...(presence === undefined || (both && frequency !== 0) ? {} : { presence_penalty: presence }),
  };
}

/** The rendered response format. */
type RenderedFormat = {
  body: WireObject;
  /** Described in the prompt, because the provider does not accept the schema. */ promptFormat: RequestedFormat | null;
};

/** Writes a JSON schema format. The format has no field for its name and description. */
function renderFormat(given: unknown, adjustments: Adjustment[]): RenderedFormat {
  const format = readRequestedFormat(given);
  if (format === null) return { body: isObject(given) ? { response_format: { type: given['type'] } } : {}, promptFormat: null };
  const body = { response_format: { type: 'json_object' } };
  if (format.description !== null) {
    const reason = 'this provider accepts the schema alone';
    adjustments.push({ param: 'response_format.json_schema.description', action: 'dropped', reason });
  }
  if (format.schema === null) return { body, promptFormat: null };
  const found = toCohereSchema(format.schema);
  if (found.as === 'native') return { body: { response_format: { type: 'json_object', json_schema: found.schema } }, promptFormat: null };
  const reason = `structured output here does not take ${found.why}: the model is told the schema, and the router checks the answer`;
  adjustments.push({ param: 'response_format', action: 'emulated', reason });
  return { body, promptFormat: format };
}

function renderThinking(enabled: unknown, budget: unknown): WireObject {
  if (budget !== undefined) return { thinking: { type: 'enabled', token_budget: budget } };
  return enabled === undefined ? {} : { thinking: { type: enabled === true ? 'enabled' : 'disabled' } };
}
