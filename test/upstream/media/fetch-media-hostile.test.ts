/** Addresses that must not be reached, first hand or by a redirect: nothing at all is sent to them. */
import { describe, expect, it } from 'vitest';
import { createMediaHosts, file, PNG, redirect } from './media-host.ts';

/** Each with what the refusal must say. */
const HOSTILE: readonly [url: string, reason: string][] = [
  // Loopback, in every spelling.
  ['http://127.0.0.1/', 'not a public address'],
  ['http://127.1/', 'not a public address'],
  ['http://2130706433/', 'not a public address'],
  ['http://0x7f.1/', 'not a public address'],
  ['http://0x7f000001/', 'not a public address'],
  ['http://0177.0.0.01/', 'not a public address'],
  ['http://127.0.0.1./', 'not a public address'],
  ['http://127.255.255.254/', 'not a public address'],
  ['http://１２７．０．０．１/', 'not a public address'],
  ['http://①②⑦.⓪.⓪.①/', 'not a public address'],
  ['http://%31%32%37.0.0.1/', 'not a public address'],
  ['http:\\\\127.0.0.1\\', 'not a public address'],
  ['http:127.0.0.1', 'not a public address'],
  ['http://example.com@127.0.0.1/', 'a user or a password'],
  ['ht\ntp://127.0.0.1/', 'not a public address'],
  ['http://[::1]/', 'not a public address'],
  ['http://[0:0:0:0:0:0:0:1]/', 'not a public address'],
  ['http://localhost/', 'not a public name'],
  ['http://LOCALHOST./', 'not a public name'],
  ['http://ｌｏｃａｌｈｏｓｔ/', 'not a public name'],
  ['http://app.localhost/', 'not a public name'],
  // Unspecified.
  ['http://0/', 'not a public address'],
  ['http://0.0.0.0/', 'not a public address'],
  ['http://[::]/', 'not a public address'],
  // Private networks.
  ['http://10.0.0.1/', 'not a public address'],
  ['http://172.16.0.1/', 'not a public address'],
  ['http://172.31.255.255/', 'not a public address'],
  ['http://192.168.1.1/', 'not a public address'],
  ['http://192.168.257/', 'not a public address'],
  ['http://100.64.0.1/', 'not a public address'],
  ['http://[fd12:3456:789a::1]/', 'not a public address'],
  ['http://[fc00::1]/', 'not a public address'],
  ['http://[fe80::1]/', 'not a public address'],
  ['http://[fec0::1]/', 'not a public address'],
  // Metadata of clouds.
  ['http://169.254.169.254/latest/meta-data/', 'not a public address'],
  ['http://2852039166/', 'not a public address'],
  ['http://0xa9.0xfe.0xa9.0xfe/', 'not a public address'],
  ['http://[::ffff:169.254.169.254]/', 'not a public address'],
  ['http://[fd00:ec2::254]/', 'not a public address'],
  ['http://169.254.170.2/v2/credentials', 'not a public address'],
  ['http://100.100.100.200/', 'not a public address'],
  ['http://192.0.0.192/', 'not a public address'],
  ['http://168.63.129.16/', 'not a public address'],
  ['http://metadata.google.internal/computeMetadata/v1/', 'not a public name'],
  ['http://metadata.goog/', 'not a public name'],
  // IPv4 inside IPv6.
  ['http://[::ffff:127.0.0.1]/', 'not a public address'],
  ['http://[::ffff:7f00:1]/', 'not a public address'],
  ['http://[::127.0.0.1]/', 'not a public address'],
  ['http://[64:ff9b::10.0.0.1]/', 'not a public address'],
  ['http://[64:ff9b:1::10.0.0.1]/', 'not a public address'],
  ['http://[2002:7f00:1::]/', 'not a public address'],
  ['http://[2001:0:53aa:64c::f5ff:fffe]/', 'not a public address'],
  // Multicast, broadcast, benchmarks, documentation, reserved.
  ['http://224.0.0.1/', 'not a public address'],
  ['http://255.255.255.255/', 'not a public address'],
  ['http://240.0.0.1/', 'not a public address'],
  ['http://198.18.0.1/', 'not a public address'],
  ['http://192.0.2.1/', 'not a public address'],
  ['http://203.0.113.9/', 'not a public address'],
  ['http://[ff02::1]/', 'not a public address'],
  ['http://[2001:db8::1]/', 'not a public address'],
  ['http://[100::1]/', 'not a public address'],
  // Names.
  ['http://intranet/', 'not a public name'],
  ['http://printer.local/', 'not a public name'],
  ['http://vault.corp.internal/', 'not a public name'],
  ['http://nas.home.arpa/', 'not a public name'],
  ['http://host.docker.internal/', 'not a public name'],
  ['http://127.0.0.1.nip.io/', 'spells an address'],
  ['http://www.10-0-0-1.sslip.io/', 'spells an address'],
  ['http://a9fea9fe.nip.io/', 'may stand for any address'],
  ['http://--1.sslip.io/', 'may stand for any address'],
  ['http://localtest.me/', 'may stand for any address'],
  // Ports, schemes, users, and what is no address.
  ['http://example.com:8080/', 'contains a port'],
  ['https://example.com:22/', 'contains a port'],
  ['http://example.com:443/', 'contains a port'],
  ['https://example.com:80/', 'contains a port'],
  ['http://user:secret@example.com/', 'a user or a password'],
  ['http://user@example.com/', 'a user or a password'],
  ['http://:secret@example.com/', 'a user or a password'],
  ['ftp://example.com/a.png', 'neither https'],
  ['file:///etc/passwd', 'neither https'],
  ['gopher://127.0.0.1:70/', 'neither https'],
  ['javascript:alert(1)', 'neither https'],
  ['blob:https://example.com/1', 'neither https'],
  ['gs://bucket/a.png', 'neither https'],
  ['ws://example.com/', 'neither https'],
  ['http://', 'not a valid URL'],
  ['http://[::1', 'not a valid URL'],
  ['http://[fe80::1%25eth0]/', 'not a valid URL'],
  ['http://256.256.256.256/', 'not a valid URL'],
  ['http://1.2.3.4.5/', 'not a valid URL'],
  ['http://exa mple.com/', 'not a valid URL'],
];

describe('fetchMedia with a hostile address', () => {
  it('is one of many', () => {
    expect(HOSTILE.length).toBeGreaterThan(40);
    expect(new Set(HOSTILE.map(([url]) => url)).size).toBe(HOSTILE.length);
  });

  it.each(HOSTILE)('rejects %j and sends nothing (%s)', async (url, reason) => {
    const { errorOf, asked } = createMediaHosts(() => file(PNG));
    const error = await errorOf('https://fine.example/', url);
    expect(error).toMatchObject({ type: 'invalid_request', status: 400, details: { param: 'messages[0].content[1]' } });
    expect(error.message).toMatch(
      /^messages\[0\]\.content\[1\]: the file cannot be fetched: its address .*\. Send the file itself as a data: URI/,
    );
    expect(error.message).toContain(reason);
    expect(error.message).not.toContain('secret');
    expect(asked).toEqual([]); // not even the other file
  });

  it.each(HOSTILE.filter(([url]) => /^[a-z]+:\/\/./.test(url) || url.startsWith('javascript:')))(
    'does not follow a redirect to %j',
    async (url, reason) => {
      const { errorOf, urls } = createMediaHosts(() => redirect(url.replace(/[^\x20-\x7e]/g, encodeURIComponent)));
      const error = await errorOf('http://fine.example/');
      expect(error).toMatchObject({ type: 'image_download_failed', status: 400, details: { param: 'messages[0].content[0]' } });
      expect(error.message).toContain('its host redirects to an address that');
      expect(error.message).toContain(reason);
      expect(urls()).toEqual(['http://fine.example/']);
    },
  );

  it('does not follow a second or third redirect to it', async () => {
    for (const hops of [1, 2]) {
      const { errorOf, asked } = createMediaHosts((url) => {
        const hop = Number(new URL(url).pathname.slice(1));
        return redirect(hop === hops ? 'http://169.254.169.254/latest/' : `/${hop + 1}`);
      });
      expect((await errorOf('http://fine.example/0')).message).toContain('not a public address');
      expect(asked).toHaveLength(hops + 1);
    }
  });
});

describe('fetchMedia allowed hosts', () => {
  it('are none by default, which is reported', async () => {
    const { errorOf, asked } = createMediaHosts(() => file(PNG), { hosts: [] });
    const error = await errorOf('https://files.example.com/a.png');
    expect(error).toMatchObject({ type: 'invalid_request', status: 400 });
    expect(error.message).toBe(
      'messages[0].content[0]: the file cannot be fetched: its address would have to be fetched by this router, which fetches files only when ' +
        'its operator sets FETCH_MEDIA_FROM. Send the file itself as a data: URI (data:<type>;base64,<data>).',
    );
    expect(asked).toEqual([]);
  });

  it.each([
    [['*'], 'files.example.com', true],
    [['*'], '93.184.216.34', true],
    [['*'], '[2606:4700::1111]', true],
    [['files.example.com'], 'files.example.com', true],
    [['Files.Example.COM'], 'FILES.example.com', true],
    [['files.example.com'], 'files.example.com.', true],
    [['files.example.com'], 'a.files.example.com', false],
    [['example.com'], 'evilexample.com', false],
    [['example.com'], 'example.com.evil.example', false],
    [['*.example.com'], 'files.example.com', true],
    [['*.example.com'], 'a.b.example.com', true],
    [['*.example.com'], 'example.com', false],
    [['*.example.com'], 'evilexample.com', false],
    [['other.example', 'files.example.com'], 'files.example.com', true],
    [['*example.com'], 'evilexample.com', false],
  ])('%j allow %s: %s', async (hosts, host, isAllowed) => {
    const { get } = createMediaHosts(() => file(PNG), { hosts });
    const outcome = await get(`https://${host}/`).then(
      ({ size }) => String(size),
      (thrown: Error) => thrown.message,
    );
    expect(outcome).toMatch(isAllowed ? /^1$/ : /the router's operator does not allow \(FETCH_MEDIA_FROM\)/);
  });

  it.each(['10.0.0.1', 'localhost', 'vault.internal', '[::1]'])('are public ones, even if %s is allowed by name', async (host) => {
    const { errorOf, asked } = createMediaHosts(() => file(PNG), { hosts: [host, '*'] });
    expect((await errorOf(`http://${host}/`)).message).toContain('not a public');
    expect(asked).toEqual([]);
  });

  it('apply to redirects', async () => {
    const { errorOf, asked } = createMediaHosts(() => redirect('https://other.example/'), { hosts: ['files.example.com'] });
    expect((await errorOf('https://files.example.com/')).message).toContain('redirects to an address that is at a host that the router');
    expect(asked).toHaveLength(1);
  });
});
