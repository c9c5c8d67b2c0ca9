/** Laws of fitting that hold for every provider file and every request the unified schema accepts. */
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../src/registry/catalog.generated.ts';
import { fit } from '../../src/routing/fit.ts';
import { fitValue } from '../../src/routing/fit-value.ts';
import type { Prepared } from '../../src/pipeline/prepare.ts';
import type { Adjustment } from '../../src/unified/adjustment.ts';
import { RouterError } from '../../src/unified/error.ts';
import { isObject, type JsonObject } from '../../src/unified/json.ts';
import { parameterOf, type Operation } from '../../src/unified/parameters.ts';
import type { UnifiedRequest } from '../../src/unified/request.ts';
import type { Rule, Rules, RuleType } from '../../src/unified/rule.ts';
import { judge } from '../simulator/judge.ts';
import { bodyOf } from './arbitrary.ts';
import { line, prepared, requestFor } from './sent.ts';

const SEED = 20_261_121;
const RUNS = 250;

/** Ids that reach every `byModel` entry worth reaching, and one that reaches none. */
const MODELS: Readonly<Record<string, readonly string[]>> = {
  openai: ['gpt-4o', 'gpt-5', 'gpt-5.4', 'gpt-5-chat-latest', 'o3', 'gpt-3.5-turbo-instruct', 'davinci-002'],
  groq: ['llama-3.3-70b-versatile', 'openai/gpt-oss-20b', 'qwen/qwen3-32b'],
  deepseek: ['deepseek-chat', 'deepseek-reasoner'],
  tokensmind: ['some-model', 'meta-llama/llama-3-8b-instruct'],
};

const ENDPOINTS = PROVIDERS.flatMap(({ slug }) => (MODELS[slug] ?? ['some-model']).map((model) => ({ slug, model: `@${slug}/${model}` })));
const OPERATIONS: readonly Operation[] = ['chat', 'completions'];
const CASES = ENDPOINTS.flatMap((endpoint) => OPERATIONS.map((operation) => ({ ...endpoint, operation })));

/** Runs a law over random requests to one endpoint. Requests the endpoint cannot take at all are skipped. */
function holds(operation: Operation, model: string, law: (answer: Prepared, request: UnifiedRequest, body: JsonObject) => void): void {
  let kept = 0;
  fc.assert(
    fc.property(bodyOf(operation), (body) => {
      const request = requestFor(operation, model, deepFreeze(structuredClone(body)));
      let answer: Prepared;
      try {
        answer = prepared(request);
      } catch (thrown) {
        if (thrown instanceof RouterError) return;
        throw thrown;
      }
      kept++;
      law(answer, request, body);
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(kept, 'most requests can be fitted').toBeGreaterThan(RUNS / 4);
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

describe('what is sent', () => {
  it.each(CASES)('$operation at $model is accepted by that host, as its documents describe it', ({ slug, model, operation }) => {
    holds(operation, model, ({ body, planned }) => {
      const refusal = judge(slug, planned.candidate.operation, JSON.parse(JSON.stringify(body)));
      expect(refusal, JSON.stringify(body)).toBeNull();
    });
  });
});
