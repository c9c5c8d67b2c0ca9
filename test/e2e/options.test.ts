/** Scripts with an option that they do not know. */
import { expect, it } from 'vitest';
import { ROOT } from '../dev/serve.ts';
import { runScript } from './command.ts';

it.each(['test/dev/models-sync.ts', 'test/dev/catalog-push.ts'])(
  '%s names an unknown option and its usage, without a stack',
  async (script) => {
    const running = runScript(ROOT, script, ['--colour']);
    expect(await running.exit).toBe(1);
    expect(running.output()).toMatch(/^Unknown option '--colour'\.\nUse: npm run /);
    expect(running.output()).not.toContain(' at ');
  },
);
