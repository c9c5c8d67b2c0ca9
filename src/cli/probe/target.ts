/** What a probe is aimed at: one model of one provider, with the rules that the catalogue has for it. */
import { OpenAiConversation } from '../../dialects/openai-common/client/conversation.ts';
import type { EmbeddingDialect, Framing, UpstreamDialect } from '../../dialects/dialect.ts';
import { embeddingDialect } from '../../dialects/embeddings.ts';
import { upstreamDialect } from '../../dialects/index.ts';
import { offeringOf } from '../../registry/catalog.ts';
import { operationFor } from '../../registry/operation.ts';
import type { CompiledProvider, Offering, OperationRules } from '../../registry/provider.ts';
import type { Operation } from '../../unified/request/parameters.ts';
import type { Input } from '../../unified/request/request.ts';
import type { Rule } from '../../unified/rule.ts';
import { unknownProvider } from '../provider/unknown-provider.ts';
import { knownForms, type KnownForms } from './known-forms.ts';

/** The endpoint of a probe. */
export type ProbeTarget = KnownForms & {
  readonly provider: CompiledProvider;
  readonly model: string;
  /** Null = the catalogue does not list the model. */
  readonly offering: Offering | null;
  readonly operation: Operation;
  readonly rules: OperationRules;
  readonly dialect: UpstreamDialect | EmbeddingDialect;
  readonly input: Input;
};

/** The rule of a parameter; undefined = none, so the parameter is not accepted. */
export function ruleOf({ parameters }: Pick<OperationRules, 'parameters'>, param: string): Rule | undefined {
  const rule = Object.hasOwn(parameters, param) ? parameters[param] : undefined;
  return rule === false ? undefined : rule;
}

/** How the streams of the target are framed. */
export const targetFraming = ({ dialect }: Pick<ProbeTarget, 'dialect'>): Framing =>
  'framing' in dialect ? (dialect.framing ?? 'sse') : 'sse';

/** A choice that cannot be probed; the message has the next step. */
export class TargetError extends Error {}

/** The prompt: a short answer, of several words that a stop sequence can be taken from. */
const PROMPT = 'Write these words and nothing else: red green blue white black';

const inputOf = (operation: Operation): Input =>
  operation === 'chat'
    ? { kind: 'messages', conversation: new OpenAiConversation([{ role: 'user', content: PROMPT }]) }
    : { kind: 'prompt', prompt: { kind: 'text', value: PROMPT } };

/** The provider, model and operation to probe. `model`, `operation`: null = the cheapest known model, the first operation. */
export type TargetChoice = { readonly slug: string; readonly model: string | null; readonly operation: Operation | null };

/** Finds the endpoint. @throws TargetError, or a CliError for an unknown slug, with what to do. */
export function findTarget(providers: readonly CompiledProvider[], choice: TargetChoice): ProbeTarget {
  const provider = providers.find(({ slug }) => slug === choice.slug);
  if (provider === undefined)
    throw unknownProvider(
      choice.slug,
      providers.map(({ slug }) => slug),
    );
  const operation =
    choice.operation ?? (['chat', 'completions', 'embeddings'] as const).find((name) => provider.operations[name] !== undefined);
  if (operation === undefined || provider.operations[operation] === undefined)
    throw new TargetError(
      `${provider.name} has no operation "${operation ?? ''}": its file has ${Object.keys(provider.operations).join(', ')}.`,
    );
  const model = choice.model ?? cheapestModel(provider, operation);
  if (model === null)
    throw new TargetError(`The catalogue lists no model of ${provider.name} with a price. Name one: --model <id at the provider>.`);
  const serving = operationFor(provider, operation, model);
  if (serving === null || serving.operation !== operation)
    throw new TargetError(
      `The model "${model}" is not served by the operation ${operation} of ${provider.name}. Name another model or operation.`,
    );
  const { rules } = serving;
  const dialect = operation === 'embeddings' ? embeddingDialect(rules.dialect) : upstreamDialect(rules.dialect);
  return {
    provider,
    model,
    offering: offeringOf(provider, model),
    operation,
    rules,
    dialect,
    input: inputOf(operation),
    ...knownForms(providers, dialect),
  };
}

/** The model with the lowest price; dearer than free first, because free models have the tightest limits. Null = none has a price. */
function cheapestModel(provider: CompiledProvider, operation: Operation): string | null {
  const priced = provider.models.flatMap(({ id, priceUsdPerMillionTokens: price, status }) =>
    price === undefined || status === 'deprecated' || operationFor(provider, operation, id)?.operation !== operation
      ? []
      : [{ id, usd: price.prompt + price.completion }],
  );
  const sorted = priced.toSorted((one, other) => (one.usd || Infinity) - (other.usd || Infinity));
  return sorted[0]?.id ?? null;
}
