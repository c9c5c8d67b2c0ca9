/** The id of a request in the Messages format. */

/** Prefix of the id of an answer. */
export const ID_PREFIX = 'msg_';

/** The id of the request that an answer belongs to, for the header `request-id` and for errors. @param answerId with {@link ID_PREFIX}. */
export const requestIdOf = (answerId: string): string => `req_${answerId.slice(ID_PREFIX.length)}`;
