/** Returns the text that a model reads, for estimates only. Images and audio are not included. */
import type { Input } from './request.ts';

/** Joins the text of messages, tools and prompts. Each token id becomes a one-letter word, which is one token. */
export function promptText(input: Input, toolList: unknown): string {
  const tools = toolList === undefined ? '' : `\n${JSON.stringify(toolList)}`;
  if (input.kind === 'messages') return input.conversation.text() + tools;
  const { prompt } = input;
  switch (prompt.kind) {
    case 'text':
      return prompt.value;
    case 'texts':
      return prompt.value.join('\n');
    case 'tokens':
      return 'a '.repeat(prompt.value.length);
    case 'token-lists':
      return 'a '.repeat(prompt.value.reduce((total, tokens) => total + tokens.length, 0));
  }
}
