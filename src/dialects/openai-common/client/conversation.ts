/** Reads OpenAI's messages as a conversation. Turns are read on first use: an upstream of the same format gets the messages unchanged. */
import { contentText, type Message } from '../../../unified/request/message.ts';
import type { Conversation, ToolUse, Turn } from '../../../unified/request/conversation.ts';
import type { MediaReference } from '../../../unified/request/media.ts';
import type { Shortening } from '../../../unified/request/shorten-text.ts';
import { shortenMessages, withAnswerBegun, withInstruction, withToolsAsText } from './edit-messages.ts';
import { findUrls, replaceUrls } from './message-urls.ts';
import { FORMAT, readTurns } from './read-turns.ts';
import { findToolUses, replaceToolUses } from './tool-uses.ts';

const PARTS = { image: 'image_url', audio: 'input_audio' } as const;

const isSystem = ({ role }: Message) => role === 'system' || role === 'developer';

/** Messages of OpenAI's chat format, checked. */
export class OpenAiConversation implements Conversation {
  readonly source: { readonly format: string; readonly value: readonly Message[] };
  #turns: readonly Turn[] | null = null;

  constructor(messages: readonly Message[]) {
    this.source = Object.freeze({ format: FORMAT, value: messages });
  }

  get turns(): readonly Turn[] {
    return (this.#turns ??= readTurns(this.source.value));
  }

  textLength(): number {
    return this.source.value.reduce((sum, { role, content }) => sum + role.length + 2 + contentText(content).length, 0);
  }

  text(): string {
    return this.source.value.map(({ role, content }) => `${role}\n${contentText(content)}`).join('\n');
  }

  openingTexts(): readonly string[] {
    const messages = this.source.value;
    const first = [messages.find(isSystem), messages.find((message) => !isSystem(message))];
    return first.map((message) => contentText(message?.content));
  }

  has(kind: 'image' | 'audio'): boolean {
    return this.source.value.some(({ content }) => Array.isArray(content) && content.some(({ type }) => type === PARTS[kind]));
  }

  urls(): readonly MediaReference[] {
    return findUrls(this.source.value);
  }

  withFiles(dataUris: ReadonlyMap<string, string>): Conversation {
    return new OpenAiConversation(replaceUrls(this.source.value, dataUris));
  }

  /** `reasoning_details` name the family that made them, and no provider: each upstream format keeps those of its family. */
  lastReasoning(): null {
    return null;
  }

  withReasoningFor(): { conversation: Conversation; isDropped: boolean } {
    return { conversation: this, isDropped: false };
  }

  toolUses(): readonly ToolUse[] {
    return findToolUses(this.source.value);
  }

  withToolUses(uses: readonly ToolUse[]): Conversation {
    return new OpenAiConversation(replaceToolUses(this.source.value, uses));
  }

  withToolsAsText(): Conversation {
    return new OpenAiConversation(withToolsAsText(this.source.value));
  }

  withInstruction(instruction: string): Conversation {
    return new OpenAiConversation(withInstruction(this.source.value, instruction));
  }

  withAnswerBegun(text: string): Conversation {
    return new OpenAiConversation(withAnswerBegun(this.source.value, text));
  }
  shortened(shortening: Shortening): Conversation {
    return new OpenAiConversation(shortenMessages(this.source.value, shortening));
  }
}
