/** Random provider files and upstreams, as pairs of specifications. Every end lies inside the unified range, and both sides accept some common value. */
import * as fc from 'fast-check';
import type { Field, Specification } from './specification.ts';
import { KNOWN_GOOD } from './known-good.ts';
import type { WireName } from './strict-upstream.ts';

/** Words that a probe tries, by parameter. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  response_format: ['text', 'json_object', 'json_schema'],
  tool_choice: ['none', 'auto', 'required', 'function'],
  reasoning_effort: ['max', 'xhigh', 'high', 'medium', 'low', 'minimal', 'none'],
  verbosity: ['low', 'medium', 'high', 'xhigh', 'max'],
  service_tier: ['auto', 'default', 'flex'],
};

/** Ends of numbers, by unified name: closed and open ones. All ranges hold 0.7 and 1, except those of `top_p` and `min_p`, which hold 0.7. */
const LOWER: Readonly<Record<string, readonly number[]>> = {
  temperature: [0, 0.01, 0.1, 0.25],
  top_p: [0, 0.01, 0.05, 0.3],
  min_p: [0, 0.1],
  frequency_penalty: [-2, -1.5, -1, 0, 0.5],
  presence_penalty: [-2, -0.75, 0],
  repetition_penalty: [0, 0.1, 0.5],
  top_k: [1, 2],
  min_tokens: [0, 1],
};
const UPPER: Readonly<Record<string, readonly number[]>> = {
  temperature: [1.2, 1.5, 1.99, 2],
  top_p: [0.8, 0.95, 1],
  min_p: [0.75, 0.9, 1],
  frequency_penalty: [1.1, 1.5, 2],
  presence_penalty: [1.25, 2],
  repetition_penalty: [1.3, 1.75, 2],
  top_k: [40, 64, 100, 128, 1000, 12_345],
  min_tokens: [3, 64, 1000],
  n: [2, 4, 5, 8, 16],
  top_logprobs: [2, 5, 11, 20],
  seed: [100, 32_767, 2_147_483_647],
};

type NumberField = Extract<Field, { kind: 'number' | 'integer' }>;

/** A number's range, with ends of which some are open. Ends of integers are closed: an open one means the same as its neighbour. */
function numberField(param: string, field: NumberField): fc.Arbitrary<Field> {
  const { kind, wire } = field;
  const [lower, upper] = [LOWER[param], UPPER[param]];
  const isOpen = kind === 'integer' ? fc.constant(false) : fc.boolean();
  const bound = (values: readonly number[] | undefined, closed: 'min' | 'max', open: 'openMin' | 'openMax') =>
    values === undefined
      ? fc.constant(field[closed] === undefined ? {} : { [closed]: field[closed] })
      : fc.tuple(fc.constantFrom(...values), isOpen).map(([value, excluded]) => ({ [excluded ? open : closed]: value }));
  return fc
    .tuple(bound(lower, 'min', 'openMin'), bound(upper, 'max', 'openMax'))
    .map(([low, high]) => ({ kind, wire, ...low, ...high }) as Field);
}

function fieldOf(param: string, field: Field): fc.Arbitrary<Field> {
  switch (field.kind) {
    case 'number':
    case 'integer':
      return numberField(param, field);
    case 'list':
      return fc.integer({ min: 1, max: 40 }).map((most) => ({ ...field, most }));
    case 'choice': {
      const [first = '', ...others] = WORDS[param] ?? field.words.map(String);
      return fc.subarray([...others]).map((words) => ({ ...field, words: [first, ...words] }));
    }
    default:
      return fc.constant(field);
  }
}

/** Parameters that others need: without them nothing is known of those. A field of the provider's own is only known by its rule in the file. */
const NEEDED = new Set(['min_tokens', 'tools', 'logprobs', 'max_tokens', 'max_completion_tokens', 'stream_options']);

/** A specification: some fields are not accepted. */
function specification(base: Specification): fc.Arbitrary<Specification> {
  const fields = Object.fromEntries(
    Object.entries(base).map(([param, field]) => {
      if (field === null) return [param, fc.constant(field)];
      if (NEEDED.has(param)) return [param, fieldOf(param, field)];
      return [param, fc.option(fieldOf(param, field), { freq: 5, nil: null })];
    }),
  );
  return fc.record(fields) as fc.Arbitrary<Specification>;
}

/** A file and an upstream of one format. */
export const specificationPair = (wire: WireName): fc.Arbitrary<{ file: Specification; upstream: Specification }> =>
  fc.record({ file: specification(KNOWN_GOOD[wire]), upstream: specification(KNOWN_GOOD[wire]) });
