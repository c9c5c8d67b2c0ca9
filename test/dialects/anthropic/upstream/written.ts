/** Requests as the Messages API is sent them: what stands beside the model, the messages and the limit. */
import { anthropicUpstream } from '../../../../src/dialects/anthropic/upstream/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { rendered, reported, type RenderInput } from '../../render-input.ts';

/** A request with a limit. */
export const render = (asked: RenderInput = {}) =>
  rendered(anthropicUpstream, { ...asked, parameters: { max_tokens: 8000, ...asked.parameters } });
/** The body without model, limit and messages, and what was reported. */
export function written(parameters: JsonObject, quirks: readonly string[] = [], messages?: readonly unknown[]) {
  const request = render({ parameters, quirks, ...(messages === undefined ? {} : { messages }) });
  const { model: _model, messages: _messages, max_tokens: _limit, ...rest } = request.body;
  return [rest, reported(request)] as const;
}
/** A message of the user. */
export const user = (content: unknown) => ({ role: 'user', content });
/** A tool of the client. */
export const tool = (name: string, more: JsonObject = {}) => ({ type: 'function', function: { name, ...more } });
/** Reasoning without a budget. */
export const SUMMARIZED = { type: 'adaptive', display: 'summarized' };
