/**
 * Builds requests of OpenAI legacy completions. Ranges are checked in `fitting/`. Messages are converted to a prompt.
 */
import type { Adjustment } from '../../../unified/adjustment.ts';
import type { Block, Turn } from '../../../unified/request/conversation.ts';
import type { FittedCall, RenderedRequest } from '../../dialect.ts';
import type { WireObject } from '../../openai-common/wire.ts';
import { clientTypeOf, isPlainReasoning, resultOf, separateResults, withErrorsAsText } from '../../shared/input-turns.ts';
import { renderTemplate, type Turn as TemplateTurn } from './templates.ts';

/** Writes the body for the upstream. */
export function render(call: FittedCall): RenderedRequest {
  const adjustments: Adjustment[] = [];
  const prompt = call.input.kind === 'prompt' ? call.input.prompt.value : turnsAsPrompt(call.input.conversation.turns, call, adjustments);
  const body: WireObject = { model: call.model, prompt, ...call.parameters };
  if (call.stream) body.stream = true;
  if (call.stream && call.streamOptions) body.stream_options = { include_usage: true };
  return { body, adjustments };
}

function turnsAsPrompt(given: readonly Turn[], call: FittedCall, adjustments: Adjustment[]): string {
  adjustments.push({
    param: 'messages',
    action: 'emulated',
    to: call.template,
    reason: `this provider only completes text: the messages are written as one prompt with the chat template "${call.template}"`,
  });
  const lost = new Set<string>();
  const turns = separateResults(withErrorsAsText(given, adjustments)).map((turn) => toTemplateTurn(turn, lost));
  for (const what of lost) adjustments.push({ param: `messages.${what}`, action: 'dropped', reason: 'a text prompt cannot hold it' });
  return renderTemplate(call.template, turns);
}

/** Fields of a message that a prompt carries. */
const CARRIED = new Set(['name', 'refusal']);

/** A turn as text. Names and tool calls are written out; images and audio are lost, and reported as lost. */
function toTemplateTurn(turn: Turn, lost: Set<string>): TemplateTurn {
  const { role, fields } = turn;
  for (const [field, value] of Object.entries(fields)) if (!CARRIED.has(field) && value !== null && value !== undefined) lost.add(field);
  const result = resultOf(turn);
  const texts = (result?.blocks ?? turn.blocks).flatMap((block) => textOfBlock(block, lost));
  const name = typeof fields['name'] === 'string' ? `${fields['name']}: ` : '';
  const refusal = role === 'assistant' && typeof fields['refusal'] === 'string' ? [fields['refusal']] : [];
  const calls = turn.blocks.flatMap((block) => (block.type === 'tool-call' ? [`${block.name}(${block.input})`] : []));
  return { role: result === null ? role : 'tool', text: name + [...texts, ...refusal, ...calls].filter((text) => text !== '').join('\n') };
}

function textOfBlock(block: Block, lost: Set<string>): string[] {
  if (block.type === 'text') return [block.text];
  // Plain reasoning is a field of the message, which is reported by its own name.
  if (block.type === 'reasoning' && !isPlainReasoning(block)) lost.add('reasoning_details');
  if (block.type !== 'reasoning' && block.type !== 'tool-call') lost.add(`content.${clientTypeOf(block)}`);
  return [];
}
