/** Base URLs that an operator sets. */
import { describe, expect, it } from 'vitest';
import { isAddressValue, readBaseUrl } from '../../src/platform/base-url.ts';

describe('readBaseUrl', () => {
  it.each([
    ['https://api.example/v1', 'https://api.example/v1'],
    ['https://api.example/v1//', 'https://api.example/v1'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['HTTPS://API.Example:443/V1/', 'https://api.example/V1'],
    ['http://[::1]:8080/v1', 'http://[::1]:8080/v1'],
    ['https://bücher.example/a b', 'https://xn--bcher-kva.example/a%20b'],
    ['https://gateway.example/v1/acc_1/my-gateway/compat', 'https://gateway.example/v1/acc_1/my-gateway/compat'],
    ['https://h.example/a..b/v1.5', 'https://h.example/a..b/v1.5'],
  ])('reads %s', (text, url) => {
    expect(readBaseUrl(text)).toEqual({ url, fault: null });
  });

  it.each([
    ['my.example', 'http or https'],
    ['ftp://my.example', 'http or https'],
    ['https://', 'http or https'],
    ['https:///v1', 'http or https'],
    ['https://a b/v1', 'http or https'],
    ['https://h:99999/v1', 'http or https'],
    ['https://name:pa55@h.example/v1', 'user or a password'],
    ['https://pa55@h.example/v1', 'user or a password'],
    ['https://@h.example/v1', 'user or a password'],
    ['https://name:pa/55@h.example/v1', 'http or https'],
    ['https://h.example/v1?key=pa55', 'without "?" or "#"'],
    ['https://h.example/v1?', 'without "?" or "#"'],
    ['https://h.example?pa55', 'without "?" or "#"'],
    ['https://h.example/v1#pa55', 'without "?" or "#"'],
    ['https://h.example/a/../v1', 'segments'],
    ['https://h.example/a/%2e%2E/v1', 'segments'],
    ['https://h.example/./v1', 'segments'],
    ['https://h.example\\v1', 'segments'],
    ['https://h.example/v\n1', 'line breaks'],
  ])('rejects %s', (text, fault) => {
    const read = readBaseUrl(text);
    expect(read).toMatchObject({ url: null, fault: expect.stringContaining(fault) });
    expect(read.fault).not.toContain('pa55');
  });
});

describe('isAddressValue', () => {
  it.each(['us-east-1', 'my_project', 'example.com:my-project', 'v1', '2024-10-21', 'a..b', ''])('accepts %j', (value) => {
    expect(isAddressValue(value)).toBe(true);
  });

  it.each(['.', '..', '...', 'a/b', 'a\\b', 'a?b', 'a#b', '%2e%2e', 'a b', 'a\nb', 'a;b', 'é', '．．'])('rejects %j', (value) => {
    expect(isAddressValue(value)).toBe(false);
  });
});
