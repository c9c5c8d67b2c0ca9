/** Random client requests to the systems that the project began with, at and around every bound. The same number makes the same request. */
import { createRandom, type Random } from '../simulator/prose.ts';
import { DOCUMENTS, type Document } from '../simulator/oracle/documents.ts';

/** A request, and what is to come of it as far as the request alone tells. */
export type SeedRequest = {
  document: Document;
  operation: 'chat' | 'completions';
  body: Record<string, unknown>;
  /** The field that is wrong; null = none that is wrong by itself. */
  wrong: string | null;
};

const oneOf = <Value>(random: Random, values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
const chance = (random: Random, part: number) => random() < part;

/** Every end that any document or the unified contract gives, a step and a hair to either side of it, and something between. */
function around(least: number, most: number, ends: readonly number[]): number[] {
  const places = [least, most, ...ends].flatMap((end) => [end, end - 0.01, end + 0.01, end - 1e-7, end + 1e-7]);
  return [...places, (least + most) / 2, least + (most - least) / 3]
    .map((place) => Number(place.toPrecision(10)))
    .filter((place) => place >= least && place <= most);
}

const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  temperature: around(0, 2, [1]),
  top_p: around(0, 1, []),
  top_k: [0, 1, 2, 3, 64, 126, 127, 128, 129, 1000, 2 ** 31],
  min_p: around(0, 1, []),
  top_a: around(0, 1, []),
  frequency_penalty: around(-2, 2, [0]),
  presence_penalty: around(-2, 2, [0]),
  repetition_penalty: around(0, 2, [1]),
  seed: [0, 1, -1, 7, 42, 2 ** 31, -(2 ** 31), Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, Number.MIN_SAFE_INTEGER],
  max_tokens: [1, 2, 3, 5, 8, 12, 20, 40, 500],
  max_completion_tokens: [1, 2, 5, 12, 500],
  user: ['ada', '', 'x'.repeat(65)],
  suffix: ['', '.', ' the end'],
  ignore_eos: [true, false],
  echo: [true, true, true, false],
  peft: ['lora-1'],
  log_prompt: [true, false],
  loglikelihood: [true, false],
  mystery: [0, 'x', true],
  logit_bias: [{}, { 50256: -100 }, { 1: 100, 2: null }, { 7: null }, { 0: 0.5 }],
  response_format: [{ type: 'text' }],
};

/** Words of the model's answers and of the prompts, whole and in part, some of them within others, some never said. */
const STOPS = [
  'river',
  'iver ro',
  'water at',
  ' at its',
  'its own',
  'own pace',
  'pace.',
  '.',
  '. ',
  '"',
  'You said',
  'Q7',
  'STOP',
  'a STOP b',
  'ST',
  '🌊',
  'The',
  ' t',
  'e',
  'one',
  'lets',
  'quietly.',
  '\nUser:',
  'User',
  'never said',
  'zz',
];
const PROMPTS = ['Q7 a STOP b', 'one', 'hello 🌊 river', 'The water at its own pace.', ' ', 'x', 'STOP', 'Say "ST'];

const COUNTS = [1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 20, 127, 128];

/** Fields that are wrong for every provider. */
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  temperature: [-0.01, 2.01, '1', [], true],
  top_p: [-0.01, 1.01, '1'],
  top_k: [-1, 1.5, '2'],
  min_p: [-0.1, 1.1],
  top_a: [-0.1, 1.1],
  frequency_penalty: [-2.01, 2.01, '0'],
  presence_penalty: [-2.01, 2.01],
  repetition_penalty: [-0.01, 2.01],
  seed: [0.5, '7', 2 ** 53],
  n: [0, 129, 1.5, '2'],
  best_of: [0, 129, 1.5, '2'],
  max_tokens: [-1, 1.5, '5'],
  stop: [1, [''], [1], {}, Array.from({ length: 65 }, (_, place) => `s${place}`)],
  logit_bias: [{ 1: 101 }, { 1: -101 }, { abc: 1 }, { '1.5': 1 }, { 1: '1' }, [], 5],
  user: [5, {}],
  ignore_eos: ['true', 1],
  stream: ['true', 1],
  response_format: ['text', { type: 'xml' }],
};
const WRONG_ON = {
  chat: {
    logprobs: [1, 'true'],
    top_logprobs: [-1, 21, 1.5],
    max_tokens: [0, -1],
    messages: [[], 'hello', [{ role: 'nobody', content: 'x' }]],
  },
  completions: { logprobs: [true, -1, 21, 1.5], echo: ['true', 1], suffix: [1], prompt: [5, [1.5], [[]], [[-1]], {}] },
} satisfies Record<SeedRequest['operation'], Readonly<Record<string, readonly unknown[]>>>;

/** The request of that number. */
export function seedRequest(seed: string, number: number): SeedRequest {
  const random = createRandom(`${seed}/${number}`);
  const document = oneOf(random, DOCUMENTS);
  const operation = oneOf(random, ['chat', 'completions'] as const);
  const body = { model: `@${document.slug}/m`, ...contentOf(operation, random), ...fieldsOf(random), ...togetherOf(operation, random) };
  const request = { document, operation, body, wrong: null };
  return chance(random, 0.12) ? spoil(request, random) : request;
}

function contentOf(operation: SeedRequest['operation'], random: Random): Record<string, unknown> {
  const prompt = () => oneOf(random, PROMPTS);
  if (operation === 'chat') {
    const system = chance(random, 0.4) ? [{ role: 'system', content: 'Be brief.' }] : [];
    const earlier = chance(random, 0.3)
      ? [
          { role: 'user', content: prompt() },
          { role: 'assistant', content: 'Yes. STOP' },
        ]
      : [];
    return { messages: [...system, ...earlier, { role: 'user', content: prompt() }] };
  }
  const several = () => Array.from({ length: 1 + Math.floor(random() * 3) }, prompt);
  return { prompt: oneOf(random, [prompt, prompt, prompt, several, () => [1, 2, 3], () => [[1], [2, 3]]] as const)() };
}

function fieldsOf(random: Random): Record<string, unknown> {
  const part = oneOf(random, [0.03, 0.1, 0.3]);
  const names = Object.keys(VALUES).filter((name) => chance(random, name === 'echo' ? 0.3 : part));
  return Object.fromEntries(names.map((name) => [name, oneOf(random, VALUES[name] ?? [])]));
}

/** Fields that depend on one another. */
function togetherOf(operation: SeedRequest['operation'], random: Random): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  if (chance(random, 0.5)) {
    const most = oneOf(random, [1, 2, 3, 4, 5, 6, 9]);
    const stops = Array.from({ length: most }, () => oneOf(random, STOPS));
    fields['stop'] = chance(random, 0.2) ? oneOf(random, [...STOPS, '']) : chance(random, 0.1) ? [] : stops;
  }
  const n = chance(random, 0.5) ? oneOf(random, COUNTS) : null;
  if (n !== null) fields['n'] = n;
  if (chance(random, 0.35))
    fields['best_of'] = oneOf(
      random,
      COUNTS.filter((count) => count >= (n ?? 1)),
    );
  if (operation === 'completions' && chance(random, 0.4)) fields['logprobs'] = oneOf(random, [0, 1, 2, 4, 5, 6, 19, 20]);
  if (operation === 'completions' && chance(random, 0.05)) fields['max_tokens'] = 0;
  // Many long choices take long, and show nothing that many short ones do not.
  else if (Math.max(Number(fields['n'] ?? 0), Number(fields['best_of'] ?? 0)) > 9 && chance(random, 0.9))
    fields['max_tokens'] = oneOf(random, [1, 2, 5]);
  if (operation === 'chat' && chance(random, 0.5)) {
    fields['logprobs'] = chance(random, 0.8);
    if (chance(random, 0.6)) fields['top_logprobs'] = fields['logprobs'] === true ? oneOf(random, [0, 1, 4, 5, 6, 19, 20]) : 0;
  }
  if (chance(random, 0.5)) fields['stream'] = chance(random, 0.9);
  if (fields['stream'] === true && chance(random, 0.5)) fields['stream_options'] = { include_usage: true };
  return fields;
}

/** Makes one field wrong. */
function spoil(request: SeedRequest, random: Random): SeedRequest {
  const { operation, body } = request;
  const all: Readonly<Record<string, readonly unknown[]>> = { ...WRONG, ...WRONG_ON[operation] };
  const name = oneOf(random, [...Object.keys(all), 'best_of < n', 'top_logprobs alone']);
  if (name === 'best_of < n') return { ...request, body: { ...body, n: 3, best_of: 2 }, wrong: 'best_of' };
  if (name === 'top_logprobs alone' && operation === 'chat')
    return { ...request, body: { ...body, logprobs: oneOf(random, [false, undefined]), top_logprobs: 2 }, wrong: 'top_logprobs' };
  const values = all[name];
  return values === undefined ? request : { ...request, body: { ...body, [name]: oneOf(random, values) }, wrong: name };
}
