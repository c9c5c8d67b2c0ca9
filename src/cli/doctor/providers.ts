/** Checks the keys of providers: which are set, whether the providers can be reached with them, and the clock by the dates of their answers. */
import type { Clock } from '../../lib/clock.ts';
import type { Fetch } from '../../lib/fetch.ts';
import { createAccess } from '../../platform/provider-access.ts';
import type { Access } from '../../ports.ts';
import { variablePrefix, type CompiledProvider } from '../../registry/provider.ts';
import { askModels, explainAnswer, type AskedList } from '../provider/ask-models.ts';
import { linesOf, type CheckLine } from './check.ts';

/** What the checks need. */
export type ProviderContext = {
  providers: readonly CompiledProvider[];
  /** Variables by name, of the file and of the environment. */
  variables: Readonly<Record<string, string | undefined>>;
  fetch: Fetch;
  clock: Clock;
  /** Nothing is asked over the network. */
  isOffline: boolean;
  platform: string;
};

/** Longest wait for a provider, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** Most keys of one provider that are tried. */
const MAX_KEYS = 5;

/** A clock that is off by more is reported, in seconds. Both ends of an answer round to a second, and an answer takes time. */
const [LATE_SECONDS, WRONG_SECONDS] = [30, 240];

/** Checks all providers for which something is set. */
export async function checkProviders(context: ProviderContext): Promise<CheckLine[]> {
  const { providers, variables, isOffline } = context;
  const accessTo = createAccess(variables);
  const used = providers.filter((provider) => isUsed(provider, variables)).map((provider) => ({ provider, access: accessTo(provider) }));
  const ready = used.filter(({ access }) => access.missingVariables.length === 0);
  const lacking = used.filter(({ access }) => access.missingVariables.length > 0);
  const asked = isOffline ? [] : await Promise.all(ready.map((one) => checkReach(one, context)));
  return [
    summarize(ready.map(({ provider }) => provider)),
    ...lacking.map(({ provider: { slug }, access }) =>
      linesOf(`provider ${slug}`).problem(`cannot be called: set ${access.missingVariables.join(' and ')}`, 'edit .dev.vars'),
    ),
    ...ready.flatMap(({ provider, access }, at) => asked[at]?.lines ?? [linesOf(`provider ${provider.slug}`).skipped(notAsked(access))]),
    checkClock(
      asked.flatMap(({ ahead }) => ahead),
      context,
    ),
  ];
}

const notAsked = ({ auth, keys }: Access) =>
  keys.length === 0 ? 'has an address; not asked (--offline)' : `has a key in ${auth.secret}; not asked (--offline)`;

/** Whether a variable of the provider's own is set: a key, an address, a part of an address without a default. */
function isUsed({ slug, auth, variables: stated }: CompiledProvider, variables: ProviderContext['variables']): boolean {
  const names = [
    `${variablePrefix(slug)}_BASE_URL`,
    ...auth.flatMap((one) => (one.scheme === 'aws-sigv4' ? [one.secret, one.accessKeyId] : one.scheme === 'none' ? [] : [one.secret])),
    ...Object.entries(stated).flatMap(([name, { default: otherwise }]) => (otherwise === undefined ? [name] : [])),
  ];
  return names.some((name) => (variables[name] ?? '').trim() !== '');
}

function summarize(ready: readonly CompiledProvider[]): CheckLine {
  const lines = linesOf('keys');
  if (ready.length === 0)
    return lines.warning(
      'no provider can be called: none has a key. tributary dev answers from the simulator, tributary start with errors',
      'edit .dev.vars: add a line such as OPENROUTER_API_KEY=...   # docs/providers.md lists the names',
    );
  return lines.ok(`set for ${ready.map(({ slug }) => slug).join(', ')}`);
}

async function checkReach(
  { provider, access }: { provider: CompiledProvider; access: Access },
  { fetch, clock }: ProviderContext,
): Promise<{ lines: CheckLine[]; ahead: number[] }> {
  const keys = access.keys.length === 0 ? [''] : access.keys.slice(0, MAX_KEYS);
  const asked = await Promise.all(keys.map((key) => askModels({ provider, access, key }, { fetch, clock, timeoutMs: TIMEOUT_MS })));
  const lines = asked.map((one, at) => toLine(provider, one, nameKey(access, at)));
  const skipped = access.keys.length - keys.length;
  if (skipped > 0) lines.push(linesOf(`provider ${provider.slug}`).skipped(`${skipped} more keys are not tried`));
  return { lines, ahead: asked.flatMap(({ clockAheadMs }) => (clockAheadMs === null ? [] : [clockAheadMs])) };
}

/** Names a key by its variable and its place there. */
function nameKey({ auth, keys }: Access, at: number): string | null {
  if (keys.length === 0 || auth.scheme === 'none') return null;
  return keys.length === 1 ? auth.secret : `${auth.secret} (key ${at + 1} of ${keys.length})`;
}

function toLine({ slug }: CompiledProvider, asked: AskedList, key: string | null): CheckLine {
  const lines = linesOf(`provider ${slug}`);
  const found = explainAnswer(asked, key);
  const withKey = key === null ? '' : `, with ${key}`;
  const address = `edit .dev.vars: ${variablePrefix(slug)}_BASE_URL`;
  switch (asked.answer.kind) {
    case 'listed':
      return lines.ok(`${found}${withKey}`);
    case 'absent':
      return lines.ok(`answers, but ${found}: so the key is not proven`);
    case 'refused':
    case 'unusable':
      return lines.problem(found, `edit .dev.vars: ${key ?? `${variablePrefix(slug)}_API_KEY`}`);
    case 'failed':
    case 'silent':
      return lines.warning(found, `npx tributary doctor   # again, in a minute`);
    case 'moved':
    case 'unreadable':
    case 'too-large':
      return lines.warning(found, address);
    case 'unreachable':
      return lines.problem(found, `curl -I ${asked.url}`);
  }
}

/** Compares the clock with the dates of answers. The middle one counts: one provider's clock may be wrong, too. */
function checkClock(ahead: readonly number[], { isOffline, platform }: ProviderContext): CheckLine {
  const lines = linesOf('clock');
  const middle = ahead.toSorted((one, other) => one - other)[Math.floor(ahead.length / 2)];
  if (middle === undefined) return lines.skipped(isOffline ? 'not compared (--offline)' : 'not compared: no provider answered with a date');
  const seconds = Math.round(middle / 1000);
  const off = `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the providers`;
  const fix =
    platform === 'darwin' ? 'sudo sntp -sS time.apple.com' : platform === 'win32' ? 'w32tm /resync' : 'sudo timedatectl set-ntp true';
  // AWS refuses signatures that are off by more than five minutes (AWS General Reference, as last known 2025).
  if (Math.abs(seconds) > WRONG_SECONDS) return lines.problem(`${off}: signed requests and tokens are refused`, fix);
  return Math.abs(seconds) > LATE_SECONDS ? lines.warning(off, fix) : lines.ok('agrees with the providers');
}
