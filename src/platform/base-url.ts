/** Base URLs and values of variables, checked before they become a part of an address. Errors never repeat what a variable holds. */
import { hasDotSegment } from '../unified/request/model-id.ts';

/** A base URL as calls use it, or what the variable should be set to instead, as words that follow "set <variable>". */
export type BaseUrl = { url: string; fault: null } | { url: null; fault: string };

const refuse = (fault: string): BaseUrl => ({ url: null, fault });

/** Reads a base URL. The result is what `new URL` makes of it, without a slash at its end. */
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

/** What a variable may hold whose value stands in an address: a host name, one segment of a path, a value of a query. */
export const isAddressValue = (value: string): boolean => /^[\w.~:@+,=-]*$/.test(value) && !/^\.+$/.test(value);

/** What to set a variable to that fails {@link isAddressValue}. */
export const ADDRESS_VALUE = 'to letters, digits and any of - . _ ~ : @ + , = only';
