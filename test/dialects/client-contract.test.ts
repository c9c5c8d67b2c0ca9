/** Every client format for text keeps the laws of `client-contract.ts`; a format of our own shows that nothing in them is OpenAI's. */
import { describe, expect, it } from 'vitest';
import { CLIENT_DIALECTS } from '../../src/dialects/index.ts';
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import { openaiCompletionsClient } from '../../src/dialects/openai-completions/client/index.ts';
import { toyReader } from '../support/toy-format/reader.ts';
import { describeClient } from './client-contract.ts';
import { messagesReader } from './messages-reader.ts';
import { responsesReader } from './responses-reader.ts';
import { openaiReader } from './openai-reader.ts';

const READERS = {
  chat: openaiReader(openaiChatClient),
  completions: openaiReader(openaiCompletionsClient),
  responses: responsesReader,
  messages: messagesReader,
  toy: toyReader,
};

describe.each(Object.entries(READERS))('%s', (_, reader) => {
  describeClient(reader);
});

describe('the client formats', () => {
  it('that make text are all held to the laws', () => {
    const held = new Set(Object.values(READERS).map(({ client }) => client.format));
    expect(CLIENT_DIALECTS.filter(({ operation, format }) => operation !== 'embeddings' && !held.has(format))).toEqual([]);
  });

  it('share neither a name nor a path', () => {
    for (const names of [
      CLIENT_DIALECTS.map(({ format }) => format),
      CLIENT_DIALECTS.flatMap(({ routes }) => routes.map(({ path }) => path)),
    ])
      expect(new Set(names).size).toBe(names.length);
  });
});
