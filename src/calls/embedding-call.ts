/** One upstream call for embeddings: sent, and its answer read whole. */
import type { EmbeddingDialect } from '../dialects/dialect.ts';
import { toAbortController } from '../lib/cancel-signal.ts';
import { costUsd } from '../registry/pricing.ts';
import type { PlannedCall } from '../routing/plan.ts';
import { RouterError } from '../unified/error.ts';
import { cutVector, type EmbeddingResult } from '../unified/response/embedding.ts';
import type { Usage } from '../unified/response/usage.ts';
import type { Credentials } from '../upstream/auth/index.ts';
import { contentSecrets } from '../upstream/secrets.ts';
import { AnswerReport } from './answer-report.ts';
import { Call } from './call.ts';
import { readEmbeddings, withoutSecrets } from './read-embeddings.ts';

/** One upstream call for embeddings. */
export class EmbeddingCall extends Call<EmbeddingResult, EmbeddingDialect> {
  protected async exchange(credentials: Credentials | null): Promise<EmbeddingResult> {
    const { response, secrets } = await this.post(credentials, toAbortController(this.signal).signal);
    try {
      const embedded = await this.#read(response, secrets);
      this.acceptKey();
      this.settleKey(embedded.usage);
      return embedded;
    } catch (thrown) {
      throw thrown instanceof RouterError ? this.toClientError(thrown, secrets) : thrown;
    }
  }

  async #read(response: Response, secrets: readonly string[]): Promise<EmbeddingResult> {
    const { prepared, part, scope } = this;
    const { planned, dialect } = prepared;
    const embedded = await readEmbeddings(response, { dialect, part: part.part, budget: scope.answerBudget });
    if (embedded.isCut) new AnswerReport(prepared, secrets).cutInput();
    const usage = priced(embedded.usage, planned);
    scope.tally.billed.push({ estimate: () => usage });
    const { dimensions } = planned.fitted.emulation;
    const vectors = dimensions === null ? embedded.vectors : embedded.vectors.map((vector) => cutVector(vector, dimensions));
    return withoutSecrets({ ...embedded, vectors }, contentSecrets(secrets));
  }
}

/** The usage of one call with its cost, where that is known. */
function priced(usage: Usage | null, { candidate }: PlannedCall): Usage | null {
  const price = candidate.offering?.priceUsdPerMillionTokens;
  return usage === null || price === undefined ? usage : { ...usage, costUsd: usage.costUsd ?? costUsd(usage, price) };
}
