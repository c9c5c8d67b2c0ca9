/** How calls and results of tools read as text, for a model or a provider that has no place for them. */

/** @param input arguments, as JSON text or as the text of a custom tool. */
export const callAsText = (name: string, input: string): string => `[Called ${name} with ${input}]`;

/** The line before the content of a result. */
export const resultHeading = (name: string, isError = false): string => `[${isError ? 'Error' : 'Result'} of ${name}]`;
