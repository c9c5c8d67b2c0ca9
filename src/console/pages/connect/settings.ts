/** Chooses clients, and fills a model into their settings. No DOM here. */
import type { ConnectClient } from '../../../http/connect.ts';

/** Kinds of clients as the page names them. */
export const KINDS: Readonly<Record<ConnectClient['kind'], string>> = {
  command: 'command',
  agent: 'agent',
  sdk: 'SDK',
  application: 'application',
};

/** What was chosen. An empty text or null = any. */
export type Choice = { readonly search: string; readonly kind: string | null; readonly isTestedOnly: boolean };

/** True for a client that this router is tested with, at least in one of its settings. */
export const isTested = ({ version, settings }: ConnectClient): boolean =>
  version !== null || settings.some((setting) => setting.tested_with !== null);

/** The clients that have every word of the search in their name, settings or packages. */
export function chooseClients(clients: readonly ConnectClient[], { search, kind, isTestedOnly }: Choice): ConnectClient[] {
  const words = search.toLowerCase().split(/\s+/);
  return clients.filter((client) => {
    if (kind !== null && client.kind !== kind) return false;
    if (isTestedOnly && !isTested(client)) return false;
    const packages = client.settings.flatMap(({ code, language, tested_with: tested }) => [code, language, tested ?? '']);
    const text = [client.name, KINDS[client.kind], ...packages].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Ids of models have these characters. Settings are pasted into shells, and the id may come from an address that someone else wrote. */
const MODEL_ID = /^[\w@~][\w@~.:/+-]{0,199}$/;

/** True for a text that can be written into a command as it is. */
export const canFill = (model: string): boolean => MODEL_ID.test(model);

/** The code with a model in place of `MODEL`; as it is where no model can be filled in. */
export const fillModel = (code: string, model: string): string => (canFill(model) ? code.replaceAll(/\bMODEL\b/g, () => model) : code);
