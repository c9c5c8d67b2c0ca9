/** Real answers of Mistral, where the folder with recordings lies beside the repository. Streams were kept without their framing. */
import { describe, expect, it } from 'vitest';
import { mistralUpstream } from '../src/dialects/mistral/index.ts';
import type { JsonObject } from '../src/lib/json.ts';
import { bytesOf, event, expectSameWhenCut, replay, replayBody, type Outcome } from './dialects/replay.ts';
import { openRecordings } from './support/recordings.ts';

const { exists, names, linesOf, documentOf } = openRecordings('mistral');

const streamOf = (lines: readonly string[]) => bytesOf([...lines, '[DONE]'].map(event).join(''));

/** What a stream and a whole answer to the same request share: the text may differ, since one was recorded by itself. */
function kindOf({ result, error, events }: Outcome) {
  const told = (value: number | null | undefined) => value !== null && value !== undefined;
  return {
    error,
    last: events.at(-1)?.type,
    choices: result.choices.map(({ finishReason, text, reasoning, toolCalls }) => ({
      finishReason,
      hasText: text !== '',
      reasoning,
      tools: toolCalls.map(({ id, name, arguments: given }) => ({ id, name, given: JSON.parse(given) as unknown })),
    })),
    usage: result.usage && Object.entries(result.usage).map(([field, value]) => [field, told(value as number | null)]),
    model: result.starts[0]?.model,
  };
}

describe.skipIf(!exists)('recorded answers of Mistral', { timeout: 60_000 }, () => {
  it('are there', () => expect(names).toContain('mistral-reasoning'));

  describe.each(names)('%s', (name) => {
    const lines = linesOf(name);
    const bytes = streamOf(lines);
    const whole = replay(mistralUpstream, [bytes]);

    it('ends well, with content and the usage of its last chunk', () => {
      const stated = (JSON.parse(lines.at(-1) ?? '{}') as { usage: JsonObject }).usage;
      const [choice] = whole.result.choices;
      expect(whole.events.at(-1)?.type).toBe('end');
      expect((choice?.text ?? '') + (choice?.toolCalls ?? []).map((call) => call.arguments).join('')).not.toBe('');
      expect(whole.result.usage).toMatchObject({ promptTokens: stated['prompt_tokens'], completionTokens: stated['completion_tokens'] });
    });

    it('is the same cut in two at every byte, and in pieces of any size', () => {
      expect(replay(mistralUpstream, [bytes])).toEqual(whole);
      expectSameWhenCut(mistralUpstream, bytes, [1, 7, 1000]);
    });

    it('never looks whole when it is cut off before its finish', () => {
      const finish = lines.findIndex((line) => /"finish_reason": ?"/.test(line));
      expect(finish).toBeGreaterThan(0);
      for (let kept = 0; kept <= finish; kept++) {
        const outcome = replay(mistralUpstream, [bytesOf(lines.slice(0, kept).map(event).join(''))]);
        expect(outcome.events.at(-1)?.type).toBe('error');
      }
    });

    it('has a whole answer beside it that says the same in kind', () => {
      const document = documentOf(`${name}.json`);
      expect(kindOf(replayBody(mistralUpstream, document))).toEqual(kindOf(whole));
    });
  });
});
