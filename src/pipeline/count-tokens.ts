/**
 * Answers with the number of tokens of a request: as the router estimates it, or, where the client asks for that, as the provider counts it.
 * An estimate is marked by a header. It calls no provider: an agent asks for dozens of counts in a row.
 */
import { countAtProvider } from '../calls/count-call.ts';
import type { RequestFacts } from '../calls/context.ts';
import type { TextClientDialect } from '../dialects/client-dialect.ts';
import { responseId } from '../dialects/response-id.ts';
import type { Catalog } from '../registry/catalog.ts';
import { RouterError } from '../unified/error.ts';
import { estimatePromptTokens } from '../unified/estimate/prompt-tokens.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { guardRequest } from './guard.ts';
import { planCount } from './plan-and-prepare.ts';

/** Names the values of a response that are estimates. */
const ESTIMATED = { 'x-tributary-estimated': 'input_tokens' };

/** A number of tokens, and the headers that name its source. */
type Count = { tokens: number; headers: Readonly<Record<string, string>> };

/** Counts a request. @throws Error for a format that has a route for counts and writes none. */
export async function countRequest(request: UnifiedRequest, client: TextClientDialect, facts: RequestFacts): Promise<Response> {
  if (client.encodeCount === undefined) throw new Error(`${client.format} cannot write a count`);
  const exact = request.preferences.count_tokens === 'provider' ? await exactCount(request, client, facts) : null;
  const { tokens, headers } = exact ?? { tokens: estimatePromptTokens(request, modelOf(request, facts.catalog)), headers: ESTIMATED };
  const own = client.responseHeaders('body', { id: responseId(client, facts.generationId) });
  return new Response(JSON.stringify(client.encodeCount(tokens)), { headers: { ...own, ...headers } });
}

/** The count of the first provider that would be called; null where it has no counter, does not return a count, or may not get the request. */
async function exactCount(request: UnifiedRequest, client: TextClientDialect, facts: RequestFacts): Promise<Count | null> {
  try {
    const { guard } = facts.ports;
    if (guard !== null) await guardRequest(guard, { request, context: facts, format: client.format });
    const { endpoints } = await planCount(request, facts, facts.signal);
    const [first] = endpoints;
    const tokens = await countAtProvider(first, facts.ports, facts.signal);
    return tokens === null ? null : { tokens, headers: { 'x-tributary-provider': first.planned.candidate.provider.slug } };
  } catch (thrown) {
    if (thrown instanceof RouterError) return null;
    throw thrown;
  }
}

/** The first model of the request; of a name of the operator's own, the first that it stands for. */
function modelOf({ models: [name = ''] }: UnifiedRequest, catalog: Catalog): string {
  return catalog.alias(name)?.[0]?.model ?? name;
}
