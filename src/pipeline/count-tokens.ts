/** Answers with the number of tokens of a request, as the router estimates it: nothing is sent to a provider. */
import type { RequestFacts } from '../calls/context.ts';
import type { TextClientDialect } from '../dialects/client-dialect.ts';
import { responseId } from '../dialects/response-id.ts';
import type { Catalog } from '../registry/catalog.ts';
import { estimatePromptTokens } from '../unified/estimate/prompt-tokens.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';

/** Counts a request. @throws Error for a format that has a route for counts and writes none. */
export function countRequest(request: UnifiedRequest, client: TextClientDialect, { catalog, generationId }: RequestFacts): Response {
  if (client.encodeCount === undefined) throw new Error(`${client.format} cannot write a count`);
  const body = client.encodeCount(estimatePromptTokens(request, modelOf(request, catalog)));
  const headers = client.responseHeaders('body', { id: responseId(client, generationId) });
  return new Response(JSON.stringify(body), { headers: { ...headers, 'x-tributary-estimated': 'input_tokens' } });
}

/** The first model of the request; of a name of the operator's own, the first that it stands for. */
function modelOf({ models: [name = ''] }: UnifiedRequest, catalog: Catalog): string {
  return catalog.alias(name)?.[0]?.model ?? name;
}
