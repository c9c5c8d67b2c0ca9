/** The error of a key that is not accepted. */
import { RouterError } from '../unified/error.ts';

/** One text for all reasons, so that it does not show whether a key exists. */
export const invalidKey = (): RouterError =>
  new RouterError(
    'authentication',
    "The key is not accepted: it is none of this router's ROUTER_API_KEYS, and no created key that is valid now (it may be unknown, disabled, expired or deleted).",
  );
