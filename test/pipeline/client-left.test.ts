/** Answers whose client disconnects at an unusual time: what was reserved is settled, once. */
import { describe, expect, it } from 'vitest';
import { UNRESTRICTED, type KeyRecord } from '../../src/accounts/key-record.ts';
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import { NEVER_CANCELLED, createCancellation } from '../../src/lib/cancel-signal.ts';
import { JoinedAnswer } from '../../src/pipeline/joined-answer.ts';
import type { OpenedAnswer } from '../../src/pipeline/open-answer.ts';
import type { Accounts, GenerationRecord, Lease } from '../../src/ports.ts';
import { RouterError } from '../../src/unified/error.ts';
import { createClientRouter } from '../support/client-router.ts';
import { counts, says } from '../support/scripted-upstream.ts';

const KEY: KeyRecord = {
  ...UNRESTRICTED,
  hash: 'h',
  name: 'n',
  label: 'l',
  createdMs: 0,
  updatedMs: 0,
  limits: [{ resource: 'usd', window: 'total', amount: 1, calendar: true, timezone: 'UTC' }],
};

/** A lease that counts its settlements. */
function createLease(): { lease: Lease; settled: GenerationRecord[] } {
  const settled: GenerationRecord[] = [];
  return { settled, lease: { headers: {}, rateLimits: [], settle: (record) => void settled.push(record) } };
}

describe('an answer that is to be drained', () => {
  it.each([true, false])('is not sent for a client that left while it was reserved, and is settled (stream: %s)', async (stream) => {
    const client = new AbortController();
    const { lease, settled } = createLease();
    const accounts: Accounts = {
      outputTokens: 5,
      open: () => lease,
      reserve: () => {
        client.abort();
        return Promise.resolve(lease);
      },
      describe: () => Promise.resolve(null),
    };
    const caller = { tenant: 't', account: 'h', key: KEY, isAdmin: false };
    const router = createClientRouter(says('Hello', counts(5, 7)), undefined, { ports: { accounts }, caller, signal: client.signal });
    const body = { model: '@novita/m', messages: [{ role: 'user', content: 'Hi' }], stream, provider: { on_disconnect: 'drain' } };
    await expect(router.ask(openaiChatClient, body)).rejects.toThrow(RouterError);
    expect(router.sent).toEqual([]);
    expect(settled).toMatchObject([{ cancelled: true, usage: null }]);
  });
});

describe('an answer that waited for another one in vain', () => {
  const record = { id: 'gen-1' } as GenerationRecord; // only its identity matters

  function joined(own: Lease, whenDrained?: (run: () => void) => void) {
    const client = createCancellation(NEVER_CANCELLED);
    const waiting = createLease();
    const opened = { run: {}, answer: { open: () => Promise.resolve({}) }, lease: own, ...(whenDrained && { whenDrained }) };
    const openNew = Promise.withResolvers<OpenedAnswer>();
    const answer = new JoinedAnswer([], {
      lease: waiting.lease,
      headers: () => ({}),
      wait: () => Promise.resolve(null),
      openNew: () => openNew.promise,
      client: client.signal,
    });
    return { answer, client, waiting, resolve: () => openNew.resolve(opened as unknown as OpenedAnswer) };
  }

  it('settles what was reserved although its client had left by then', async () => {
    const own = createLease();
    const { answer, waiting, resolve } = joined(own.lease);
    const opening = answer.open();
    answer.lease.settle(record);
    resolve();
    await opening;
    expect([waiting.settled, own.settled]).toEqual([[record], [record]]);
  });

  it('is drained as a new one is', async () => {
    const ends: (() => void)[] = [];
    let ended = 0;
    const { answer, client, resolve } = joined(createLease().lease, (run) => void ends.push(run));
    answer.whenDrained(() => ended++);
    resolve();
    await answer.open();
    client.cancel();
    expect(ended).toBe(0);
    for (const end of ends) end();
    expect(ended).toBe(1);
  });

  it('ends with its client while it waits', () => {
    let ended = 0;
    const { answer, client } = joined(createLease().lease);
    answer.whenDrained(() => ended++);
    client.cancel();
    expect(ended).toBe(1);
  });
});
