/**
 * Types of the fault table: a row, the endpoints of each setup, and the expected result. The rows are in `table.ts`; `judge.ts` compares
 * them with what happened.
 */
import type { BehaviourName } from './behaviours.ts';
import type { DisconnectPoint } from './client.ts';
import type { Script } from './scripted-upstream.ts';

/** The client streams, or waits for one body. */
export type Mode = 'stream' | 'body';

/** An endpoint of a setup. The scripts of a row are written down by letter. */
export type Letter = 'A' | 'B' | 'C' | 'D' | 'E';

/** Who could serve, in the order of `provider.order`, and which model each of them offers. */
export const SETUPS = {
  /** One endpoint alone. */
  alone: { A: 1 },
  /** A second provider of the same model. */
  same: { A: 1, B: 1 },
  /** A second model, at another provider. */
  other: { A: 1, B: 2 },
  /** Two providers of one model, then a second model. */
  mixed: { A: 1, B: 1, C: 2 },
  /** Five models, each at one provider. */
  many: { A: 1, B: 2, C: 3, D: 4, E: 5 },
} as const satisfies Record<string, Partial<Record<Letter, number>>>;

/** A name of {@link SETUPS}. */
export type SetupName = keyof typeof SETUPS;

/** Least and most, in milliseconds. */
export type Bounds = readonly [number, number];

/** What is expected of one row in one setup. Only random rows list several results. */
export type Expected = {
  /** `whole`, `error:<type> <status>`, `broken:<type>` (in the stream), `left`; `*` stands for any word. */
  gets: readonly string[];
  /** Upstream attempts in order, `A B`. Null = any, up to the limit. */
  attempts: string | null;
};

/** One fault. */
export type Row = {
  name: string;
  /** Why this is to be expected, where the table does not say it by itself. */
  reason?: string;
  /** A has the fault; endpoints that are not listed answer without one. */
  scripts: Partial<Record<Letter, Script>> & { A: Script };
  /** Default both. */
  modes?: readonly Mode[];
  /** More fields of the request, and of its `provider` object. */
  request?: Readonly<Record<string, unknown>>;
  provider?: Readonly<Record<string, unknown>>;
  /** Rules of the providers' files, besides those of the format. */
  parameters?: Readonly<Record<string, unknown>>;
  /** A has two keys, the first of them the bad one. */
  twoKeys?: boolean;
  setups: Partial<Record<SetupName, Expected>>;
  /** What the client reads, where it is not the usual text: all of it when whole, the most of it when broken. */
  text?: string;
  /** Between the end of one attempt and the next one at the same endpoint. Default 0 to 3 s: back-off with jitter. */
  againMs?: Bounds;
  /** When the router gives up an upstream that is silent: after it arrived. */
  gaveUpMs?: Bounds;
  /** Seconds in the `Retry-After` of an error. */
  retryAfterSeconds?: Bounds;
  /** Whether an error says that the same request may succeed later. */
  retryable?: boolean;
  /** The last attempt continues an assistant turn. */
  prefilled?: boolean;
  /** Requests of the client, one after the other. Default 1. */
  repeats?: number;
  leaving?: DisconnectPoint;
  /** How the connection of the last attempt ends. Nothing runs on: default within 1.5 s, one way or the other. */
  lastOne?: { over: 'finished' | 'left'; withinMs: number };
  /** How long no call may arrive after the client has its answer, or has disconnected. */
  quietMs?: number;
};

/** The whole answer. */
export const whole = (attempts: string): Expected => ({ gets: ['whole'], attempts });

/** An HTTP error: `<type> <status>`. */
export const fails = (error: string, attempts: string): Expected => ({ gets: [`error:${error}`], attempts });

/** A true beginning, then a typed error in the stream. */
export const breaks = (type: string, attempts: string): Expected => ({ gets: [`broken:${type}`], attempts });

/** The client went away. */
export const leaves = (attempts: string): Expected => ({ gets: ['left'], attempts });

/** In every setup the same. */
export const everywhere = (expected: Expected): Row['setups'] => ({ alone: expected, same: expected, other: expected });

/**
 * Never answered, or with a 5xx: another provider of the same model at once; before another model, and before giving up, the same
 * endpoint once more.
 */
export const lost = (error: string): Row['setups'] => ({ alone: fails(error, 'A A'), same: whole('A B'), other: whole('A A B') });

/** Too slow, or not this endpoint's to mend: the next one, never the same again. */
export const passed = (error: string): Row['setups'] => ({ alone: fails(error, 'A'), same: whole('A B'), other: whole('A B') });

/** The request's own fault: never asked anywhere else. */
export const final = (error: string): Row['setups'] => everywhere(fails(error, 'A'));

/** The first attempt fails in such a way that the same endpoint is worth a second try. */
export const once = (): Row['setups'] => ({ alone: whole('A A'), same: whole('A B'), other: whole('A A') });

/** A script for A alone. */
export const script = (...answers: BehaviourName[]): Row['scripts'] => ({ A: { answers } });

/** Deadlines short enough for a test. */
export const SHORT = { timeouts: { first_content_ms: 1200, idle_ms: 1200 } } as const;

/** When an upstream that is silent is given up under {@link SHORT}, as it sees it: a call takes a moment to arrive. */
export const AT_DEADLINE: Bounds = [900, 2400];

/** The error of a provider that is absent or fails. */
export const UNAVAILABLE = 'provider_unavailable 502';
