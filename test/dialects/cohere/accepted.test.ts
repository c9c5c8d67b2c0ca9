/** What is sent to each kind of model is accepted there, as the simulator's judge has it: random requests, tools and images included. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyOf } from '../../fitting/arbitrary.ts';
import { sent } from '../../fitting/sent.ts';
import { judge } from '../../simulator/judge.ts';
import { RouterError } from '../../../src/unified/error.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

const name = fc.constantFrom('look', 'get-level', 'get_level', '2nd', '-');
const fn = fc.record(
  { name, description: fc.string(), parameters: fc.constant({ type: 'object' }), strict: fc.boolean(), mystery: fc.integer() },
  { requiredKeys: ['name'] },
);
const named = (one: object) => ({ type: 'function', function: one });
const tools = fc.oneof(
  fc.constant({}),
  fc.uniqueArray(fn, { minLength: 1, maxLength: 3, selector: (one) => one.name }).chain((list) => {
    const choices = ['none', 'auto', 'required', ...list.map((one) => named({ name: one.name }))];
    return fc.constantFrom(...choices).map((choice) => ({ tools: list.map(named), tool_choice: choice }));
  }),
);
const call = fc
  .tuple(name, fc.constantFrom('', 'null', '{}', '{"a":1}'))
  .map(([called, args]) => ({ id: 'call_1', type: 'function', function: { name: called, arguments: args } }));
const detail = fc.constantFrom(
  { type: 'reasoning.text', text: 'Far.', format: 'unknown', index: 0 },
  { type: 'reasoning.text', text: 'Look.', id: 'tool_plan', format: 'unknown', index: 1 },
  { type: 'reasoning.encrypted', data: 'xxx', format: 'openai-responses-v1', index: 2 },
);
const message = fc.oneof(
  fc.constant({ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low', x: 1 } }] }),
  fc.constant({
    role: 'tool',
    tool_call_id: 'call_1',
    content: [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ],
  }),
  fc
    .record({
      calls: fc.array(call, { maxLength: 2 }),
      details: fc.array(detail, { maxLength: 3 }),
      content: fc.constantFrom(null, '', 'a'),
    })
    .map(({ calls, details, content }) => ({ role: 'assistant', content, tool_calls: calls, reasoning_details: details })),
);
const own = fc.record({ safety_mode: fc.constantFrom('OFF', 'STRICT'), priority: fc.integer() }, { requiredKeys: [] });

describe('Cohere accepted request: what is sent', () => {
  it.each(['command-a-03-2025', 'command-a-reasoning-08-2025', 'command-r-08-2024', 'command-r7b-12-2024', 'another'])(
    'to %s is accepted',
    { timeout: 30_000 },
    (model) => {
      let kept = 0;
      const requests = fc.tuple(bodyOf('chat'), tools, fc.array(message, { maxLength: 3 }), own);
      fc.assert(
        fc.property(requests, ([body, offered, more, extra]) => {
          const messages = [...(body['messages'] as unknown[]), ...more];
          let bodies: JsonObject[] = [];
          try {
            ({ bodies } = sent('chat', `@cohere/${model}`, { ...body, ...offered, ...extra, messages }));
          } catch (thrown) {
            if (!(thrown instanceof RouterError)) throw thrown;
          }
          if (bodies.length > 0) kept++;
          for (const one of bodies) expect(judge('cohere', 'chat', JSON.parse(JSON.stringify(one)))).toBeNull();
        }),
        { seed: 20_261_121, numRuns: 300 },
      );
      expect(kept).toBeGreaterThan(200);
    },
  );
});
