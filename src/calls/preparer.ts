/** Prepares the upstream calls of one request, each planned call once. Sends nothing, except that its files may be fetched. */
import type { RenderingDialect, UpstreamDialect } from '../dialects/dialect.ts';
import type { PlannedCall } from '../routing/plan.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Files } from './files.ts';
import { headersFor, prepareFor, type ForwardedHeaders, type PreparedEndpoint } from './prepare.ts';

/** The prepared calls of one request. */
export class Preparer<Dialect extends RenderingDialect = UpstreamDialect> {
  readonly #dialectOf: (planned: PlannedCall) => Dialect;
  readonly #files: Files;
  readonly #forwarded: ForwardedHeaders;
  readonly #prepared = new Map<PlannedCall, Promise<PreparedEndpoint<Dialect>>>();

  /** @param dialectOf looks the dialect of a planned call up. @param forwarded headers of the client that are sent on. */
  constructor(dialectOf: (planned: PlannedCall) => Dialect, files: Files, forwarded: ForwardedHeaders) {
    this.#dialectOf = dialectOf;
    this.#files = files;
    this.#forwarded = forwarded;
  }

  /** Loads the files of several calls together. @throws RouterError naming the part at fault. */
  async loadFiles(calls: readonly PlannedCall[]): Promise<void> {
    await this.#files.load(calls);
  }

  /** Prepares a call for the request that it was planned for. @throws RouterError like `prepareFor`. */
  prepare(planned: PlannedCall, request: UnifiedRequest): Promise<PreparedEndpoint<Dialect>> {
    const known = this.#prepared.get(planned);
    if (known !== undefined) return known;
    const prepared = this.prepareUncached(planned, request);
    this.#prepared.set(planned, prepared);
    return prepared;
  }

  /** The same, and keeps nothing: a prepared call may be as large as the client's body. */
  async prepareUncached(planned: PlannedCall, request: UnifiedRequest): Promise<PreparedEndpoint<Dialect>> {
    const dataUris = await this.#files.load([planned]);
    const extraHeaders = headersFor(planned, this.#forwarded);
    return prepareFor(planned, this.#dialectOf(planned), { request, dataUris, extraHeaders });
  }
}
