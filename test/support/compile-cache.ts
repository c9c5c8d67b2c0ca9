/** Lets the commands that tests start share what V8 compiled. No test of its own. */
import { join } from 'node:path';
import { ROOT } from '../dev/root.ts';

/** For the environment of a command. Reading its modules and those of wrangler takes longer than running them. */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(ROOT, '.cache/node') };
