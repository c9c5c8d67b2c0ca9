/** The answer of `POST /v1/explain`, as the playground shows it. Pure. */
import type { JsonObject } from '../../../lib/json.ts';
import { nearestPointer, pointerOfPath } from '../../../lib/json-pointer.ts';

/** One change of a parameter. */
export type AdjustmentEntry = {
  readonly param: string;
  readonly action: string;
  readonly reason?: string;
  readonly from?: unknown;
  readonly to?: unknown;
};

/** What a call may cost, in USD, with what was estimated for it. */
export type Estimate = {
  readonly prompt_tokens?: number | null;
  readonly max_completion_tokens?: number | null;
  readonly usd?: { readonly prompt: number; readonly most: number } | null;
};

/** An endpoint of the plan. */
export type PlannedCall = {
  readonly provider: string;
  readonly provider_name: string;
  readonly model: string;
  readonly requested: string;
  readonly reason: string;
  readonly dialect: string;
  readonly simulated: boolean;
  readonly ready: boolean;
  readonly missing?: readonly string[];
  readonly estimate?: Estimate;
  readonly adjustments?: readonly AdjustmentEntry[];
};

/**
 * One upstream request. `fields`: where each parameter that was adjusted or has another place is in the body; a path of null = it is not sent. Null = the
 * body is too large to be searched.
 */
export type UpstreamRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly choices: readonly number[];
  readonly provider?: string;
  readonly model?: string;
  readonly fields?: readonly { readonly param: string; readonly path: string | null; readonly action: string }[] | null;
};

/** An endpoint that is not called, and why. */
export type LeftOut = { readonly requested: string; readonly provider: string | null; readonly model?: string; readonly reason: string };

/** The whole answer. */
export type Explanation = {
  readonly plan: {
    readonly strategy: string;
    readonly calls: readonly PlannedCall[];
    readonly others: readonly LeftOut[];
    readonly rejected: readonly LeftOut[];
  };
  readonly requests: readonly UpstreamRequest[];
  readonly adjustments: readonly AdjustmentEntry[];
  readonly emulation: JsonObject;
};

/** A line of a document that a change belongs to. */
type Mark = { readonly pointer: string; readonly text: string };

/** Marks of a document, and changes that have no place in it. */
export type Marks = { readonly marks: readonly Mark[]; readonly elsewhere: readonly string[] };

const LONGEST_VALUE = 60;

/** A value in a sentence: JSON, cut with a mark. */
export function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}

/** A change in one line: `temperature clamped from 1.4 to 1: this provider accepts numbers from 0 to 1`. */
export function describeAdjustment({ param, action, from, to, reason }: AdjustmentEntry): string {
  const change = [from === undefined ? '' : ` from ${shortJson(from)}`, to === undefined ? '' : ` to ${shortJson(to)}`].join('');
  return `${param} ${action}${change}${reason === undefined ? '' : `: ${reason}`}`;
}

/** Where changes are in the client's request. What was added is in no place of it. */
export function marksOfClient(request: JsonObject, adjustments: readonly AdjustmentEntry[]): Marks {
  const places = adjustments.map((entry) => ({ entry, pointer: nearestPointer(request, pointerOfPath(entry.param)) }));
  return {
    marks: places.flatMap(({ entry, pointer }) => (pointer === null ? [] : [{ pointer, text: describeAdjustment(entry) }])),
    elsewhere: places.flatMap(({ entry, pointer }) => (pointer === null ? [describeAdjustment(entry)] : [])),
  };
}

/** Where changes are in an upstream body, as the router states it. Changes without a place are not sent. */
export function marksOfUpstream({ body, fields }: UpstreamRequest, adjustments: readonly AdjustmentEntry[]): Marks {
  const marks: Mark[] = [];
  const elsewhere: string[] = [];
  for (const { param, path, action } of fields ?? []) {
    const entry = adjustments.find((one) => one.param === param && one.action === action) ?? { param, action };
    const pointer = path === null ? null : nearestPointer(body, path);
    if (pointer === null) elsewhere.push(describeAdjustment(entry));
    else marks.push({ pointer, text: action === 'sent' ? `${param} is sent here` : describeAdjustment(entry) });
  }
  return { marks, elsewhere };
}

/** The calls that are made at once, and those that are made after a failure. */
export function splitCalls({ plan, requests }: Explanation): { atOnce: PlannedCall[]; reserve: PlannedCall[] } {
  const isAtOnce = (call: PlannedCall, index: number) =>
    index === 0 || requests.some(({ provider, model }) => provider === call.provider && model === call.model);
  return { atOnce: plan.calls.filter(isAtOnce), reserve: plan.calls.filter((call, index) => !isAtOnce(call, index)) };
}

/** Requests that differ in nothing but the choices that they make, as one with all of these. */
export function mergeEqualRequests(requests: readonly UpstreamRequest[]): (UpstreamRequest & { readonly count: number })[] {
  const merged = new Map<string, UpstreamRequest & { count: number }>();
  for (const request of requests) {
    const { choices, ...rest } = request;
    const key = JSON.stringify(rest);
    const before = merged.get(key);
    merged.set(key, { ...request, choices: [...(before?.choices ?? []), ...choices], count: (before?.count ?? 0) + 1 });
  }
  return [...merged.values()];
}

/** Endpoints that are left out for one reason. */
export type ReasonGroup = { readonly reason: string; readonly names: readonly string[] };

/** Endpoints by the reason why they are left out, the most frequent first. @param except a reason that is not listed. */
export function groupByReason(entries: readonly LeftOut[], except: string | null = null): ReasonGroup[] {
  const groups = new Map<string, Set<string>>();
  for (const { reason, provider, requested } of entries) {
    if (reason === except) continue;
    groups.set(reason, (groups.get(reason) ?? new Set()).add(provider ?? requested));
  }
  return [...groups]
    .map(([reason, names]) => ({ reason, names: [...names] }))
    .toSorted((one, other) => other.names.length - one.names.length);
}

/** The reason of the router for endpoints that are not in `provider.only`. The playground sets that itself for each column. */
export const NOT_CHOSEN = 'it is not in provider.only';
