/** `GET /connect`: settings for clients, with the address of this router in them. As text, or as JSON. Needs no key and contains none. */
import { RouterError } from '../unified/error.ts';
import { connectableClients, type ConnectableClient } from './connect-clients.ts';

/** Stands for an address that cannot be shown: what a client sent as its host is no host name. */
const UNKNOWN_ORIGIN = 'https://ROUTER';

/** A host name, an IPv4 or an IPv6 address, with or without a port. Lines of the page are pasted into shells. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/;

/** The origin of a request, if it can be written into a command as it is. */
export function shownOrigin(url: string): string {
  const { protocol, host } = new URL(url);
  return HOST.test(host) ? `${protocol}//${host}` : UNKNOWN_ORIGIN;
}

/** Reads `format` of a query. @throws RouterError `invalid_request` */
export function readConnectFormat({ format = 'text' }: Readonly<Record<string, string>>): 'text' | 'json' {
  if (format === 'text' || format === 'json') return format;
  throw new RouterError('invalid_request', `format: expected text or json, got ${JSON.stringify(format.slice(0, 40))}.`, {
    param: 'format',
  });
}

/** What the placeholders in the code stand for. */
const placeholders = (origin: string) => ({
  KEY: `one of this router's ROUTER_API_KEYS, or a key made by POST /v1/keys. Under "npm run dev" any text will do.`,
  MODEL: `an id from ${origin}/v1/models, "author/model", or "@provider/<id at that provider>".`,
});

/** Where clients find the paths that they add. */
const bases = (origin: string) => [
  { clients: 'OpenAI', url: `${origin}/v1` },
  { clients: 'Anthropic', url: origin },
  { clients: 'OpenRouter', url: `${origin}/api/v1` },
];

/** A client in JSON. It is tested where it has a version, or a setting has a package with its version. */
export type ConnectClient = {
  name: string;
  kind: ConnectableClient['kind'];
  version: string | null;
  place: string | null;
  settings: { code: string; language: string; tested_with: string | null; note: string | null }[];
};

/** The answer of `GET /connect?format=json`. */
export type ConnectAnswer = {
  data: {
    origin: string;
    placeholders: Record<'KEY' | 'MODEL', string>;
    bases: { clients: string; url: string }[];
    clients: ConnectClient[];
  };
};

/** The settings as JSON. @param origin of this router. */
export const connectAnswer = (origin: string): ConnectAnswer => ({
  data: {
    origin,
    placeholders: placeholders(origin),
    bases: bases(origin),
    clients: connectableClients(origin).map(({ name, kind, version = null, place = null, settings }) => ({
      name,
      kind,
      version,
      place,
      settings: settings.map(({ code, language, testedWith = null, note = null }) => ({ code, language, tested_with: testedWith, note })),
    })),
  },
});

/** The settings as a page of text. @param origin of this router. */
export function connectPage(origin: string): string {
  const clients = connectableClients(origin);
  const { KEY, MODEL } = placeholders(origin);
  const tested = clients.filter(isTested).map((client) => `${headOf(client)}\n\n${bodyOf(client)}\n`);
  const others = clients.filter((client) => !isTested(client));
  return `Tributary: how to connect a client

KEY    is ${KEY}
MODEL  is ${MODEL}

Clients of ${bases(origin)
    .map(({ clients, url }, index) => `${index === 0 ? '' : 'clients of '}${clients}${index === 0 ? ' add paths' : ''} to ${url}`)
    .join(', ')}.
The versions are those that the router is tested with.


${tested.join('\n')}

Settings as the documentation of these clients states them; the router is not tested with them:

${others.map(({ name, settings }) => `    ${name.padEnd(16)} ${settings.map(({ code }) => code).join(' ')}\n`).join('')}`;
}

const isTested = ({ version, settings }: ConnectableClient) =>
  version !== undefined || settings.some(({ testedWith }) => testedWith !== undefined);

const headOf = ({ name, version, place }: ConnectableClient) =>
  `${name}${version === undefined || version === 'any' ? '' : ` (${version})`}${place === undefined ? '' : `: ${place}`}`;

const bodyOf = ({ settings }: ConnectableClient) =>
  settings
    .map(({ code, testedWith, note }) => {
      const remark = [testedWith, note].filter((text) => text !== undefined).join(': ');
      return code
        .split('\n')
        .map((line, index) => `    ${line}${index === 0 && remark !== '' ? `   # ${remark}` : ''}`)
        .join('\n');
    })
    .join('\n');
