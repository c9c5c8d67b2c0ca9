/**
 * Fits `transforms: ["middle-out"]`, which OpenRouter also has as the plugin `context-compression`
 * (https://openrouter.ai/docs/features/message-transforms, read 2026-08-22): a conversation that is too long for the context of the model
 * is shortened from its middle. The router does it itself. Pure.
 */
import { estimatePromptTokens } from '../../unified/estimate/prompt-tokens.ts';
import { RouterError } from '../../unified/error.ts';
import type { Conversation } from '../../unified/request/conversation.ts';
import type { Input } from '../../unified/request/request.ts';
import type { ParameterValues } from '../../unified/request/parameters.ts';
import { CONTEXT_COMPRESSION, hasPlugin } from '../../unified/request/plugins.ts';
import { drop, fitParameter, ruleOf, type FitContext } from '../fit-parameter.ts';
import { nativeFor } from '../native-for.ts';
import { shortenToFit } from '../middle-out.ts';

const MIDDLE_OUT = 'middle-out';

/** True when the client allows that its conversation is shortened. */
export function allowsShortening(parameters: Readonly<ParameterValues>): boolean {
  const { transforms } = parameters;
  return (Array.isArray(transforms) && transforms.includes(MIDDLE_OUT)) || hasPlugin(parameters, CONTEXT_COMPRESSION);
}

/** Fits `transforms`: a provider gets those that the router does not know. */
export function fitTransforms(fitting: FitContext): void {
  const { parameters, input } = fitting.request;
  const { transforms } = parameters;
  const others = Array.isArray(transforms) ? transforms.filter((name) => name !== MIDDLE_OUT) : transforms;
  const isOwn = Array.isArray(transforms) && Array.isArray(others) && others.length < transforms.length;
  if (!isOwn || (Array.isArray(others) && others.length > 0)) fitParameter(fitting, 'transforms', others);
  if (isOwn && input.kind === 'prompt') drop(fitting, 'transforms', { value: MIDDLE_OUT, reason: 'only conversations are shortened' });
}

/** Part of a context that is left for the answer where the client sets no limit; the larger one where the router has to set one. */
const [ANSWER_SHARE, LARGEST_ANSWER_SHARE] = [0.25, 0.5];

/**
 * Returns the conversation as it fits into the context of the target, where the client allows it to be shortened.
 *
 * @throws RouterError `context_length_exceeded` when what may not be left out is too long.
 */
export function fitLength(conversation: Conversation, fitting: FitContext): Conversation {
  const { parameters } = fitting.request;
  // A provider of the client's own format shortens by itself (`truncation` of OpenAI's Responses).
  const shortensItself = nativeFor(fitting.request, fitting.target)?.body['truncation'] === 'auto';
  if (shortensItself || !allowsShortening(parameters)) return conversation;
  const context = fitting.target.contextTokens ?? null;
  if (context === null) {
    const reason = 'the context of this model is not known, so the conversation is not shortened';
    drop(fitting, 'transforms', { value: MIDDLE_OUT, reason });
    return conversation;
  }
  const sent = Number(parameters.max_completion_tokens ?? parameters.max_tokens ?? 0);
  const asked = Math.min(sent, fitting.target.maxOutputTokens ?? sent);
  const { model } = fitting.target;
  const tokens = estimatePromptTokens(fitting.request, model);
  if (tokens + asked <= context) return conversation;
  const limit = context - (asked > 0 ? asked : answerRoom(context, fitting)) - otherTokens(fitting);
  const shortened = shortenToFit(conversation, { limit, model });
  if (shortened === null) {
    const message = `its context of ${context} tokens is too small, even without the middle of the conversation`;
    throw new RouterError('context_length_exceeded', message, { param: 'messages', tokens: { prompt: tokens + asked, maximum: context } });
  }
  const { leftOut, turns, longestText, tokensBefore, tokensAfter } = shortened;
  if (leftOut === 0 && longestText === null) return conversation;
  const done = [
    ...(leftOut === 0 ? [] : [`${leftOut} of ${turns} messages are left out of the middle`]),
    ...(longestText === null ? [] : [`texts longer than ${longestText} characters are cut in their middle`]),
  ];
  const reason = `the context of this model has ${context} tokens: ${done.join(', and ')} (about ${tokensBefore} tokens before, ${tokensAfter} after)`;
  fitting.adjustments.push({ param: 'messages', action: 'emulated', from: turns, to: turns - leftOut, reason });
  return shortened.conversation;
}

/** Tokens of a request besides its conversation. */
function otherTokens({ request, target }: FitContext): number {
  const empty: Input = { kind: 'prompt', prompt: { kind: 'text', value: '' } };
  return estimatePromptTokens({ ...request, input: empty }, target.model);
}

/** Tokens left for the answer: the output limit of the model, but no more than a quarter of the context, or half where it is sent. */
function answerRoom(context: number, fitting: FitContext): number {
  const isSent = ruleOf(fitting, 'max_tokens')?.required === true;
  const most = Math.floor(context * (isSent ? LARGEST_ANSWER_SHARE : ANSWER_SHARE));
  return Math.min(fitting.target.maxOutputTokens ?? most, most);
}
