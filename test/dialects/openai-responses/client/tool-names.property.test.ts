import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declaredTool, type DeclaredTool } from '../../../../src/dialects/openai-responses/client/answer-options.ts';
import { ToolNames } from '../../../../src/dialects/openai-responses/client/tool-names.ts';

const name = fc.oneof(
  fc.stringMatching(/^[a-z_]{1,4}$/),
  fc.constantFrom('a__b', 'b', 'tool_search', '__proto__', 'constructor', 'x'.repeat(60), 'y'.repeat(70)),
);
const tool: fc.Arbitrary<DeclaredTool> = fc.oneof(
  fc.record({ kind: fc.constantFrom('function' as const, 'custom' as const), name, namespace: fc.option(name, { nil: null }) }),
  fc.constant<DeclaredTool>({ kind: 'tool_search', name: 'tool_search', namespace: null }),
);
/** One kind for each name: a tool is declared once. */
const tools = fc.uniqueArray(tool, {
  selector: ({ kind, name, namespace }) => JSON.stringify([kind === 'tool_search', namespace, name]),
  maxLength: 12,
});

describe('ToolNames', () => {
  it('gives every tool a name of its own, from which the client’s own name comes back', () => {
    fc.assert(
      fc.property(tools, (declared) => {
        const names = new ToolNames();
        const flat = declared.map((one) => names.take(one));
        expect(new Set(flat).size).toBe(declared.length);
        expect(flat.map((one) => declaredTool({ tools: names.declared() }, one))).toEqual(declared);
        expect(declared.map((one) => names.take(one))).toEqual(flat);
      }),
    );
  });

  it('cuts a name of a namespace at 64 characters', () => {
    const long = new ToolNames().take({ kind: 'function', name: 'y'.repeat(70), namespace: 'ns' });
    expect(long).toMatch(/^ns__y{50}_[a-z0-9]{9}$/);
  });
});
