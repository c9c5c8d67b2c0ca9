/** A response format in words, and where it is put. */
import { withInstruction } from '../../../src/dialects/openai-common/client/edit-messages.ts';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/unified/request/message.ts';
import { instructionFor, readRequestedFormat, schemaToCheck } from '../../../src/unified/request/format-instruction.ts';

const user: Message = { role: 'user', content: 'Hi' };

describe('withInstruction', () => {
  it.each<[string, Message[], Message[]]>([
    ['is a system text of its own', [user], [{ role: 'system', content: 'T' }, user]],
    ['ends the system text', [{ role: 'system', content: 'S' }, user], [{ role: 'system', content: 'S\n\nT' }, user]],
    [
      'ends the last of the system texts before the conversation',
      [{ role: 'system', content: 'S' }, { role: 'developer', content: 'D' }, user, { role: 'system', content: 'L' }],
      [{ role: 'system', content: 'S' }, { role: 'developer', content: 'D\n\nT' }, user, { role: 'system', content: 'L' }],
    ],
    [
      'is a part of its own after parts, whose marks stay',
      [{ role: 'system', content: [{ type: 'text', text: 'S', cache_control: { type: 'ephemeral' } }] }, user],
      [
        {
          role: 'system',
          content: [
            { type: 'text', text: 'S', cache_control: { type: 'ephemeral' } },
            { type: 'text', text: 'T' },
          ],
        },
        user,
      ],
    ],
    ['stands in for an empty system text', [{ role: 'system', content: '' }, user], [{ role: 'system', content: 'T' }, user]],
    ['follows system texts without an answer', [{ role: 'system', content: 'S' }], [{ role: 'system', content: 'S\n\nT' }]],
  ])('%s', (_, given, expected) => {
    const before = JSON.stringify(given);
    expect(withInstruction(given, 'T')).toEqual(expected);
    expect(JSON.stringify(given)).toBe(before);
  });

  it('contains the schema, and whether it is an object', () => {
    const told = (schema: unknown) => {
      const format = readRequestedFormat({ type: 'json_schema', json_schema: { name: 'x', schema } });
      return format === null ? '' : instructionFor(format);
    };
    expect(told({ type: 'object' })).toMatch(/^Answer with one JSON object .*: \{"type":"object"\}$/);
    expect(told({ enum: [1] })).toMatch(/^Answer with one JSON value .*: \{"enum":\[1\]\}$/);
    expect(told(undefined)).toMatch(/^Answer with one JSON object [^{]*$/);
  });
});

it('readRequestedFormat returns null for a format that is not JSON', () => {
  for (const given of [undefined, null, 'json', { type: 'text' }, { type: 'grammar' }]) expect(readRequestedFormat(given)).toBeNull();
  const format = readRequestedFormat({ type: 'json_object', json_schema: { schema: { type: 'string' } } });
  expect(format).toEqual({ kind: 'json_object', schema: null, description: null });
  expect(format && schemaToCheck(format)).toEqual({ type: 'object' });
});
