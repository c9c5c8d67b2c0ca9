/** What a model reads of a request, as one text: for estimates only. Pictures and sound have no text and are not in it. */
import { contentText } from './message.ts';
import type { Input } from './request.ts';

/** The readable text of messages, tools and prompts. Token ids are written as one-letter words, one token each. */
export function promptText(input: Input, toolList: unknown): string {
  const tools = toolList === undefined ? '' : `\n${JSON.stringify(toolList)}`;
  if (input.kind === 'messages')
    return input.messages.map((message) => `${message.role}\n${contentText(message.content)}`).join('\n') + tools;
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
