/** Inputs over OpenAI's messages, as its client format makes them. */
import { OpenAiConversation } from '../../src/dialects/openai-common/client/conversation.ts';
import type { Message } from '../../src/unified/request/message.ts';
import type { Input } from '../../src/unified/request/request.ts';

/** The input of a request with these messages. */
export const inputOf = (messages: readonly unknown[]): Input => ({
  kind: 'messages',
  conversation: new OpenAiConversation(messages as readonly Message[]),
});

/** The messages of an input; none of a prompt. */
export const messagesIn = (input: Input): readonly Message[] =>
  input.kind === 'messages' ? (input.conversation.source.value as readonly Message[]) : [];
