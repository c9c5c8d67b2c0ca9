/**
 * Finds where the parameters of a request are in an upstream body, for `/explain`: the request is fitted and rendered once more without each
 * of them, and with each of them alone, and the bodies are compared. So no format has to tell. Too much work for a request that is sent.
 */
import type { FittedCall, RenderingDialect } from '../dialects/dialect.ts';
import { fit } from '../fitting/fit.ts';
import { isObject, type JsonObject } from '../lib/json.ts';
import { differingPointers } from '../lib/json-difference.ts';
import { childPointer, valueAt } from '../lib/json-pointer.ts';
import { withPlaceholderFiles } from '../routing/placeholder-files.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import { RouterError } from '../unified/error.ts';
import { clientPath } from '../unified/request/client-path.ts';
import { INPUT_FIELDS } from '../unified/request/parameters.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { conversationOf } from '../unified/request/turns-conversation.ts';
import type { PreparedEndpoint } from './prepare.ts';
import { requestWithOnly, requestWithout, valueOf, withoutPath } from './vary-request.ts';

/**
 * One place of a parameter. `param`: as the client calls it. `path`: JSON pointer to what would be absent or different without it; null =
 * nothing would. `action`: of the adjustment; where there is none, `sent`, or `omitted` for a value without effect.
 */
export type FieldOfBody = { param: string; path: string | null; action: Adjustment['action'] | 'sent' | 'omitted' };

/** A request to one endpoint, in any dialect. */
type Endpoint = Pick<PreparedEndpoint<RenderingDialect>, 'planned' | 'dialect' | 'adjustments' | 'parts'>;

/** Most places of one parameter that are listed; of more, what they have in common. */
const MAX_PLACES = 8;

/** Bodies that are rendered for each parameter. */
const BODIES_EACH = 3;

/** Most characters that are rendered for one endpoint: 40 parameters of a body of 130,000 characters. */
const MAX_CHARACTERS = 16 * 2 ** 20;

/** Places in the bodies of the calls to one endpoint, in the order of its parts. Null = the bodies are too large to be compared. */
export function locateParameters(endpoint: Endpoint, request: UnifiedRequest): (readonly FieldOfBody[])[] | null {
  const { planned, adjustments, parts } = endpoint;
  const [first] = parts;
  const call = planned.fitted.parts[0]?.call;
  if (first === undefined || call === undefined) throw new Error('a prepared endpoint without a call');
  const actions = new Map(adjustments.map(({ param, action }) => [param, action]));
  const params = [...new Set([...Object.keys(request.parameters).flatMap((name) => partsOf(name, request, actions)), ...actions.keys()])];
  if (params.length === 0) return parts.map(() => []);
  if (params.length * first.call.body.length * BODIES_EACH > MAX_CHARACTERS) return null;
  const source = { request, call, endpoint, body: render(call, endpoint) };
  const places = params.map((param) => ({ param, action: actions.get(param), pointers: pointersOf(param, source, actions.get(param)) }));
  return parts.map(({ body }) =>
    places.flatMap(({ param, action, pointers }): FieldOfBody[] => {
      const name = clientPath(request.names, param);
      // Of several calls some lack what the first one has, such as `n`.
      const there = pointers.filter((pointer) => valueAt(body, pointer) !== undefined);
      if (there.length === 0) return [{ param: name, path: null, action: action ?? 'omitted' }];
      return there.map((path) => ({ param: name, path, action: action ?? 'sent' }));
    }),
  );
}

/** A parameter, or its members where one of them was adjusted by itself, such as `reasoning.effort`. */
function partsOf(name: string, { parameters }: UnifiedRequest, actions: ReadonlyMap<string, unknown>): string[] {
  const value = parameters[name];
  const isSplit = isObject(value) && [...actions.keys()].some((param) => param.startsWith(`${name}.`));
  return isSplit ? Object.keys(value).map((member) => `${name}.${member}`) : [name];
}

/** What the first call is made from, and its body. */
type Source = { request: UnifiedRequest; call: FittedCall; endpoint: Endpoint; body: JsonObject };

/**
 * Places that differ without the parameter. Of several, those that it has alone too: the others depend on it, as a choice of tools does on the
 * tools. None: another parameter does the same, and takes its place where it is left out; then those that it has alone.
 */
function pointersOf(param: string, source: Source, action: Adjustment['action'] | undefined): readonly string[] {
  const { request, body } = source;
  const isGone = action === 'dropped' || action === 'learned';
  if (isInput(param)) return isGone ? [] : inputPointers(source);
  const whole = param.split('.')[0] ?? param;
  // A part of a list, such as the names of tools, is where the list is.
  if (whole !== param && valueOf(param, request) === undefined && valueOf(whole, request) !== undefined)
    return pointersOf(whole, source, action);
  const other = bodyWithout(param, source);
  const found = other === null ? [] : differingPointers(body, other);
  const pointers = isGone || found.length === 1 ? found : ownPlaces(param, source, { found, isChanged: action !== undefined });
  return fewer(typeof valueOf(param, request) === 'object' ? pointers : pointers.map((pointer) => innermost(body, pointer)));
}

/** @param isChanged an adjustment reports it, so that its value in the body may be another. */
function ownPlaces(
  param: string,
  { body, ...source }: Source,
  { found, isChanged }: { found: readonly string[]; isChanged: boolean },
): readonly string[] {
  const alone = bodiesAlone(param, source);
  if (alone === null) return found;
  const places = differingPointers(alone.with, alone.without);
  const isSame = (pointer: string) => JSON.stringify(valueAt(body, pointer)) === JSON.stringify(valueAt(alone.with, pointer));
  if (found.length === 0) return places.filter((pointer) => isChanged || isSame(pointer));
  const own = found.filter((pointer) => places.some((place) => isWithin(pointer, place) || isWithin(place, pointer)));
  return own.length === 0 ? found : own;
}

const isWithin = (pointer: string, other: string): boolean => pointer === other || pointer.startsWith(`${other}/`);

const isInput = (param: string): boolean => Object.values(INPUT_FIELDS).some((field) => field === param.split(/[.[]/)[0]);

/** Not what a client would send. */
const OTHER_TEXT = '(another text)';

/** Members of the body that are made from what the model reads. */
function inputPointers({ call, endpoint, body, request }: Source): string[] {
  if (call.native !== undefined) return [childPointer('', clientPath(request.names, INPUT_FIELDS[request.operation]))];
  const turn = { role: 'user', blocks: [{ type: 'text', text: OTHER_TEXT, path: '' }], path: '', fields: {} } as const;
  const input: FittedCall['input'] =
    call.input.kind === 'messages'
      ? { kind: 'messages', conversation: conversationOf([turn]) }
      : { kind: 'prompt', prompt: { kind: 'text', value: OTHER_TEXT } };
  const other = unlessRefused(() => render({ ...call, input }, endpoint));
  const pointers = other === null ? [] : differingPointers(body, other);
  return [...new Set(pointers.map((pointer) => pointer.split('/').slice(0, 2).join('/')))];
}

/** The body of the first call without a parameter; null where nothing of it is made from the parameter, or the others need it. */
function bodyWithout(param: string, { request, call, endpoint }: Source): JsonObject | null {
  const other = requestWithout(param, request);
  if (other === null) {
    // What the router adds has the name of its rule. Where a number is absent, the format may have the same one as its default.
    const name = wireName(param, endpoint);
    const value = call.parameters[name];
    const less = typeof value === 'number' ? { ...call.parameters, [name]: value + 1 } : withoutPath(call.parameters, name);
    return less === null ? null : unlessRefused(() => render({ ...call, parameters: less }, endpoint));
  }
  return bodyOf(other, endpoint);
}

/** The bodies of a request with one parameter alone and without it. Null where there is nothing to compare. */
function bodiesAlone(param: string, { request, call, endpoint }: Omit<Source, 'body'>): { with: JsonObject; without: JsonObject } | null {
  const only = call.native === undefined ? requestWithOnly(param, request) : null;
  const none = only === null ? null : requestWithout(param, only);
  const [one, other] = [only, none].map((given) => (given === null ? null : bodyOf(given, endpoint)));
  return one && other ? { with: one, without: other } : null;
}

/** The body of the first call of a request; null where the endpoint refuses it. */
const bodyOf = (request: UnifiedRequest, endpoint: Endpoint): JsonObject | null =>
  unlessRefused(() => {
    const call = fit(request, endpoint.planned.target).parts[0]?.call;
    return call === undefined ? null : render(call, endpoint);
  });

/** What is made of a changed request; null where it is refused, because parameters need each other. */
function unlessRefused<Made>(make: () => Made): Made | null {
  try {
    return make();
  } catch (thrown) {
    if (!(thrown instanceof RouterError)) throw thrown;
    return null;
  }
}

function wireName(param: string, { planned: { target } }: Endpoint): string {
  const rule = target.rules.parameters[param];
  return (rule === undefined || rule === false ? undefined : rule.name) ?? param;
}

const render = (call: FittedCall, { dialect }: Pick<Endpoint, 'dialect'>): JsonObject =>
  dialect.render(withPlaceholderFiles(call, dialect)).body;

/** The one value in an object: `/metadata/user_id` for `/metadata`. */
function innermost(body: JsonObject, pointer: string): string {
  const value = valueAt(body, pointer);
  const [name, ...more] = isObject(value) ? Object.keys(value) : [];
  return name === undefined || more.length > 0 ? pointer : innermost(body, childPointer(pointer, name));
}

/** The places, or the innermost one that has them all. */
function fewer(pointers: readonly string[]): readonly string[] {
  if (pointers.length <= MAX_PLACES) return pointers;
  const [steps = [], ...others] = pointers.map((pointer) => pointer.split('/'));
  const isCommon = (length: number) => others.every((other) => steps.slice(0, length).every((step, index) => step === other[index]));
  let length = steps.length;
  while (length > 1 && !isCommon(length)) length--;
  return [steps.slice(0, length).join('/')];
}
