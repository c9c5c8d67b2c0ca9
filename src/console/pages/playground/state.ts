/** State of the playground: what is asked, of which models, and at which providers. Pure. */
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';

/** What the visitor has put together. */
export type PlaygroundState = {
  /** Body of `POST /v1/chat/completions` as it was written, unknown fields included. Its `model` is the first model. */
  readonly request: JsonObject;
  /** Further models that get the same request. */
  readonly moreModels: readonly string[];
  /** Slugs of the providers that are put side by side. Empty = the router chooses. */
  readonly providers: readonly string[];
};

/** One column: the request for one model, at one provider or where the router decides. */
export type Target = { readonly key: string; readonly model: string; readonly provider: string | null; readonly body: JsonObject };

type Pair = Pick<Target, 'model' | 'provider'>;

/** The name of a column. */
export const titleOf = ({ model, provider }: Pair): string =>
  model === '' ? 'No model' : provider === null ? model : `${model} at ${provider}`;

/** Most columns at once. */
export const MAX_TARGETS = 12;

/** The models of a state, each once. */
export function modelsOf({ request, moreModels }: PlaygroundState): string[] {
  const first = textOf(request['model']);
  return [...new Set([...(first === null ? [] : [first]), ...moreModels])];
}

/** A state with other models: the first is the one of the request. */
export function withModels(state: PlaygroundState, models: readonly string[]): PlaygroundState {
  const [first, ...moreModels] = new Set(models);
  if (first !== undefined) return { ...state, request: { model: first, ...withField(state.request, 'model', undefined) }, moreModels };
  return { ...state, request: withField(state.request, 'model', undefined), moreModels };
}

/** A state with another request. Where it names no model, the first of the others is its model; where it names one of them, that is there once. */
export function withRequest(state: PlaygroundState, request: JsonObject): PlaygroundState {
  const next = { ...state, request, moreModels: state.moreModels.filter((model) => model !== request['model']) };
  return Object.hasOwn(request, 'model') ? next : withModels(next, state.moreModels);
}

/** A request with one field changed: undefined removes it. A new field comes last. */
export function withField(request: JsonObject, name: string, value: unknown): JsonObject {
  if (value !== undefined) return { ...request, [name]: value };
  const { [name]: _, ...rest } = request;
  return rest;
}

/** True for a name that contains its provider: `@provider/model`. */
export const namesProvider = (model: string): boolean => model.startsWith('@');

/**
 * The columns of a state: every model at every chosen provider.
 *
 * @param offers whether a provider offers a model; null = not known, it is asked. @returns `skipped`: pairs that are not asked because the provider does
 * not list the model; `more`: how many columns were left out because there are more than {@link MAX_TARGETS}.
 */
export function targetsOf(
  state: PlaygroundState,
  offers: (model: string, provider: string) => boolean | null,
): { targets: Target[]; skipped: string[]; more: number } {
  const models = modelsOf(state);
  // Without a model the router's own answer is shown: it says what is missing.
  if (models.length === 0) return { targets: [{ key: 'none', model: '', provider: null, body: state.request }], skipped: [], more: 0 };
  const pairs = models.flatMap((model): Pair[] => {
    const isFree = state.providers.length === 0 || namesProvider(model);
    return isFree ? [{ model, provider: null }] : state.providers.map((provider) => ({ model, provider }));
  });
  const isListed = ({ model, provider }: Pair) => provider === null || offers(model, provider) !== false;
  // Where none is listed all are asked, for the reasons.
  const asked = pairs.some(isListed) ? pairs.filter(isListed) : pairs;
  const skipped = pairs.filter((pair) => !asked.includes(pair)).map(({ model, provider }) => `${provider} does not list ${model}`);
  return {
    targets: asked.slice(0, MAX_TARGETS).map((pair) => targetOf(state.request, pair)),
    skipped,
    more: Math.max(0, asked.length - MAX_TARGETS),
  };
}

function targetOf(request: JsonObject, { model, provider }: Pair): Target {
  const preferences = isObject(request['provider']) ? request['provider'] : {};
  const body = { ...request, model, ...(provider === null ? {} : { provider: { ...preferences, only: [provider] } }) };
  return { key: `${model} ${provider ?? ''}`, model, provider, body };
}
