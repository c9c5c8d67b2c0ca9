/** How a text that the router has sealed for a client begins (`platform/sealer.ts`). Text that begins otherwise was encrypted by a provider. */
export const SEALED_PREFIX = 'trbc1.';
