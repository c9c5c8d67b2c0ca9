/**
 * Fronts two isolates of the router that share their objects: `/a/<path>` and `/b/<path>`. `POST /object/<account>/<method>` calls a method of
 * the object of an account, as an isolate would that ends before its next call.
 */
type Target = { fetch(request: Request): Promise<Response> };
type Method = (argument: unknown) => Promise<unknown>;
type Accounts = { idFromName(name: string): unknown; get(id: unknown): Readonly<Record<string, Method>> };

/** What the Worker is bound to. */
type Bound = { A: Target; B: Target; KEYS: Accounts };

export default {
  async fetch(request: Request, { A, B, KEYS }: Bound): Promise<Response> {
    const url = new URL(request.url);
    const [, place, ...rest] = url.pathname.split('/');
    if (place === 'object') {
      const [account = '', method = ''] = rest;
      const result = await KEYS.get(KEYS.idFromName(account))[method]?.(await request.json());
      return Response.json(result ?? {});
    }
    url.pathname = `/${rest.join('/')}`;
    return (place === 'b' ? B : A).fetch(new Request(url, request));
  },
};
