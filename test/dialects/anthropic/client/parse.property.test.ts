/** Laws of reading a Messages body. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeError } from '../../../../src/dialects/anthropic/client/errors.ts';
import { parseMessages } from '../../../../src/dialects/anthropic/client/parse.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { RouterError } from '../../../../src/unified/error.ts';
import { chosenCall, planRoute } from '../../../../src/routing/plan.ts';
import { CATALOG, OPEN_CONTEXT } from '../../../fitting/sent.ts';
import { MODELS, sentTo, type Format } from './sent.ts';

const anything = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant([]),
  fc.constant({}),
  fc.constant([null]),
);
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.oneof({ weight: 5, arbitrary: value }, { weight: 1, arbitrary: anything });

const word = fc.constantFrom('a', 'b', ' ', 'x y', '');
const source = fc.oneof(
  fc.record({
    type: fc.constant('base64'),
    media_type: fc.constantFrom('image/png', 'application/pdf'),
    data: fc.constantFrom('JVBERi0x', 'iVBORw0KGgo'),
  }),
  fc.record({ type: fc.constant('url'), url: fc.constant('https://a.example/b') }),
  fc.record({ type: fc.constant('text'), media_type: fc.constant('text/plain'), data: word }),
  fc.record({ type: fc.constant('content'), content: word }),
  fc.record({ type: fc.constant('file'), file_id: word }),
);
const leaf = fc.oneof(
  fc.record({ type: fc.constant('text'), text: optional(word) }),
  fc.record({ type: fc.constantFrom('image', 'document'), source: optional(source), title: fc.option(word) }),
  fc.record({ type: fc.constant('search_result'), title: word, source: word, content: fc.constant([{ type: 'text', text: 'found' }]) }),
  fc.record({ type: fc.constant('tool_reference'), tool_name: optional(word) }),
);
const block = fc.oneof(
  leaf,
  fc.record({ type: fc.constant('thinking'), thinking: optional(word), signature: optional(word) }),
  fc.record({ type: fc.constant('redacted_thinking'), data: optional(word) }),
  fc.record({
    type: fc.constant('tool_use'),
    id: fc.constantFrom('t1', 't2'),
    name: fc.constantFrom('f', 'g'),
    input: optional(fc.constantFrom({}, { a: 1 })),
  }),
  fc.record({
    type: fc.constant('tool_result'),
    tool_use_id: fc.constantFrom('t1', 't2'),
    content: optional(fc.oneof(word, fc.array(leaf, { maxLength: 2 }))),
    is_error: optional(fc.boolean()),
  }),
  fc.record({
    type: fc.constantFrom('server_tool_use', 'mcp_tool_use'),
    id: fc.constant('s'),
    name: word,
    input: optional(fc.constant({})),
  }),
  fc.record({
    type: fc.constantFrom('web_search_tool_result', 'tool_search_tool_result', 'mcp_tool_result'),
    tool_use_id: fc.constant('s'),
    content: anything,
  }),
  fc.record({
    type: fc.constantFrom('compaction', 'fallback', 'tool_addition', 'tool_removal', 'container_upload', 'hologram'),
    content: anything,
    tool: anything,
  }),
);
const message = fc.record({
  role: fc.constantFrom('user', 'assistant', 'system'),
  content: optional(fc.oneof(word, fc.array(block, { maxLength: 4 }))),
});
const tool = fc.oneof(
  fc.record({
    name: fc.constantFrom('f', 'g', 'DeferredToolPlaceholder'),
    input_schema: optional(fc.constant({ type: 'object' })),
    defer_loading: fc.option(fc.boolean()),
  }),
  fc.record({
    type: fc.constantFrom('bash_20250124', 'computer_20250124', 'web_search_20250305', 'memory_20250818', 'x_1'),
    name: fc.constant('f'),
  }),
);
/** Bodies of documented fields, some with values of another type. */
const body = fc.record(
  {
    max_tokens: optional(fc.constantFrom(0, 1, 4096)),
    messages: fc.array(message, { minLength: 1, maxLength: 5 }),
    system: optional(fc.oneof(word, fc.array(fc.record({ type: fc.constant('text'), text: word }), { maxLength: 2 }))),
    tools: optional(fc.array(tool, { maxLength: 3 })),
    tool_choice: optional(fc.constantFrom({ type: 'auto' }, { type: 'any' }, { type: 'tool', name: 'f' }, { type: 'none' })),
    thinking: optional(
      fc.constantFrom({ type: 'adaptive' }, { type: 'enabled', budget_tokens: 1024 }, { type: 'disabled' }, { type: 'between_tools' }),
    ),
    output_config: optional(
      fc.constantFrom({ effort: 'high' }, { effort: 'nope' }, { format: { type: 'json_schema', schema: { type: 'object' } } }),
    ),
    metadata: optional(fc.constant({ user_id: 'u' })),
    stop_sequences: optional(fc.constant(['a'])),
    service_tier: optional(fc.constantFrom('auto', 'standard_only')),
    speed: optional(fc.constantFrom('standard', 'fast')),
    context_management: optional(fc.constant({ edits: [{ type: 'clear_tool_uses_20250919' }] })),
    thread: optional(fc.constantFrom({ type: 'create' }, { type: 'continue', previous_message_id: 'm' })),
    container: anything,
    mcp_servers: anything,
    cache_control: optional(fc.constant({ type: 'ephemeral' })),
    temperature: optional(fc.constant(0.5)),
  },
  { requiredKeys: ['messages', 'max_tokens'] },
);

/** `planned`, or the status of the refusal and whether it names a field. @throws what is no RouterError. */
function outcomeOf(fields: JsonObject): string {
  try {
    chosenCall(
      planRoute(
        parseMessages(fields, () => null),
        CATALOG,
        OPEN_CONTEXT,
      ),
    );
    return 'planned';
  } catch (thrown) {
    if (!(thrown instanceof RouterError)) throw thrown;
    return `${encodeError(thrown, { id: 'msg_1' }).status} ${typeof thrown.details.param}`;
  }
}

describe('any body of documented fields', () => {
  it('is planned or refused by a status below 500 that names a field, at each upstream format', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(body, fc.constantFrom(...Object.values(MODELS)), (fields, model) => {
        const outcome = outcomeOf({ ...fields, model });
        outcomes.add(outcome);
        expect(outcome).toMatch(/^(planned|4\d\d string)$/);
      }),
      { numRuns: 500 },
    );
    expect(outcomes).toContain('planned');
  });
});

/** A conversation whose every text is its own word: `w1`, `w2` ... */
const spoken = fc.array(fc.constantFrom('text', 'string', 'result', 'system', 'document', 'search', 'late'), {
  minLength: 1,
  maxLength: 6,
});

function conversationOf(kinds: readonly string[]): { fields: JsonObject; words: string[] } {
  const words: string[] = [];
  const next = () => {
    words.push(`word${words.length}end`);
    return words.at(-1) ?? '';
  };
  const text = () => ({ type: 'text', text: next() });
  const messages: JsonObject[] = [];
  const add = (role: string, content: unknown) => messages.push({ role, content });
  for (const [index, kind] of kinds.entries()) {
    if (kind === 'text') add('user', [text(), text()]);
    if (kind === 'string') add('user', next());
    if (kind === 'late' || kind === 'system') add('system', kind === 'late' ? [text()] : next());
    if (kind === 'document')
      add('user', [{ type: 'document', title: next(), source: { type: 'text', media_type: 'text/plain', data: next() } }]);
    if (kind === 'search') add('user', [{ type: 'search_result', title: next(), source: next(), content: [text()] }]);
    if (kind === 'result') {
      add('assistant', [text(), { type: 'tool_use', id: `toolu_${index}`, name: 'f', input: { a: next() } }]);
      add('user', [text(), { type: 'tool_result', tool_use_id: `toolu_${index}`, content: [text()], is_error: index % 2 === 0 }]);
    } else add('assistant', [text()]);
  }
  const tools = [{ name: 'f', description: next(), input_schema: { type: 'object', properties: { a: { type: 'string' } } } }];
  return { fields: { system: [text()], messages: [...messages, { role: 'user', content: next() }], tools }, words };
}

describe('text', () => {
  it('is never lost and never twice, at any upstream format', () => {
    fc.assert(
      fc.property(spoken, fc.constantFrom<Format[]>(...(Object.keys(MODELS) as Format[])), (kinds, format) => {
        const { fields, words } = conversationOf(kinds);
        const written = JSON.stringify(sentTo(MODELS[format], fields).body);
        for (const word of words) expect(written.split(word).length - 1, `${word} in ${written}`).toBe(1);
      }),
      { numRuns: 150 },
    );
  });
});
