/**
 * Where workerd sends what a Worker asks its Cache API: it keeps answers in memory, by their address. The protocol is workerd's: `PUT` with a
 * whole HTTP response as the body, `GET`, whose answer says with `CF-Cache-Status` whether it was kept, and `PURGE`.
 */
const kept = new Map<string, { head: string; body: string }>();

async function put(request: Request): Promise<Response> {
  const text = await request.text();
  const end = text.indexOf('\r\n\r\n');
  kept.set(request.url, { head: text.slice(0, end), body: text.slice(end + 4) });
  return new Response(null, { status: 204 });
}

function get({ url }: Request): Response {
  const found = kept.get(url);
  if (found === undefined) return new Response(null, { status: 504, headers: { 'cf-cache-status': 'MISS' } });
  const [, ...lines] = found.head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return new Response(found.body, {
    headers: [...headers.filter(([name]) => !/^(content-length|transfer-encoding)$/i.test(name)), ['cf-cache-status', 'HIT']],
  });
}

export default {
  fetch(request: Request): Response | Promise<Response> {
    if (request.method === 'PUT') return put(request);
    if (request.method === 'GET') return get(request);
    kept.delete(request.url);
    return new Response(null, { status: 200 });
  },
};
