/** What to do after a provider file was written. Pure. */
import type { NewProvider } from './new-provider.ts';

/** A step: what it is for, and the command or the line to add. */
export type NextStep = { what: string; command: string };

/** @param models ids of the models in the file; empty = any id can be called. */
export function nextSteps(
  { slug, keyVariable, auth, dialects }: NewProvider,
  { hasKey, models }: { hasKey: boolean; models: readonly string[] },
): NextStep[] {
  const needsKey = auth.scheme !== 'none' && !hasKey;
  const model = `@${slug}/${models.find((id) => /^[\w./:@+-]+$/.test(id)) ?? '<model id>'}`;
  const hasChat = dialects.some((dialect) => !dialect.endsWith('embeddings'));
  const body = hasChat
    ? JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] })
    : JSON.stringify({ model, input: 'Hello' });
  const path = hasChat ? 'chat/completions' : 'embeddings';
  return [
    ...(needsKey ? [{ what: 'set the key, a line in .dev.vars', command: `${keyVariable}=...` }] : []),
    { what: `start the router${needsKey ? ' (without a key, a simulator answers)' : ''}`, command: 'npx tributary dev' },
    {
      what: 'send a request from another terminal',
      command: `curl http://localhost:8787/v1/${path} -H 'content-type: application/json' -d '${body}'`,
    },
    ...(hasChat ? [{ what: 'find out what the service accepts, and compare', command: `npx tributary provider probe ${slug}` }] : []),
    { what: 'state what differs in the file, and check it', command: `npx tributary provider check ${slug}` },
    { what: 'add it to the table of docs/providers.md', command: 'npm run docs:providers' },
  ];
}
