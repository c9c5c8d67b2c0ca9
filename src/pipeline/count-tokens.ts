/** Answers with the number of tokens of a request, as the router estimates it: nothing is sent to a provider. */
import type { RequestFacts } from '../calls/context.ts';
import type { TextClientDialect } from '../dialects/client-dialect.ts';
import { responseId } from '../dialects/response-id.ts';
import { countTokens } from '../stream/usage-tracker.ts';
import { promptText } from '../unified/request/prompt.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';

/** Counts a request. @throws Error for a format that has a route for counts and writes none. */
export function countRequest(request: UnifiedRequest, client: TextClientDialect, { generationId }: RequestFacts): Response {
  if (client.encodeCount === undefined) throw new Error(`${client.format} cannot write a count`);
  const body = client.encodeCount(estimatePromptTokens(request));
  const headers = client.responseHeaders('body', { id: responseId(client, generationId) });
  return new Response(JSON.stringify(body), { headers: { ...headers, 'x-tributary-estimated': 'input_tokens' } });
}

/** Estimates the tokens of a request, 1 or more. */
export function estimatePromptTokens({ input, parameters }: UnifiedRequest): number {
  return Math.max(1, countTokens(promptText(input, parameters['tools'])));
}
