/** Computes a digest of a request while its body is read, so that the body is never kept for it. */
import { sha256Hex, toHex } from '../lib/hash.ts';

/** Of the runtime's `crypto`, missing in the types of the DOM (https://developers.cloudflare.com/workers/runtime-apis/web-crypto, 2026). */
type DigestStreams = {
  DigestStream: new (algorithm: string) => WritableStream<Uint8Array> & { readonly digest: Promise<ArrayBuffer> };
};

/** A body, and the fingerprint of its request once it was read. */
export type DigestedBody = {
  body: ReadableStream<Uint8Array>;
  /** Null = the body was not read to its end. */
  fingerprint: Promise<string | null>;
};

/** @param url its path is part of the fingerprint. */
export function digestBody(body: ReadableStream<Uint8Array> | null, url: string): DigestedBody {
  const reader = body?.getReader();
  const digest = new (crypto as unknown as DigestStreams).DigestStream('SHA-256');
  const writer = digest.getWriter();
  const fingerprint = Promise.withResolvers<string | null>();
  digest.digest.catch(() => undefined); // that of a body that was not read to its end
  const giveUp = async (reason: unknown): Promise<void> => {
    fingerprint.resolve(null);
    await writer.abort(reason).catch(() => undefined);
  };
  const read = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done = true, value } =
          (await reader?.read().catch(async (thrown: unknown) => {
            await giveUp(thrown);
            throw thrown;
          })) ?? {};
        if (!done && value !== undefined) {
          await writer.write(value);
          return controller.enqueue(value);
        }
        await writer.close();
        fingerprint.resolve(await sha256Hex(`${new URL(url).pathname} ${toHex(new Uint8Array(await digest.digest))}`));
        controller.close();
      },
      async cancel(reason) {
        await giveUp(reason);
        await reader?.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return { body: read, fingerprint: fingerprint.promise };
}

/** Reads a body for its fingerprint alone. */
export async function fingerprintOf(given: ReadableStream<Uint8Array> | null, url: string): Promise<string | null> {
  const { body, fingerprint } = digestBody(given, url);
  await body.pipeTo(new WritableStream()).catch(() => undefined);
  return fingerprint;
}
