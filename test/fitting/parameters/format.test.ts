/** JSON formats at every provider of the catalogue: none is left out where no tools are sent. */
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../registry/all-providers.ts';
import { prepared, requestFor } from '../sent.ts';

const SCHEMA = { type: 'object', properties: { a: { type: 'integer', minimum: 3 } }, required: ['a'], additionalProperties: false };
const FORMATS = [{ type: 'json_object' }, { type: 'json_schema', json_schema: { name: 'x', schema: SCHEMA } }];

describe('response_format', () => {
  it.each(FORMATS)('is accepted by each provider or emulated by the router: %j', (format) => {
    const chatting = PROVIDERS.filter(({ operations }) => operations.chat !== undefined || operations.completions !== undefined);
    const without = chatting.flatMap(({ slug }) =>
      [true, false].flatMap((stream) => {
        const request = requestFor('chat', `@${slug}/some-model`, { response_format: format, stream });
        const { adjustments, parts } = prepared(request);
        const isDropped = adjustments.some(({ param, action }) => param === 'response_format' && action === 'dropped');
        // What is not enforced by the provider is in the prompt.
        const isAsked = JSON.stringify(parts[0]?.body).match(/json|minimum/i) !== null;
        return isDropped || !isAsked ? [`${slug} ${stream ? 'streamed' : ''}`] : [];
      }),
    );
    expect(chatting.length).toBeGreaterThan(50);
    expect(without).toEqual([]);
  });
});
