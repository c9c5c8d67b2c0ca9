/** One request and its answer as they were on the wire, without keys: a line of the report file. */

/** An exchange. `id`: of the request, see `askId`. `try`: 0, or the number of the repetition after a rate limit or a fault. */
export type Exchange = {
  readonly id: string;
  readonly try: number;
  /** Milliseconds since 1970, when the request was sent. */
  readonly at: number;
  readonly request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
    readonly stream: boolean;
  };
  /** Null = there was none; `failure` has the reason. */
  readonly response: RawResponse | null;
  readonly failure: string | null;
  /** The request did not reach the provider, so it costs nothing. Absent = it may have. */
  readonly wasNotSent?: true;
};

/** An answer. `body`: as received, cut at a limit; `isBase64` for a binary stream. */
export type RawResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64?: true;
  readonly isCut?: true;
  /** Milliseconds from the request to the end of the answer. */
  readonly ms: number;
};
