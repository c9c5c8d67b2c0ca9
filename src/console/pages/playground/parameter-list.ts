/** The unified parameters as controls: groups, search, and what is typed as a value. Pure. */
import type { ParameterRule } from '../../../fitting/describe-rules.ts';
import type { ProviderParameters } from '../../../http/parameters.ts';
import type { UnifiedParameter } from '../../../http/unified-parameters.ts';
import { isObject, type JsonObject } from '../../../lib/json.ts';
import { describeMistake, readJsonText } from '../../parts/json-text.ts';
import { cellText, rangeText } from '../../parts/rule-text.ts';
import { pointerOfPath, valueAt } from '../../../lib/json-pointer.ts';
import { withField } from './state.ts';

/** A parameter, as `GET /v1/parameters` describes it. A name with a dot is a field of an object: `reasoning.effort`. */
export type ParameterInfo = Readonly<UnifiedParameter>;

/** The rules of one provider for one model. */
export type ProviderRules = Readonly<Pick<ProviderParameters, 'slug' | 'name' | 'rules'>>;

/** Parameters of one purpose. */
export type ParameterGroup = { readonly title: string; readonly parameters: readonly ParameterInfo[] };

/** Names by purpose. What is in no list is under "Other", so a new parameter appears without a change here. */
const GROUPS: readonly (readonly [string, readonly string[]])[] = (
  [
    ['Sampling', 'temperature top_p top_k min_p top_a frequency_penalty presence_penalty repetition_penalty seed logit_bias'],
    ['Length and choices', 'max_tokens max_completion_tokens stop n best_of ignore_eos verbosity prediction'],
    ['Reasoning', 'reasoning.effort reasoning.max_tokens reasoning.exclude reasoning.enabled reasoning reasoning_effort include_reasoning'],
    ['Output', 'structured_outputs logprobs top_logprobs modalities audio image_config'],
    ['Use of tools', 'tool_choice parallel_tool_calls max_tool_calls stop_server_tools_when web_search_options x_search_filter'],
    ['Caching and speed', 'prompt_cache_key prompt_cache_options cache_control service_tier speed'],
    ['Labels', 'user session_id metadata trace'],
  ] as const
).map(([title, names]) => [title, names.split(' ')]);

/** Parameters that have an editor of their own on the page. */
const ELSEWHERE: ReadonlySet<string> = new Set(['tools', 'response_format', 'messages', 'model', 'models']);

/** Groups of the parameters whose name or range has the text. Empty groups are left out. */
export function groupParameters(parameters: readonly ParameterInfo[], text: string): ParameterGroup[] {
  const wanted = text.trim().toLowerCase();
  const shown = parameters.filter(
    ({ name, expected = '' }) => !ELSEWHERE.has(name) && (wanted === '' || `${name} ${expected}`.toLowerCase().includes(wanted)),
  );
  const grouped = new Set(GROUPS.flatMap(([, names]) => names));
  const groups = GROUPS.map(([title, names]) => ({
    title,
    parameters: names.flatMap((name) => shown.find((one) => one.name === name) ?? []),
  }));
  const others = { title: 'Other', parameters: shown.filter(({ name }) => !grouped.has(name)) };
  return [...groups, others].filter((group) => group.parameters.length > 0);
}

/** Which control a parameter has. */
export type Control = 'number' | 'switch' | 'choice' | 'text' | 'json';

/** The control of a parameter. */
export function controlOf({ type, values }: ParameterInfo): Control {
  if (values !== undefined && values.length > 0 && type === 'string') return 'choice';
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'boolean') return 'switch';
  return type === 'string' ? 'text' : 'json';
}

/** The accepted values in words. */
export const describeRange = ({ type = 'any type', values, expected, ...bounds }: ParameterInfo): string =>
  expected ?? (values === undefined ? [type, rangeText(bounds) ?? []].flat().join(', ') : `one of ${values.join(', ')}`);

/** The value of a parameter in a request; undefined = it is not set. */
export const parameterValue = (request: JsonObject, name: string): unknown => valueAt(request, pointerOfPath(name));

/** A request with a parameter set; undefined removes it, and the object that it leaves empty. */
export function withParameter(request: JsonObject, name: string, value: unknown): JsonObject {
  const [outer = name, inner] = name.split('.');
  if (inner === undefined) return withField(request, outer, value);
  const before = request[outer];
  const object = withField(isObject(before) ? before : {}, inner, value);
  return withField(request, outer, Object.keys(object).length === 0 ? undefined : object);
}

/** What providers accept of a parameter, in words: `0 to 1: Anthropic, Groq`. Many providers are counted. */
export function describeAcceptance(name: string, providers: readonly ProviderRules[]): string[] {
  const known = providers.flatMap((provider) => {
    const rule = provider.rules[name];
    return rule === undefined ? [] : [{ provider: provider.name, rule }];
  });
  if (known.length > MAX_DESCRIBED) {
    const accepting = known.filter(({ rule }) => rule.accepted || rule.emulated === true);
    return [`${accepting.length} of ${known.length} providers of this model accept it, or the router does it for them.`];
  }
  const groups = Map.groupBy(known, ({ rule }) => describeRule(rule));
  return [...groups].map(([text, members]) => `${text}: ${members.map(({ provider }) => provider).join(', ')}`);
}

/** So many providers are described each by itself. */
const MAX_DESCRIBED = 4;

const describeRule = (rule: ParameterRule): string => ({ yes: 'accepted', no: 'not accepted' })[cellText(rule)] ?? cellText(rule);

/** What was typed: a value, nothing (the parameter is not sent), or why it is no value. Ranges are the router's to judge: values outside are sent. */
export type TypedValue = { readonly value?: unknown; readonly error: string | null };

/** Reads what was typed into a control. */
export function readTyped(info: ParameterInfo, text: string): TypedValue {
  if (text === '') return { error: null };
  const control = controlOf(info);
  if (control === 'text' || control === 'choice') return { value: text, error: null };
  if (control === 'switch') return { value: text === 'true', error: null };
  const read = readJsonText(text);
  if (!read.isValid) return { error: control === 'number' ? `Expected a number, got ${text.slice(0, 40)}.` : describeMistake(read) };
  if (control === 'number' && typeof read.value !== 'number') return { error: `Expected a number, got ${text.slice(0, 40)}.` };
  return { value: read.value, error: null };
}

/** A value as its control shows it. */
export function shownValue(info: ParameterInfo, value: unknown): string {
  if (value === undefined) return '';
  const control = controlOf(info);
  if ((control === 'text' || control === 'choice') && typeof value === 'string') return value;
  return control === 'json' ? JSON.stringify(value, null, 2) : JSON.stringify(value);
}

/** True for a value that the control of its parameter cannot show: such as a text in the place of a number. It is left to the JSON view. */
export function isForeign(info: ParameterInfo, value: unknown): boolean {
  if (value === undefined) return false;
  const control = controlOf(info);
  if (control === 'number') return typeof value !== 'number';
  if (control === 'switch') return typeof value !== 'boolean';
  if (control === 'choice') return typeof value !== 'string' || info.values?.includes(value) !== true;
  return control === 'text' && typeof value !== 'string';
}

/** A warning for a value outside the range of the unified parameter; null = inside. */
export function rangeWarning({ minimum, maximum, type }: ParameterInfo, value: unknown): string | null {
  if (typeof value !== 'number') return null;
  if (minimum !== undefined && value < minimum) return `Below ${minimum}: the router refuses it.`;
  if (maximum !== undefined && value > maximum) return `Above ${maximum}: the router refuses it.`;
  return type === 'integer' && !Number.isInteger(value) ? 'Not a whole number: the router refuses it.' : null;
}
