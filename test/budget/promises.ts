/** Counts promises of the router: each call of an async function, each `await`, each `then`. Those inside Node's own streams are left out. */
import { promiseHooks } from 'node:v8';
import { isCalledByRouter } from './source.ts';

/** Starts to count. Returns how to end it, and get the number. */
export function countPromises(): () => number {
  let made = 0;
  const onInit = (): void => {
    if (isCalledByRouter(onInit)) made++;
  };
  const stop = promiseHooks.onInit(onInit) as () => void;
  return () => {
    stop();
    return made;
  };
}
