/** Sends one request through the router to the simulated systems, and compares everything visible with the oracle. */
import { isDeepStrictEqual } from 'node:util';
import { answerFor, textsWithoutHost, type ExpectedAnswer, type ExpectedToken } from '../simulator/oracle/answers.ts';
import { HASHED_USER, planFor, RefusalError, type Plan, type ReportEntry } from '../simulator/oracle/bodies.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { readResponse, type Read } from './read-answer.ts';
import type { SeedRequest } from './requests.ts';

/** A router to try, and the bodies that its upstreams were sent since they were last looked at. */
export type SeedHarness = {
  post: (path: string, body: JsonObject) => Promise<Response>;
  takeBodies: () => Promise<JsonObject[]>;
};

/** What came of a request: everything that is not as it should be, and what there is to see. */
export type Outcome = { complaints: string[]; bodies: JsonObject[]; got: unknown; expected: unknown };

/** Tries one request. */
export async function tryOne(request: SeedRequest, { post, takeBodies }: SeedHarness): Promise<Outcome> {
  const { document, operation, body } = request;
  const path = operation === 'chat' ? '/v1/chat/completions' : '/v1/completions';
  const call = (more: JsonObject) => post(path, { ...body, ...more });
  const plan = planOrRefusal(request);
  await takeBodies();
  // Where nothing has to be reported a request that allows no adjustments is answered all the same.
  const isUnchanged = !(plan instanceof RefusalError) && plan.report.length === 0;
  const response = await call(isUnchanged ? STRICT : {});
  const text = await response.text();
  const bodies = await takeBodies();
  if (plan instanceof RefusalError)
    return { complaints: refusalComplaints(plan.param, response.status, text, bodies), bodies, got: text, expected: plan.message };
  if (response.status !== 200) return { complaints: [`status ${response.status}, not 200`], bodies, got: text, expected: plan };
  const read = readResponse(text, operation, body['stream'] === true);
  const expected = answerFor(document, request, plan);
  const strict = isUnchanged ? null : await call(STRICT);
  const complaints = [
    ...bodyComplaints(bodies, plan),
    ...reportComplaints(read.adjustments, plan.report),
    ...choiceComplaints(read, expected),
    ...usageComplaints(read, expected),
    ...textComplaints(read, textsWithoutHost(document, request, plan)),
    ...(strict === null ? [] : differs('status with allow_adjustments: false', strict.status, 400)),
  ];
  return { complaints, bodies, got: read, expected: { ...expected, report: plan.report } };
}

const STRICT: JsonObject = { provider: { allow_adjustments: false } };

function planOrRefusal(request: SeedRequest): Plan | RefusalError {
  if (request.wrong !== null) return new RefusalError(request.wrong);
  try {
    return planFor(request.document, request);
  } catch (thrown) {
    if (thrown instanceof RefusalError) return thrown;
    throw thrown;
  }
}

function refusalComplaints(param: string, status: number, text: string, bodies: readonly JsonObject[]): string[] {
  const error: unknown = status === 200 ? null : (JSON.parse(text) as JsonObject)['error'];
  const named = isObject(error) ? String(error['param']) : 'nothing';
  return [
    ...differs('status', status, 400),
    ...(named === param || named.startsWith(`${param}[`) || named.startsWith(`${param}.`)
      ? []
      : [`the error names ${named}, not ${param}`]),
    ...differs('calls', bodies.length, 0),
  ];
}

const differs = (what: string, got: unknown, expected: unknown): string[] =>
  isDeepStrictEqual(got, expected) ? [] : [`${what}: ${JSON.stringify(got)}, not ${JSON.stringify(expected)}`];

const withoutHash = (user: unknown) => (/^usr_[0-9a-f]{32}$/.test(String(user)) ? HASHED_USER : user);

function bodyComplaints(bodies: readonly JsonObject[], { calls }: Plan): string[] {
  const sorted = (list: readonly unknown[]) => list.map((entry) => JSON.stringify(inOrder(entry))).sort();
  const hashed = bodies.map(({ user, ...body }) => ({ ...body, ...(user === undefined ? {} : { user: withoutHash(user) }) }));
  return differs('upstream bodies', sorted(hashed), sorted(calls.map(({ body }) => body)));
}

const inOrder = (value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))) : value;

function reportComplaints(got: readonly JsonObject[], expected: readonly ReportEntry[]): string[] {
  const lines = (list: readonly (ReportEntry | JsonObject)[]) =>
    list.map(({ param, action, from, to }) => JSON.stringify([param, action, from ?? null, to ?? null])).sort();
  return differs('report', lines(got), lines(expected));
}

function choiceComplaints({ choices }: Read, { choices: expected }: ExpectedAnswer): string[] {
  const all = differs('choices', choices.length, expected.length);
  return [
    ...all,
    ...expected.flatMap(({ text, finishReason, tokens }, index) => {
      const got = choices[index];
      return [
        ...differs(`text of choice ${index}`, got?.text, text),
        ...differs(`finish of choice ${index}`, got?.finishReason, finishReason),
        ...differs(`log probabilities of choice ${index}`, got?.tokens ?? null, seenTokens(tokens, got?.tokens ?? null)),
      ];
    }),
  ];
}

/** The tokens as far as the format of the answer tells of them: chat has no offsets. An answer without a token has no list of them. */
function seenTokens(tokens: readonly ExpectedToken[] | null, got: Read['choices'][number]['tokens']): unknown {
  if (tokens === null || tokens.length === 0) return null;
  return got?.every(({ offset }) => offset === undefined) === true ? tokens.map(({ offset: _offset, ...token }) => token) : tokens;
}

function usageComplaints({ usage }: Read, { promptTokens, completionTokens, isCounted }: ExpectedAnswer): string[] {
  if (usage === null) return ['no usage'];
  if (!isCounted)
    return Array.isArray(usage['estimated']) || usage['total_tokens'] === promptTokens + completionTokens
      ? []
      : ['usage that was not counted and that is not called estimated'];
  return [
    ...differs('prompt tokens', usage['prompt_tokens'], promptTokens),
    ...differs('completion tokens', usage['completion_tokens'], completionTokens),
    ...differs('total tokens', usage['total_tokens'], promptTokens + completionTokens),
  ];
}

function textComplaints({ choices }: Read, texts: readonly string[] | null): string[] {
  return texts === null
    ? []
    : differs(
        'texts, worked out another way',
        choices.map(({ text }) => text),
        texts,
      );
}
