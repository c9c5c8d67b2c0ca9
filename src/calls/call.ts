/**
 * One upstream call of an attempt: sent with each key of its provider that may serve it, and once more without fields that the upstream
 * refused. Every request is counted. Reading the answer is left to subclasses: `text-call.ts`, `embedding-call.ts`.
 */
import type { RenderingDialect } from '../dialects/dialect.ts';
import type { CancelSignal } from '../lib/cancel-signal.ts';
import { endpointOf } from '../routing/resolve-model.ts';
import { RouterError } from '../unified/error.ts';
import type { Usage } from '../unified/response/usage.ts';
import type { Credentials } from '../upstream/auth/index.ts';
import { createCallKeys, type CallKeys } from '../upstream/keys.ts';
import { toProviderError, send, type Callee, type SendResult } from '../upstream/send.ts';
import type { RefusedKey } from './call-tally.ts';
import type { AttemptScope } from './context.ts';
import type { PreparedEndpoint, PreparedPart } from './prepare.ts';
import { expectedTokens } from './expected-tokens.ts';
import { rememberRefusals, withoutRefused } from './without-refused.ts';

/** A part of a prepared call. */
export type Target<Dialect extends RenderingDialect> = { prepared: PreparedEndpoint<Dialect>; part: PreparedPart };

/** One upstream call. */
export abstract class Call<Answer, Dialect extends RenderingDialect = RenderingDialect> {
  /** What was prepared; another form of it after {@link translate}. */
  protected prepared: PreparedEndpoint<Dialect>;
  protected readonly scope: AttemptScope;
  protected readonly signal: CancelSignal;
  /** What is sent: without the fields that the upstream refused. */
  protected part: PreparedPart;
  #keys: CallKeys;
  /** When the last try was sent, in milliseconds since 1970. */
  #sentMs = 0;

  /** @param signal aborts the call. */
  constructor({ prepared, part }: Target<Dialect>, scope: AttemptScope, signal: CancelSignal) {
    this.prepared = prepared;
    this.part = part;
    this.scope = scope;
    this.signal = signal;
    this.#keys = this.#allKeys();
  }

  /** Sends the request once and reads its answer, or the beginning of it. @throws RouterError when the upstream refuses. */
  protected abstract exchange(credentials: Credentials | null): Promise<Answer>;

  /**
   * Sends the call as soon as a slot is free.
   *
   * @throws RouterError when the upstream refuses: of several refusals the most informative one.
   */
  async open(): Promise<Answer> {
    const { slots } = this.scope.context;
    await slots.acquire(this.signal);
    try {
      return await this.sendWithNextKey();
    } catch (thrown) {
      return await this.#sendWithoutRefused(thrown);
    } finally {
      slots.release();
    }
  }

  /** Sends with one key after the other. @throws RouterError when no key serves the call. */
  async sendWithNextKey(): Promise<Answer> {
    const { context, tally } = this.scope;
    for (;;) {
      const credentials = this.#nextKey();
      context.callBudget.take();
      tally.calls++;
      this.#sentMs = tally.sentMs = context.ports.clock.nowMs();
      try {
        return await this.exchange(credentials);
      } catch (thrown) {
        if (!(thrown instanceof RouterError)) throw thrown;
        if (this.#mayCallAgain() && this.translate(thrown)) {
          this.#keys = this.#allKeys();
          continue;
        }
        this.moveOn({ error: thrown, status: thrown.upstreamStatus });
      }
    }
  }

  /** Counts a failure. Returns when another key is to be tried. @throws RouterError when none is. */
  moveOn(failure: RefusedKey): void {
    const { context, tally } = this.scope;
    const { callBudget } = context;
    callBudget.failed(failure.error);
    const { hasMore, error } = this.#keys.refuse(failure.error);
    const refusal = { ...failure, sentMs: this.#sentMs, endedMs: context.ports.clock.nowMs() };
    if (hasMore && this.#mayCallAgain() && callBudget.allows(1)) {
      tally.refusedKeys.push(refusal);
      return;
    }
    // The error that leads is reported last: the failure that came last takes its position among the others.
    const leading = tally.refusedKeys.find((refused) => refused.error === error);
    if (leading !== undefined) {
      tally.refusedKeys[tally.refusedKeys.indexOf(leading)] = refusal;
      tally.sentMs = leading.sentMs;
    }
    throw callBudget.explain(error);
  }

  /** Changes `prepared` and `part` to the form that the endpoint takes, after an error that says that it lacks the one that was sent. */
  protected translate(_error: RouterError): boolean {
    return false;
  }

  /** The key of the last try works. */
  acceptKey(): void {
    this.#keys.accept();
  }

  /** The key of the last try failed too late for another one. */
  refuseKey(error: RouterError): void {
    this.#keys.refuse(error);
  }

  /** The try with the last key took so many tokens; null = not known: what was expected counts on. */
  settleKey(usage: Usage | null): void {
    if (usage !== null) this.#keys.settle(usage.promptTokens + usage.completionTokens);
  }

  /** Sends the request over HTTP. @throws RouterError naming the provider. */
  protected post(credentials: Credentials | null, signal: AbortSignal): Promise<SendResult> {
    const { fetch, clock } = this.scope.context.ports;
    this.scope.tally.bodies.add(this.part.body);
    return send(this.part.call, { dialect: this.prepared.dialect, callee: this.callee(), credentials, fetch, clock, signal });
  }

  /** The error as the client may see it. @param secrets kept out of its text. */
  protected toClientError(error: RouterError, secrets: readonly string[]): RouterError {
    return toProviderError(
      error,
      { callee: this.callee(), secrets },
      { nowMs: this.scope.context.ports.clock.nowMs(), call: this.part.call },
    );
  }

  /** Who is called, for errors. */
  protected callee(): Callee {
    const { provider, offering } = this.prepared.planned.candidate;
    const { secret } = this.part.call.access.auth;
    return {
      name: provider.name,
      secretVariable: secret,
      isCallerKey: this.part.call.access.isCallerKey === true,
      errors: provider.errors ?? [],
      contextTokens: offering?.contextTokens ?? null,
    };
  }

  /** Sends once more, without what an error refused. @throws `thrown` where it refused no field that can be left out. */
  async #sendWithoutRefused(thrown: unknown): Promise<Answer> {
    const { prepared, part, scope } = this;
    const changed = thrown instanceof RouterError ? withoutRefused(thrown, { prepared, part }, scope.request) : null;
    if (changed === null || this.signal.aborted) throw thrown;
    this.part = changed.part;
    this.#keys = this.#allKeys();
    const news = changed.changes.filter(({ adjustment }) => !prepared.learned.some(({ param }) => param === adjustment.param));
    prepared.learned.push(...news.map(({ adjustment }) => adjustment));
    const answer = await this.sendWithNextKey();
    rememberRefusals(news, prepared.planned.candidate, scope.context.ports);
    return answer;
  }

  #mayCallAgain(): boolean {
    return !this.signal.aborted && !this.scope.context.client.signal.aborted;
  }

  /** @throws RouterError where every key is at a limit of the operator: no call is made. */
  #nextKey(): Credentials | null {
    try {
      return this.#keys.next();
    } catch (thrown) {
      const error = thrown instanceof RouterError ? this.toClientError(thrown, []) : thrown;
      if (error instanceof RouterError) this.scope.context.callBudget.failed(error);
      throw error;
    }
  }

  #allKeys(): CallKeys {
    const { access, candidate } = this.prepared.planned;
    const countTokens = () => expectedTokens(this.part.part.call, this.scope.request);
    const owner = { access, provider: candidate.provider.slug, model: endpointOf(candidate), countTokens };
    return createCallKeys(owner, this.scope.context.ports);
  }
}
