// Wire formats that are not OpenAI-shaped: paths, requests and responses. One object per format, in wire-formats/.
// Types only; must not import anything from src/ or providers/.

import type { Answer } from './answer.ts';
import type { Complaint, Fields } from './checks.ts';
import type { Habits } from './habits.ts';
import type { Operation, Question } from './question.ts';
import type { Step } from './steps.ts';

/** What a path says: the operation, and what other formats say in the body. */
export interface SpokenPath {
  readonly operation: Operation;
  readonly model?: string;
  readonly stream?: boolean;
}

/** An answer together with all that its wire form depends on. */
export interface Rendering {
  readonly question: Question;
  readonly answer: Answer;
  readonly habits: Habits;
  /** Absent = OpenAI's wire format. */
  readonly wireFormat?: WireFormat;
}

/** A wire format of its own. */
export interface WireFormat {
  /** Reads what stands in the path after `/<slug>/v1/`; null where this provider has nothing. Segments are still encoded. */
  readPath(path: string): SpokenPath | null;
  /** The same question in OpenAI's fields (messages, tools, tool_choice, stop, max_tokens, response_format, seed, stream, ...). */
  toQuestion(body: Fields, path: SpokenPath): Fields;
  /** The whole answer. */
  toBody(rendering: Rendering): Fields;
  /** The stream: steps of kind `raw` (text as it goes over the wire) or `bytes`. */
  toSteps(rendering: Rendering): Step[];
  /** An error in the middle of a stream, as a step. */
  errorStep(complaint: Complaint): Step;
  /** What a stream calls itself. */
  readonly contentType: string;
}
