/** A Messages body at the clouds that run Claude, which have the format and not all of Anthropic's own API. */
import { describe, expect, it } from 'vitest';
import { parsed, sentTo } from './client/sent.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const CLOUDS = ['@amazon-bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0', '@google-vertex/claude-sonnet-4-5@20250929'];
const text = (value: string) => ({ type: 'text', text: value });
const HEADER = text('x-anthropic-billing-header: cch=1;');

describe.each(CLOUDS)('%s', (model) => {
  it('gets the body as it was sent, without the billing header of Claude Code', () => {
    const messages = [{ role: 'user', content: [{ type: 'hologram' }] }];
    const { body, report } = sentTo(model, { messages, mystery: 1, system: [HEADER, text('S')] });
    expect(body).toMatchObject({ messages, mystery: 1, system: [text('S')] });
    expect(report).toEqual([]);
    expect(sentTo(model, { system: [HEADER] }).body).not.toHaveProperty('system');
    expect(sentTo(model, { system: `${HEADER.text}\nS` }).body['system']).toBe('S');
  });

  it('refuses a thread so that the SDK sends the whole conversation', () => {
    const details = { param: 'thread', clientCode: 'thread_unsupported_request' };
    expect(thrownBy(() => sentTo(model, { thread: { type: 'create' } }))).toMatchObject({ type: 'invalid_request', details });
    expect(thrownBy(() => sentTo(model, { thread: { type: 'continue', previous_message_id: 'm' } }))).toMatchObject({ type: 'not_found' });
  });
});

describe("Anthropic's own API", () => {
  it('gets both', () => {
    const own = { thread: { type: 'create' }, system: [HEADER, text('S')] };
    expect(sentTo('@anthropic/claude-sonnet-4-5', own).body).toMatchObject(own);
    expect(parsed(own).nativeOnly).toHaveLength(1);
  });
});
