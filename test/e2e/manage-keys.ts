/** Manages keys as the operator of a router does, over HTTP. */

/** The operator's key. */
export const ADMIN_KEY = 'the-admin-key';

type Json = Record<string, unknown>;

/** An answer of `/keys`. */
export type Managed = { status: number; body: Json };

/** The answer of `POST /keys`. */
export type Created = { key: string; data: Json & { hash: string } };

/** The header with a key. */
export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** Calls a path below `/keys` as the operator. @param call method and path: `GET /<hash>`. */
export async function manage(url: string, call: string, body?: Json): Promise<Managed> {
  const [method = '', path = ''] = call.split(' ');
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { ...bearer(ADMIN_KEY), 'content-type': 'application/json' };
  const response = await fetch(`${url}/v1/keys${path}`, { method, headers, ...sent });
  return { status: response.status, body: (await response.json()) as Json };
}

/** Creates a key; fails where that is refused. */
export async function createKey(url: string, fields: Json = {}): Promise<Created> {
  const { status, body } = await manage(url, 'POST', { name: 'a key', ...fields });
  if (status !== 201) throw new Error(`HTTP ${status}: ${JSON.stringify(body)}`);
  return body as Created;
}
