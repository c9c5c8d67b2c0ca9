/**
 * Checks the text of an answer against the schema that its provider was not asked to hold to: no answer in the wrong format without a word.
 * The text passes as it is. Pure.
 */
import { UNLIMITED, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import { RouterError } from '../../unified/error.ts';
import type { ChoiceEndEvent, Stage, StreamEvent } from '../../unified/response/event.ts';
import type { JsonObject } from '../../lib/json.ts';
import { checkValue, type Checked } from '../../dialects/shared/schema-violation.ts';
import { createKeptText, type KeptText } from '../../unified/response/kept-text.ts';

/** What is done about an answer that does not satisfy the schema. */
export type SchemaCheck = {
  schema: JsonObject;
  /** Told of it, in a sentence that begins in the middle: `it is no JSON`. */
  report: (what: string) => void;
  /** Another endpoint may do better: the choice fails. */
  canFail: boolean;
};

/** Longest text that is checked, in UTF-16 units. */
const MAX_CHARACTERS = 2 ** 20;

/** @param budget of the answer, which the text is kept from. */
export function createSchemaCheckStage({ schema, report, canFail }: SchemaCheck, budget: AnswerBudget = UNLIMITED): Stage {
  /** The text of each choice; null = too long, or the model did something else. */
  const texts = new Map<number, KeptText | null>();

  function keep(choice: number, text: string): void {
    const known = texts.get(choice);
    if (known === null) return;
    const kept = known ?? createKeptText(budget);
    texts.set(choice, kept);
    if (kept.length() + text.length <= MAX_CHARACTERS && kept.tryAdd(text)) return;
    kept.release();
    texts.set(choice, null);
    report('it is too long to be checked');
  }

  function end(event: ChoiceEndEvent): StreamEvent {
    const text = texts.get(event.choice);
    texts.delete(event.choice);
    // An answer that was cut, refused or became a call of a tool has said so in its finish reason.
    if (event.reason !== 'stop' || text === null) return event;
    const found = check(text?.text() ?? '', schema);
    text?.release();
    if (found.kind === 'ok') return event;
    if (found.kind === 'unknown' || !canFail) {
      report(found.kind === 'unknown' ? `nobody can say, since ${found.why}` : found.what);
      return event;
    }
    const message = `its answer does not satisfy the schema of response_format: ${found.what}`;
    return {
      type: 'choice-error',
      choice: event.choice,
      error: new RouterError('provider_unavailable', message, { meaning: 'invalid-output' }),
    };
  }

  return {
    push: (events) =>
      events.map((event) => {
        if (event.type === 'text-delta') keep(event.choice, event.text);
        else if (event.type === 'tool-call-delta' || event.type === 'refusal-delta') texts.set(event.choice, null); // another answer
        return event.type === 'choice-end' ? end(event) : event;
      }),
  };
}

/** Checks a text that should be JSON of a schema. */
function check(text: string, schema: JsonObject): Checked {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'violation', what: 'it is no JSON' };
  }
  return checkValue(value, schema);
}
