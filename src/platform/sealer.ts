/** Seals text with AES-GCM, with keys that are derived from secrets of the operator (WebCrypto). */
import { fromBase64Url, toBase64Url } from '../lib/base64.ts';
import type { Sealer } from '../ports.ts';
import { SEALED_PREFIX } from '../unified/sealed-prefix.ts';

/** Bytes of the initialization vector (NIST SP 800-38D recommends 96 bits). */
const IV_BYTES = 12;

/**
 * Creates the sealers of tenants: each opens only what it has sealed.
 *
 * @param secrets at least one. The first one seals, all of them open, so that a secret can be replaced by another in front of it.
 */
export function createSealers(secrets: readonly [string, ...string[]]): (tenant: string) => Sealer {
  // Kept as values, not as promises: one made for a request that was cut short would never settle for the next.
  const keys = new Map<string, CryptoKey>();
  const keyOf = async (secret: string): Promise<CryptoKey> => {
    const known = keys.get(secret) ?? (await deriveKey(secret));
    keys.set(secret, known);
    return known;
  };
  return (tenant) => ({
    async seal(text) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const sealed = await crypto.subtle.encrypt(parameters(iv, tenant), await keyOf(secrets[0]), encode(text));
      const bytes = new Uint8Array(IV_BYTES + sealed.byteLength);
      bytes.set(iv);
      bytes.set(new Uint8Array(sealed), IV_BYTES);
      return SEALED_PREFIX + toBase64Url(bytes);
    },
    async open(sealed) {
      if (!sealed.startsWith(SEALED_PREFIX)) return null;
      for (const secret of secrets) {
        try {
          const bytes = fromBase64Url(sealed.slice(SEALED_PREFIX.length));
          const iv = bytes.subarray(0, IV_BYTES);
          const opened = await crypto.subtle.decrypt(parameters(iv, tenant), await keyOf(secret), bytes.subarray(IV_BYTES));
          return new TextDecoder().decode(opened);
        } catch {
          // not base64, or not sealed with this secret for this tenant
        }
      }
      return null;
    },
  });
}

const encode = (text: string) => new TextEncoder().encode(text);

const parameters = (iv: Uint8Array<ArrayBuffer>, tenant: string) => ({ name: 'AES-GCM', iv, additionalData: encode(tenant) });

/** The secret may also be a key of callers: a derived key does not show it. */
async function deriveKey(secret: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', encode(secret), 'HKDF', false, ['deriveKey']);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encode('tributary sealed text') };
  return crypto.subtle.deriveKey(hkdf, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}
