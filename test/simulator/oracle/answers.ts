// What the client gets for its request: the texts, why they end, the log probabilities and where each token stands, the token counts.
// The providers answer as the simulator's model does; what a router makes of that is worked out here. Must not import anything from src/.

import { answer, findStop } from '../answer.ts';
import type { Answer, Choice } from '../answer.ts';
import type { Fields } from '../checks.ts';
import { keepKnown, rulesOf, systemOf } from '../judge.ts';
import { rank } from '../logprobs.ts';
import { readQuestion } from '../question.ts';
import type { Question } from '../question.ts';
import { textsOf } from './bodies.ts';
import type { OracleRequest, Call, Plan } from './bodies.ts';
import type { Document } from './documents.ts';

/** One token as the client gets it. */
export interface ExpectedToken {
  readonly token: string;
  readonly logprob: number;
  /** The alternatives, by their token. */
  readonly top: Readonly<Record<string, number>>;
  readonly offset: number;
}

/** One choice as the client gets it; `tokens` null where it asked for none. */
interface ExpectedChoice {
  readonly text: string;
  readonly finishReason: string;
  readonly tokens: readonly ExpectedToken[] | null;
}

/** The whole answer. */
export interface ExpectedAnswer {
  readonly choices: readonly ExpectedChoice[];
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Whether every token was counted by a provider: otherwise the counts are estimates. */
  readonly isCounted: boolean;
}

/** A choice with what it is ranked by. */
type MadeChoice = ExpectedChoice & { readonly endedByRouter: boolean; readonly mean: number };

/** The answer to a request that was planned. */
export function answerFor(document: Document, asked: OracleRequest, plan: Plan): ExpectedAnswer {
  const made: MadeChoice[] = [];
  let [promptTokens, completionTokens] = [0, 0];
  for (const call of plan.calls) {
    const question = questionOf(document, call);
    const given = answer(question);
    promptTokens += given.promptTokens;
    completionTokens += given.completionTokens;
    readCall(given, question, { asked, plan, call }, made);
  }
  const isStreamed = asked.body['stream'] === true;
  // Where the router ends a stream the count may never come; a count of nothing at all is none.
  const isReported = !isStreamed || (document.streamsUsage && !made.some(({ endedByRouter }) => endedByRouter));
  const isCounted = isReported && promptTokens + completionTokens > 0;
  return { choices: pick(made, plan), promptTokens, completionTokens, isCounted };
}

function questionOf(document: Document, { body }: Call): Question {
  const system = systemOf(document.slug);
  const rules = rulesOf(system, document.operation);
  if (rules === undefined) throw new Error(`no rules for ${document.slug}`);
  const requestContext = { keepsStop: system.habits.keepsStop, defaultMaxTokens: rules.defaultMaxTokens ?? null };
  return readQuestion(document.operation, keepKnown(rules, body), requestContext);
}

function readCall(
  given: Answer,
  question: Question,
  { asked, plan, call }: { asked: OracleRequest; plan: Plan; call: Call },
  made: MadeChoice[],
): void {
  const choicesEach = plan.ranked?.made ?? (typeof asked.body['n'] === 'number' ? asked.body['n'] : 1);
  for (const [place, choice] of given.choices.entries()) {
    const number = call.choices[place] ?? -1;
    const before = plan.echo?.[Math.floor(number / choicesEach)] ?? '';
    made[number] = readChoice(choice, question, { asked, plan, before });
  }
}

function readChoice(
  choice: Choice,
  question: Question,
  { asked, plan, before }: { asked: OracleRequest; plan: Plan; before: string },
): MadeChoice {
  const generated = choice.pieces.join('');
  const end = findStop(generated, plan.stops);
  const text = end === null ? generated : generated.slice(0, end.from);
  const echo = choice.echo.join('');
  const all: ExpectedToken[] = [];
  let offset = before.length;
  for (const [place, piece] of [...choice.echo, ...choice.pieces].entries()) {
    if (end === null || offset - before.length < echo.length + text.length) all.push(tokenOf(piece, place, offset, { asked, question }));
    offset += piece.length;
  }
  const own = all.slice(choice.echo.length);
  return {
    text: before + echo + text,
    finishReason: end === null ? choice.finishReason : 'stop',
    tokens: question.topLogprobs === null || plan.hidesLogprobs ? null : all,
    endedByRouter: end !== null && !question.stop.includes(generated.slice(end.from, end.to)),
    mean: own.length === 0 ? -Infinity : own.reduce((sum, { logprob }) => sum + logprob, 0) / own.length,
  };
}

function tokenOf(
  piece: string,
  place: number,
  offset: number,
  { asked, question }: { asked: OracleRequest; question: Question },
): ExpectedToken {
  const given = question.topLogprobs ?? 0;
  const ranked = rank(piece, place, given);
  const wanted = asked.operation === 'chat' ? Number(asked.body['top_logprobs'] ?? 0) : given;
  const shown = given === 0 ? [] : ranked.slice(0, wanted);
  return { token: piece, logprob: ranked[0].logprob, offset, top: Object.fromEntries(shown.map(({ token, logprob }) => [token, logprob])) };
}

/** The best candidates of each prompt, or all that was made. */
function pick(made: readonly MadeChoice[], { ranked }: Plan): readonly ExpectedChoice[] {
  if (ranked === null) return made;
  const prompts = Array.from({ length: made.length / ranked.made }, (_, prompt) =>
    made.slice(prompt * ranked.made, (prompt + 1) * ranked.made),
  );
  return prompts.flatMap((candidates) => candidates.toSorted((one, other) => other.mean - one.mean).slice(0, ranked.keep));
}

/** The text of each choice, worked out another way: what the model would say without any stop sequence, cut once. */
export function textsWithoutHost(document: Document, asked: OracleRequest, plan: Plan): string[] | null {
  if (plan.ranked !== null || asked.body['best_of'] !== undefined) return null;
  const texts: string[] = [];
  for (const call of plan.calls) {
    const { stop: _stop, echo: _echo, ...body } = call.body;
    const { choices } = answer(questionOf(document, { ...call, body }));
    for (const [place, { pieces }] of choices.entries()) {
      const number = call.choices[place] ?? -1;
      const text = pieces.join('');
      texts[number] = cutTwice(text, plan, systemOf(document.slug).habits.keepsStop);
    }
  }
  return withEcho(texts, asked.operation === 'completions' && asked.body['echo'] === true && !dropsEcho(plan), asked.body);
}

/** The provider cuts where its sequences say so, and the router what is left; a provider that keeps its sequence hides nothing from the router. */
function cutTwice(text: string, { stops, ownStops }: Plan, keepsStop: boolean): string {
  const cut = (whole: string, sequences: readonly string[], end: 'from' | 'to') =>
    whole.slice(0, findStop(whole, sequences)?.[end] ?? whole.length);
  const told = stops.filter((sequence) => !ownStops.includes(sequence));
  return cut(cut(text, told, keepsStop ? 'to' : 'from'), keepsStop ? stops : ownStops, 'from');
}

const dropsEcho = ({ report }: Plan) => report.some(({ param, action }) => param === 'echo' && action === 'dropped');

function withEcho(texts: string[], isEchoed: boolean, { prompt }: Fields): string[] | null {
  const prompts = textsOf(prompt);
  if (!isEchoed) return texts;
  if (prompts === null) return null; // token ids: only the provider knows their text
  return texts.map((text, number) => (prompts[Math.floor((number * prompts.length) / texts.length)] ?? '') + text);
}
