/**
 * Checks the text of an answer against the requested schema, for a provider that does not enforce it. A violation is reported or fails the
 * choice. The text itself is not changed. Pure.
 */
import { UNLIMITED, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import { RouterError } from '../../unified/error.ts';
import type { ChoiceEndEvent, Stage, StreamEvent } from '../../unified/response/event.ts';
import type { JsonObject } from '../../lib/json.ts';
import { checkValue, type CheckResult } from '../../dialects/shared/schema-violation.ts';
import { KeptText } from '../../unified/response/kept-text.ts';

/** What to do when an answer does not satisfy the schema. */
export type SchemaCheck = {
  schema: JsonObject;
  /** Receives the reason, to be used after a colon: `it is not JSON`. */
  report: (what: string) => void;
  /** True when another endpoint can be tried: the choice then fails. */
  canFail: boolean;
};

/** Longest text that is checked, in UTF-16 units. */
const MAX_CHARACTERS = 2 ** 20;

/** @param budget memory budget of the answer, for the kept text. */
export function createSchemaCheckStage({ schema, report, canFail }: SchemaCheck, budget: AnswerBudget = UNLIMITED): Stage {
  /** Text of each choice. Null = not checked: too long, or not a text answer. */
  const texts = new Map<number, KeptText | null>();

  function keep(choice: number, text: string): void {
    const known = texts.get(choice);
    if (known === null) return;
    const kept = known ?? new KeptText(budget);
    texts.set(choice, kept);
    if (kept.length() + text.length <= MAX_CHARACTERS && kept.tryAdd(text)) return;
    kept.release();
    texts.set(choice, null);
    report('it is too long to be checked');
  }

  function end(event: ChoiceEndEvent): StreamEvent {
    const text = texts.get(event.choice);
    texts.delete(event.choice);
    // For an answer that was cut, refused or became a tool call, the finish reason already reports it.
    if (event.reason !== 'stop' || text === null) return event;
    const found = check(text?.text() ?? '', schema);
    text?.release();
    if (found.kind === 'ok') return event;
    if (found.kind === 'unknown' || !canFail) {
      report(found.kind === 'unknown' ? `it could not be checked: ${found.why}` : found.what);
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
        else if (event.type === 'tool-call-delta' || event.type === 'refusal-delta') texts.set(event.choice, null); // not a text answer
        return event.type === 'choice-end' ? end(event) : event;
      }),
  };
}

/** Checks a text that should be JSON of a schema. */
function check(text: string, schema: JsonObject): CheckResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'violation', what: 'it is not JSON' };
  }
  return checkValue(value, schema);
}
