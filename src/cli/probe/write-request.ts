/** Writes the request of an {@link Ask}: the body comes from the format's own `render`, the address from `upstream/call.ts`. Pure. */
import type { FittedCall, RenderedRequest, TemplateName } from '../../dialects/dialect.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { hashText } from '../../lib/hash.ts';
import { isObject, type JsonObject } from '../../lib/json.ts';
import { RouterError } from '../../unified/error.ts';
import { formOf } from './known-forms.ts';
import type { ProbeTarget } from './target.ts';
import type { Ask, Form } from './trial.ts';

/** The parameters that ask for usage in streams; it is no field of the body by itself. */
export const STREAM_OPTIONS = 'stream_options';

/** Writes the body. Null = the format has no such value. */
export function writeBody(target: ProbeTarget, ask: Ask): RenderedRequest | null {
  const parameters: JsonObject = {};
  for (const [param, value] of Object.entries(ask.values)) {
    const form = formFor(target, param, ask.forms);
    const word = typeof value === 'object' ? null : String(value);
    parameters[form.name] = word !== null && form.values !== undefined && Object.hasOwn(form.values, word) ? form.values[word] : value;
  }
  const { rules, model, input } = target;
  const call: FittedCall = {
    model,
    input,
    parameters,
    stream: ask.stream === true,
    streamOptions: ask.asksUsage === true,
    template: rules.template as TemplateName, // checked by the build
    roles: rules.roles,
    messageFields: rules.messageFields,
    quirks: rules.quirks,
  };
  try {
    const rendered = target.dialect.render(call);
    return ask.omits === undefined ? rendered : { ...rendered, body: withoutKey(rendered.body, ask.omits) };
  } catch (thrown) {
    if (thrown instanceof RouterError) return null;
    throw thrown;
  }
}

/** Removes a key wherever it stands in objects. */
const withoutKey = (body: JsonObject, name: string): JsonObject =>
  Object.fromEntries(
    Object.entries(body).flatMap(([key, value]) => (key === name ? [] : [[key, isObject(value) ? withoutKey(value, name) : value]])),
  );

/** The form in which a parameter is written. */
const formFor = ({ rules }: Pick<ProbeTarget, 'rules'>, param: string, forms: Ask['forms'] = {}): Form =>
  Object.hasOwn(forms, param) ? (forms[param] ?? { name: param }) : formOf(param, rules.parameters[param]);

/** Names a request: equal requests have equal ids. */
export function askId(target: ProbeTarget, ask: Ask): string {
  const { round = 0, stream = false } = ask;
  const body = canonicalJson(writeBody(target, ask)?.body ?? ask) ?? '';
  return `${hashText(`${target.provider.slug} ${target.model} ${stream} ${body}`)}${round === 0 ? '' : `.${round}`}`;
}

/** True when a value changes the body. Where it does not, the format has no place for it, and an answer would show nothing. */
export function changesBody(target: ProbeTarget, ask: Ask, param: string): boolean {
  const { [param]: _, ...others } = ask.values;
  const [own, plain] = [writeBody(target, ask), writeBody(target, { ...ask, values: others })];
  return own !== null && plain !== null && canonicalJson(own.body) !== canonicalJson(plain.body);
}

/** Returns the names of all fields that a value adds to the body or changes in it, for reading errors: `generationConfig`, `topK`. */
export function fieldsOf(target: ProbeTarget, ask: Ask, param: string): readonly string[] {
  const { [param]: _, ...others } = ask.values;
  const own = writeBody(target, ask)?.body ?? {};
  const plain = writeBody(target, { ...ask, values: others })?.body ?? {};
  return [...new Set([...changedKeys(own, plain), formFor(target, param, ask.forms).name, param])];
}

function changedKeys(own: JsonObject, plain: JsonObject): string[] {
  return Object.entries(own).flatMap(([key, value]) => {
    const before = plain[key];
    if (canonicalJson(value) === canonicalJson(before)) return [];
    if (isObject(value) && isObject(before)) return changedKeys(value, before);
    return [key, ...(isObject(value) ? changedKeys(value, {}) : [])];
  });
}
