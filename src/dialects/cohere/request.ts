/**
 * Cohere chat (v2), requests. Ranges are not checked here (`routing/fit`); this file knows what becomes of parameters with a structure,
 * and that an unknown field anywhere is a 422. A parameter that a provider file adds goes to the top of the body. Sources: `rules.ts`.
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import { isObject, textOf, type JsonObject } from '../../unified/json.ts';
import type { FittedCall, Rendered } from '../dialect.ts';
import { promptAsMessage } from '../openai-common/messages.ts';
import { renderMessages } from './messages.ts';
import { renderTools } from './tools.ts';
import { withToolWords } from '../tool-words.ts';
import { wordForm } from '../../unified/words.ts';

/** Letters, digits and `_`, and no digit in front (docs.cohere.com, errors, read 2026-11-21). */
const WORDS = { names: wordForm('\\w', 64, 'A-Za-z_'), ids: wordForm('!-~', 128) };

/** Writes the body. @throws RouterError naming the field, for content that this host has no place for. */
export const render = withToolWords(() => WORDS, renderFitted);

function renderFitted(call: FittedCall): Rendered {
  const adjustments: Adjustment[] = [];
  const {
    tools,
    tool_choice: choice,
    response_format: format,
    'reasoning.enabled': enabled,
    'reasoning.max_tokens': budget,
    ...flat
  } = call.parameters;
  const messages =
    call.input.kind === 'messages'
      ? renderMessages(call.input.messages, call, adjustments)
      : promptAsMessage(call.input.prompt, adjustments);
  const body: JsonObject = {
    model: call.model,
    messages,
    ...onePenalty(flat),
    ...renderTools(tools, choice, adjustments),
    ...renderFormat(format, adjustments),
    ...renderThinking(enabled, budget),
    ...(call.stream ? { stream: true } : {}),
  };
  return { body, adjustments };
}

/** The two penalties exclude each other even where one of them is 0, which says nothing. */
function onePenalty({ frequency_penalty: frequency, presence_penalty: presence, ...others }: JsonObject): JsonObject {
  const both = frequency !== undefined && presence !== undefined;
  return {
    ...others,
    ...(frequency === undefined || (both && frequency === 0) ? {} : { frequency_penalty: frequency }),
    ...(presence === undefined || (both && frequency !== 0) ? {} : { presence_penalty: presence }),
  };
}

/** JSON by a schema is JSON with a schema here. Its name has no place and no meaning, its description has no place. */
function renderFormat(format: unknown, adjustments: Adjustment[]): JsonObject {
  if (!isObject(format)) return {};
  if (format.type !== 'json_schema') return { response_format: { type: format.type } };
  const { schema, description }: JsonObject = isObject(format.json_schema) ? format.json_schema : {};
  if (textOf(description) !== null) {
    const reason = 'this host takes the schema alone';
    adjustments.push({ param: 'response_format.json_schema.description', action: 'dropped', reason });
  }
  return { response_format: { type: 'json_object', ...(isObject(schema) ? { json_schema: schema } : {}) } };
}

function renderThinking(enabled: unknown, budget: unknown): JsonObject {
  if (budget !== undefined) return { thinking: { type: 'enabled', token_budget: budget } };
  return enabled === undefined ? {} : { thinking: { type: enabled === true ? 'enabled' : 'disabled' } };
}
