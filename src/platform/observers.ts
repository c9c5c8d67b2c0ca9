/** The ports to which the operator sends what happens: its log, traces and metrics, and the webhook that inspects content. */
import type { Ports } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import { toPrintable } from '../lib/printable.ts';
import { systemBackground } from './background.ts';
import type { Env } from './env.ts';
import { createGuard } from './guard-webhook.ts';
import { createToLogLine } from './log.ts';
import { systemClock, systemFetch, systemLog, systemNote, systemRandomBytes } from './system.ts';
import { createTelemetry } from './telemetry/index.ts';

/** Longest log line before there is a catalogue, in characters. */
const MAX_LINE_CHARACTERS = 500;

/** Ports for the operator's own systems. */
export type ObserverPorts = Pick<Ports, 'telemetry' | 'guard' | 'log'>;

/** Masks secrets in a log line and escapes it. */
type ToLogLine = (text: string) => string;

/** The ports, and the masks of their lines. */
type Observers = {
  ports: ObserverPorts;
  /** Masks lines by the secrets of a catalogue's providers from now on. Returns the mask. */
  useCatalog: (catalog: Catalog) => ToLogLine;
};

/** Creates the observers of one isolate. */
export function createObservers(env: Env): Observers {
  let toLogLine: ToLogLine = (text) => toPrintable(text, MAX_LINE_CHARACTERS);
  const log = (line: string) => systemLog(toLogLine(line));
  const note = (line: string) => systemNote(toLogLine(line));
  const outgoing = { clock: systemClock, ask: systemFetch, background: systemBackground, log };
  return {
    ports: {
      telemetry: createTelemetry(env, { ...outgoing, randomBytes: systemRandomBytes, note }),
      guard: createGuard(env, outgoing),
      log,
    },
    useCatalog(catalog) {
      toLogLine = createToLogLine(env, catalog);
      return toLogLine;
    },
  };
}
