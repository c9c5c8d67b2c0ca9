/** Whose code does something: the router's, with its packages, or that of Node and of this harness. */

/** Code that counts. `waste.ts` stands for the router where the harness itself is tested. */
const OURS = /\/src\/|\/node_modules\/|\/test\/budget\/waste\.ts/;

/** True for the address of a file of the router. */
export const isRouterFile = (url: string): boolean => OURS.test(url);

/**
 * True where the function that runs now was called by the router. Functions without a file are passed over.
 *
 * @param above this function and everything that it was called by up to it is left out.
 */
export function isCalledByRouter(above: (...args: never[]) => unknown): boolean {
  const before = Error.prepareStackTrace;
  const holder: { stack?: unknown } = {};
  Error.prepareStackTrace = (_error, sites) =>
    sites.find((site) => site.getFileName() !== null && site.getFileName() !== '')?.getFileName() ?? '';
  Error.captureStackTrace(holder, above);
  const url = holder.stack;
  Error.prepareStackTrace = before;
  return typeof url === 'string' && isRouterFile(url);
}
