/** Checks base URLs and values of variables before they become part of an address. Errors never contain the value of a variable. */
import { hasDotSegment } from '../unified/request/model-id.ts';

/** A normalized base URL, or what the variable should be set to, to follow "set <variable>". */
export type BaseUrl = { url: string; fault: null } | { url: null; fault: string };

const refuse = (fault: string): BaseUrl => ({ url: null, fault });

/** Reads a base URL. The result is normalized by `new URL`, without a slash at the end. */
export function readBaseUrl(text: string): BaseUrl {
  const [, authority = '', path = '', rest = ''] = /^https?:\/\/([^/?#\s]*)([^?#]*)(.*)$/is.exec(text) ?? [];
  if (authority === '' || !URL.canParse(text)) return refuse('to an http or https address');
  if (authority.includes('@')) return refuse('to an address without a user or a password in it; a key has a variable of its own');
  if (rest !== '') return refuse('to an address without "?" or "#"');
  if (/[\\\p{Cc}]/u.test(authority + path) || hasDotSegment(path))
    return refuse('to an address without "." or ".." segments, "\\" or line breaks');
  const { origin, pathname } = new URL(text);
  return { url: `${origin}${pathname}`.replace(/\/+$/, ''), fault: null };
}

/** True for a value that may be part of an address: a host name, a path segment or a query value. */
export const isAddressValue = (value: string): boolean => /^[\w.~:@+,=-]*$/.test(value) && !/^\.+$/.test(value);

/** Advice for a variable that fails {@link isAddressValue}. */
export const ADDRESS_VALUE = 'to letters, digits and any of - . _ ~ : @ + , = only';
