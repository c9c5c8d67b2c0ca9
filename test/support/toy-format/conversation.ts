/** The message of a user in the toy format: one text. It is read into a turn, as every format that is not OpenAI's is. */
import type { Conversation, Turn } from '../../../src/unified/request/conversation.ts';

/** A conversation of one text. `system` is what the router adds, `begun` the beginning of the answer. */
export class ToyConversation implements Conversation {
  readonly source: Conversation['source'];
  readonly #say: string;
  readonly #system: string | null;
  readonly #begun: string | null;

  constructor(say: string, system: string | null = null, begun: string | null = null) {
    this.source = Object.freeze({ format: 'toy', value: say });
    this.#say = say;
    this.#system = system;
    this.#begun = begun;
  }

  get turns(): readonly Turn[] {
    const turn = (role: Turn['role'], text: string | null): Turn[] =>
      text === null ? [] : [{ role, blocks: [{ type: 'text', text, path: 'say' }], path: 'say', fields: {} }];
    return [...turn('system', this.#system), ...turn('user', this.#say), ...turn('assistant', this.#begun)];
  }

  textLength(): number {
    return this.#say.length;
  }

  text(): string {
    return this.#say;
  }

  openingTexts(): readonly string[] {
    return ['', this.#say];
  }

  has(): boolean {
    return false;
  }

  urls(): readonly [] {
    return [];
  }

  withFiles(): Conversation {
    return this;
  }

  lastReasoning(): null {
    return null;
  }

  withReasoningFor(): { conversation: Conversation; isDropped: boolean } {
    return { conversation: this, isDropped: false };
  }

  toolUses(): readonly [] {
    return [];
  }

  withToolUses(): Conversation {
    return this;
  }

  withToolsAsText(): Conversation {
    return this;
  }

  withInstruction(instruction: string): Conversation {
    return new ToyConversation(this.#say, instruction, this.#begun);
  }

  withAnswerBegun(text: string): Conversation {
    return new ToyConversation(this.#say, this.#system, `${this.#begun ?? ''}${text}`);
  }
  shortened(): Conversation {
    return this;
  }
}
