/** Names the items of a continued conversation in errors by their place in what the client sent. */
import { RouterError } from '../unified/error.ts';

/**
 * Runs a parser of a conversation. A path in an error, such as `input[7].content`, counts the items of the client only.
 *
 * @param field of the conversation in the client's body.
 * @param before how many items of kept answers come before those of the client.
 * @throws RouterError as `parse` does.
 */
export function withOwnPaths<Parsed>(parse: () => Parsed, field: string, before: number): Parsed {
  try {
    return parse();
  } catch (thrown) {
    if (!(thrown instanceof RouterError)) throw thrown;
    const own = (text: string) =>
      text.replaceAll(new RegExp(`(?<![\\w.])${field}\\[(\\d+)\\]`, 'g'), (path, index: string) =>
        Number(index) < before ? `(kept) ${path}` : `${field}[${Number(index) - before}]`,
      );
    const { param } = thrown.details;
    throw new RouterError(thrown.type, own(thrown.message), { ...thrown.details, ...(param === undefined ? {} : { param: own(param) }) });
  }
}
