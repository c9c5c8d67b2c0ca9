/** Fields of an error that all client formats write alike. They contain no keys and no headers. */
import type { JsonObject } from '../../lib/json.ts';
import { toPrintable } from '../../lib/printable.ts';
import type { RouterError } from '../../unified/error.ts';

/** Longest message and longest field name, in characters. A message may repeat text of the client, such as a model name. */
const MESSAGE_CHARACTERS = 8000;
const PARAM_CHARACTERS = 200;

/** The message. The text of a provider is masked already, and may have several lines. */
export const messageOf = ({ message, details }: RouterError): string =>
  details.providerName === undefined ? toPrintable(message, MESSAGE_CHARACTERS) : message;

/** The path of the field at fault, in the client's own names. */
export const paramText = (path: string): string => toPrintable(path, PARAM_CHARACTERS);

/** What the router reports of an error, where the format has no place for it. */
export function errorMetadata({ retryable, details: { providerName, raw, metadata } }: RouterError): JsonObject {
  return {
    retryable,
    ...(providerName === undefined ? {} : { provider_name: providerName }),
    ...(raw === undefined ? {} : { raw }),
    ...metadata,
  };
}
