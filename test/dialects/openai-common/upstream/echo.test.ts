/** A request that a provider repeats in its error shows no keys or endpoints of the router. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { SHARED_ROWS } from '../../../../src/dialects/openai-common/upstream/error-table.ts';
import { parseErrorBody } from '../../../../src/dialects/openai-common/upstream/error.ts';

const PHRASES = SHARED_ROWS.flatMap(({ words = [], codes = [] }) => [...words, ...codes]).map((phrase) =>
  phrase.replaceAll("''", 'x').replaceAll('*', 'y'),
);

/** Ways in which providers repeat a value: OpenAI, FastAPI, Bedrock, Google, vLLM. */
const ECHOES: readonly ((text: string) => unknown)[] = [
  (text) => ({
    error: { message: `Invalid value: '${text}'. Supported values are: 'low', 'high'.`, type: 'invalid_request_error', param: text },
  }),
  (text) => ({ error: { message: `Invalid value for "stop": "${text}", expected a list`, type: 'invalid_request_error' } }),
  (text) => ({ error: { message: `Unknown parameter: \`${text}\`.`, type: 'invalid_request_error' } }),
  (text) => ({
    detail: [
      { loc: ['body', 'temperature'], msg: 'Input should be a valid number', type: 'float_parsing', input: text, ctx: { error: text } },
    ],
  }),
  (text) => ({ error: { message: `1 validation error detected: Value '${text}' at 'x' failed to satisfy constraint` } }),
  (text) => ({ error: { message: 'bad', type: 'invalid_request_error' }, prompt: text, input: { message: text, code: text } }),
];

it('a repeated value leaves a 400 an error of the request', () => {
  const words = fc.tuple(
    fc.string({ maxLength: 8, unit: fc.constantFrom('a', ' ', '.') }),
    fc.constantFrom(...PHRASES),
    fc.constantFrom('', '!', ' x'),
  );
  fc.assert(
    fc.property(words, fc.constantFrom(...ECHOES), (pieces, echo) => {
      expect(parseErrorBody(400, echo(pieces.join('').trim())).meaning).toBe('invalid-request');
    }),
    { numRuns: 2000 },
  );
});
