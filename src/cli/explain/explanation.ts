/** Reads what `/explain` returns. It may come from another router, or another version of it: what is missing is empty. */
import { arrayOf, isObject, numberOf, wordOf, type JsonObject } from '../../lib/json.ts';

/** One change of a request. */
export type ShownAdjustment = {
  readonly param: string;
  readonly action: string;
  readonly from?: unknown;
  readonly to?: unknown;
  readonly reason: string;
};

/** Where a parameter is in an upstream body. `action`: `sent` where nothing was changed. `path`: JSON Pointer; null = it is not sent. */
export type ShownField = { readonly param: string; readonly action: string; readonly path: string | null };

/** One upstream request. */
export type ShownRequest = {
  readonly provider: string;
  readonly model: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly fields: readonly ShownField[];
};

/** What a call may cost. USD are null where a price is not known. `estimated`: which counts are no measurement. */
export type ShownEstimate = {
  readonly promptTokens: number | null;
  readonly maxCompletionTokens: number | null;
  readonly usd: { prompt: number; most: number } | null;
  readonly estimated: readonly string[];
};

/** One planned call. */
export type ShownCall = {
  readonly provider: string;
  readonly model: string;
  readonly reason: string;
  readonly isSimulated: boolean;
  readonly missing: readonly string[];
  readonly estimate: ShownEstimate | null;
};

/** An endpoint that is not planned, and why. */
export type LeftOut = { readonly provider: string; readonly model: string; readonly reason: string };

/** An explanation, as far as it is shown. */
export type Explanation = {
  readonly operation: string;
  readonly isStream: boolean;
  readonly strategy: string;
  readonly calls: readonly ShownCall[];
  readonly others: readonly LeftOut[];
  readonly rejected: readonly LeftOut[];
  readonly requests: readonly ShownRequest[];
  readonly adjustments: readonly ShownAdjustment[];
  /** What the router does itself, in words. */
  readonly emulated: readonly string[];
};

export function readExplanation(answer: JsonObject): Explanation {
  const plan = objectIn(answer['plan']);
  return {
    operation: wordOf(answer['operation']),
    isStream: answer['stream'] === true,
    strategy: wordOf(plan['strategy']),
    calls: objectsIn(plan['calls']).map(readCall),
    others: objectsIn(plan['others']).map(readLeftOut),
    rejected: objectsIn(plan['rejected']).map(readLeftOut),
    requests: objectsIn(answer['requests']).map(readRequest),
    adjustments: objectsIn(answer['adjustments']).map(readAdjustment),
    emulated: readEmulation(objectIn(answer['emulation'])),
  };
}

const objectIn = (value: unknown): JsonObject => (isObject(value) ? value : {});
const objectsIn = (value: unknown): JsonObject[] => arrayOf(value).filter(isObject);
const wordsIn = (value: unknown): string[] => arrayOf(value).map(wordOf);

function readCall(call: JsonObject): ShownCall {
  return {
    ...readLeftOut(call),
    isSimulated: call['simulated'] === true,
    missing: wordsIn(call['missing']),
    estimate: isObject(call['estimate']) ? readEstimate(call['estimate']) : null,
  };
}

function readEstimate({ prompt_tokens, max_completion_tokens, usd, estimated }: JsonObject): ShownEstimate {
  const [prompt, most] = isObject(usd) ? [numberOf(usd['prompt']), numberOf(usd['most'])] : [null, null];
  return {
    promptTokens: numberOf(prompt_tokens),
    maxCompletionTokens: numberOf(max_completion_tokens),
    usd: prompt === null || most === null ? null : { prompt, most },
    estimated: wordsIn(estimated),
  };
}

const readLeftOut = (one: JsonObject): LeftOut => ({
  provider: wordOf(one['provider']),
  model: wordOf(one['model']) || wordOf(one['requested']),
  reason: wordOf(one['reason']),
});

function readRequest(request: JsonObject): ShownRequest {
  return {
    provider: wordOf(request['provider']),
    model: wordOf(request['model']),
    method: wordOf(request['method']),
    url: wordOf(request['url']),
    headers: Object.fromEntries(Object.entries(objectIn(request['headers'])).map(([name, value]) => [name, wordOf(value)])),
    body: request['body'],
    fields: objectsIn(request['fields']).map(({ param, action, path }) => ({
      param: wordOf(param),
      action: wordOf(action),
      path: typeof path === 'string' ? path : null,
    })),
  };
}

function readAdjustment({ param, action, from, to, reason }: JsonObject): ShownAdjustment {
  return {
    param: wordOf(param),
    action: wordOf(action),
    reason: wordOf(reason),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function readEmulation({ stop, echo, best_of, hide_reasoning }: JsonObject): string[] {
  const stops = wordsIn(stop);
  return [
    ...(stops.length > 0 ? [`ends the answer at ${stops.map((text) => JSON.stringify(text)).join(', ')}`] : []),
    ...(echo === true ? ['repeats the prompt in front of the answer'] : []),
    ...(numberOf(best_of) === null ? [] : [`chooses among ${numberOf(best_of)} answers`]),
    ...(hide_reasoning === true ? ['leaves out reasoning'] : []),
  ];
}
