/**
 * Builds the body of generateContent from contents, tools, reasoning and parameters. Ranges are checked in `fitting/`. The model id and the
 * stream mode are part of the path, not of the body.
 */
import { numberOf, textOf, type JsonObject } from '../../lib/json.ts';
import type { WireObject } from './wire.ts';
import type { FittedCall, RenderedRequest } from '../dialect.ts';
import { renderContents } from './contents.ts';
import { renderSound } from './sound.ts';
import { renderTools } from './tools.ts';
import { createWriteContext, type WriteContext } from './write-context.ts';
import { turnsOf } from '../shared/input-turns.ts';
import { withToolWords } from '../shared/tool-names.ts';
import { wordForm } from '../shared/name-mapping.ts';

/** A letter or _ first, at most 64 of these (generativelanguage protos, FunctionDeclaration.name, read 2026-11-20; the SDK states 128). */
const WORDS = { names: wordForm('\\w.:-', 64, 'A-Za-z_'), ids: null };

/** Members of the body that a parameter may name; every other name is written to `generationConfig`. */
const TOP_LEVEL = new Set(['safetySettings', 'cachedContent', 'labels', 'serviceTier', 'store', 'modelArmorConfig']);

/** Parameters that are written in another form. */
const SHAPED = new Set([
  'tools',
  'tool_choice',
  'response_format',
  'reasoning_effort',
  'reasoning.max_tokens',
  'reasoning.enabled',
  'responseModalities',
  'audio',
]);

/** Writes the body. */
export const render = withToolWords(() => WORDS, renderFitted);

function renderFitted({ input, parameters, quirks }: FittedCall): RenderedRequest {
  const writing = createWriteContext(quirks);
  const { offered, answerTool, instruction, schema, ...format } = renderTools(parameters, writing);
  const body: JsonObject = { ...renderContents(turnsOf(input, writing.log, instruction), writing), ...offered };
  const thinkingConfig = renderThinking(parameters, writing);
  const config: JsonObject = {
    ...format.config,
    ...(thinkingConfig === null ? {} : { thinkingConfig }),
    ...renderSound(parameters, writing),
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (SHAPED.has(name)) continue;
    (TOP_LEVEL.has(name) ? body : config)[name] = value;
  }
  if (Object.keys(config).length > 0) body['generationConfig'] = config;
  const mapping = { ...(answerTool === null ? {} : { answerTool }), ...(schema === null ? {} : { schema }) };
  return { body, adjustments: writing.log.adjustments, ...(Object.keys(mapping).length === 0 ? {} : { mapping }) };
}

/** Writes a level or a budget, never both: "You can only set only one of thinking budget and thinking level." */
function renderThinking(parameters: Readonly<WireObject>, writing: WriteContext): WireObject | null {
  const { reasoning_effort: effort, 'reasoning.max_tokens': budget, 'reasoning.enabled': enabled } = parameters;
  if (numberOf(budget) !== null) return { includeThoughts: true, thinkingBudget: budget };
  if (textOf(effort) !== null) return { includeThoughts: true, thinkingLevel: String(effort).toUpperCase() };
  if (enabled === undefined) return null;
  if (enabled === true) return { includeThoughts: true };
  if (enabled === -1) return { includeThoughts: true, thinkingBudget: -1 };
  if (enabled === false || enabled === 0) return { thinkingBudget: 0 };
  const reason = 'reasoning cannot be switched off here: the lowest level was requested';
  writing.log.add({ param: 'reasoning', action: 'clamped', from: 'none', to: enabled, reason });
  return typeof enabled === 'string' ? { thinkingLevel: enabled.toUpperCase() } : { thinkingBudget: enabled };
}
