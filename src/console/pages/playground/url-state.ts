/**
 * The state of the playground in the address, and back: `model` and `provider`, each as often as needed, and `request`, the rest of the body as JSON.
 * It never has a key: keys are in headers only.
 */
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import { readJsonText } from '../../parts/json-text.ts';
import { modelsOf, withField, type PlaygroundState } from './state.ts';

/** Longest state that is written into the address, in characters. Longer addresses are cut by chat programs and mail. */
export const MAX_ADDRESS = 8192;

/** Parameters of the address that are state. `kept`: the name under which this tab keeps a state that is too long for the address. */
export const STATE_PARAMETERS = ['model', 'provider', 'request', 'kept'] as const;

/** Writes a state. */
export function writeState(state: PlaygroundState): URLSearchParams {
  const query = new URLSearchParams();
  for (const model of modelsOf(state)) query.append('model', model);
  for (const provider of state.providers) query.append('provider', provider);
  const isFirstModel = textOf(state.request['model']) !== null;
  query.set('request', JSON.stringify(isFirstModel ? withField(state.request, 'model', undefined) : state.request));
  return query;
}

/** What an address has. `error`: its request cannot be read; the example takes its place. */
export type ReadState = { readonly state: PlaygroundState; readonly error: string | null };

/** Reads a state. @param example the request of an address that has none, such as a link from a generation. */
export function readState(query: URLSearchParams, example: JsonObject): ReadState {
  const models = [...new Set(query.getAll('model').filter((name) => name !== ''))];
  const providers = [...new Set(query.getAll('provider').filter((name) => name !== ''))];
  const text = query.get('request');
  const read = text === null ? { isValid: true as const, value: withField(example, 'model', undefined) } : readJsonText(text);
  const isUsable = read.isValid && isObject(read.value);
  const body = isUsable ? (read.value as JsonObject) : withField(example, 'model', undefined);
  const [first, ...rest] = models;
  // A request with a model of its own is one whose model is no text: it is kept as it was written.
  const state: PlaygroundState =
    first === undefined || Object.hasOwn(body, 'model')
      ? { request: body, moreModels: models, providers }
      : { request: { model: first, ...body }, moreModels: rest, providers };
  const error = isUsable
    ? null
    : `The request in this address cannot be read${read.isValid ? ': it is no JSON object.' : `: ${read.message}`}`;
  return { state, error };
}
