/** Types of a probe: what a request asks, what its answer shows, and what a value did. Data, so planner, observer and comparer can be tested with arrays. */
import type { JsonObject } from '../../lib/json.ts';

/** How a parameter is written: its name on the wire, and words for its values. Words: see `values` in `unified/rule.ts`. */
export type Form = { readonly name: string; readonly values?: Readonly<Record<string, unknown>> };

/** What one request asks for. The rest of it (model, prompt) is the same in all requests of a probe. */
export type Ask = {
  /** Values by unified name. */
  readonly values: Readonly<JsonObject>;
  /** Forms in place of those of the provider file, by unified name. */
  readonly forms?: Readonly<Record<string, Form>>;
  /** Absent = a whole answer. */
  readonly stream?: true;
  /** The stream asks for usage by `stream_options`. */
  readonly asksUsage?: true;
  /** Name of a field that is removed from the body wherever it stands. Absent = none. */
  readonly omits?: string;
  /** Number of a repetition; absent = 0. Equal requests with different numbers are sent again. */
  readonly round?: number;
};

/** What an answer contains, as the format's decoder reads it. */
export type Seen = {
  /** Text of each choice. */
  readonly texts: readonly string[];
  readonly choices: number;
  /** The provider's own finish reasons. */
  readonly finishReasons: readonly string[];
  readonly hasLogprobs: boolean;
  /** Most alternatives at one position. */
  readonly topLogprobs: number;
  readonly toolCalls: number;
  readonly hasReasoning: boolean;
  /** Null = not reported. */
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** Of embeddings: the length of the first vector, and whether it came as numbers or as text. */
  readonly vector: { readonly kind: 'numbers' | 'text'; readonly length: number } | null;
};

/** What a provider answered. `at`: milliseconds since 1970. `id`: of the exchange, as in the report file. */
export type Answer = { readonly id: string; readonly at: number } & (
  | { readonly kind: 'accepted'; readonly seen: Seen }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly message: string;
      readonly param: string | null;
      readonly code: string | null;
    }
  /** No evidence: a rate limit, a fault, a timeout, a request that was not sent. */
  | { readonly kind: 'none'; readonly why: string }
);

/** Asks one request after the other. It sends nothing itself: it is driven with answers, so it is pure and can be driven again with known ones. */
export type Inquiry<Result> = Generator<Ask, Result, Answer>;

/** What the upstream did with a value. `unknown`: no evidence. */
export type Verdict = 'accepted' | 'refused' | 'unknown';

/** One value of one parameter, and what the upstream did with it. */
export type Trial = {
  /** Unified name, or the provider's own. */
  readonly param: string;
  readonly value: unknown;
  readonly form: Form;
  /** Other parameters that were sent beside it, apart from the limit of tokens. */
  readonly beside: Readonly<JsonObject>;
  readonly verdict: Verdict;
  /** Whether the answer shows the effect of the value; null = it cannot be seen. */
  readonly effect: 'shown' | 'missing' | null;
  /** True for a value of a wrong type or a word without a meaning: it only shows whether the upstream reads the field. */
  readonly isMisfit?: true;
  /** The parameter that this one was sent together with, where the trial is about both. `stream` counts as one. */
  readonly pair?: string;
  /** True where it was sent without what the file states that it needs. */
  readonly isAlone?: true;
  /** The error of a refusal, or why there is no evidence. */
  readonly note: string | null;
  /** Ids of the exchanges that show it; for a refusal with the request without the value that succeeded. */
  readonly evidence: readonly string[];
};

/** True for a trial that is about the value alone. */
export const isMain = ({ isMisfit, pair, isAlone }: Trial): boolean =>
  isMisfit === undefined && pair === undefined && isAlone === undefined;

/** Ids of the exchanges of trials, each once. */
export const evidenceOf = (trials: readonly (Trial | undefined)[]): string[] => [
  ...new Set(trials.flatMap((trial) => trial?.evidence ?? [])),
];

/** The number that a trial is about; NaN = its value is none. */
export const numberOf = ({ value }: Trial): number => (typeof value === 'number' ? value : NaN);

/** What was found about one upstream. */
export type Observations = {
  readonly trials: readonly Trial[];
  /** True = an unknown field was refused. False = it was accepted. Null = not known. */
  readonly isStrict: boolean | null;
  /** Whether a request without a limit of tokens was accepted; null = not known. */
  readonly acceptsNoLimit: boolean | null;
  /** Ids of the exchanges that show it. */
  readonly noLimitEvidence: readonly string[];
  /** Parameters that were not probed, and why. */
  readonly skipped: Readonly<Record<string, string>>;
};
