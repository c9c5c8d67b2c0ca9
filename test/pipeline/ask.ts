/** One request of a client format to one provider of the provider files, which answers as the test says. */
import type { TextClientDialect } from '../../src/dialects/client-dialect.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { createClientRouter } from '../support/client-router.ts';
import type { SentCall } from '../support/scripted-upstream.ts';

const HEADERS = { 'anthropic-beta': 'one-2026,two-2026', 'anthropic-version': '2026-10-21' };

/** Sends a body to a provider that answers this. */
export async function ask(
  client: TextClientDialect,
  body: JsonObject,
  answer: () => Response,
): Promise<{ sent: SentCall; response: Response }> {
  const router = createClientRouter(answer);
  const response = await router.ask(client, body, HEADERS);
  const [sent] = router.sent;
  if (sent === undefined || router.sent.length > 1) throw new Error(`${router.sent.length} calls`);
  return { sent, response };
}
