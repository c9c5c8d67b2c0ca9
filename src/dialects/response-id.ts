/** Ids of answers: one unique text for a request, with the router's prefix in headers and logs and with a format's own in a body. */

/** Prefix of a generation id, as it stands in `x-generation-id`. */
export const GENERATION_PREFIX = 'gen-';

/** The id of an answer in the body of a format. @param generationId with {@link GENERATION_PREFIX}. */
export function responseId({ idPrefix }: { readonly idPrefix: string }, generationId: string): string {
  return idPrefix + generationId.slice(GENERATION_PREFIX.length);
}
