import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json.ts';
import { createToLogLine } from '../../../src/platform/log.ts';
import { createGenerationLog } from '../../../src/platform/telemetry/generation-log.ts';
import type { ObservedGeneration } from '../../../src/accounts/telemetry.ts';
import { createCatalog } from '../../../src/registry/catalog.ts';
import { acme } from '../../support/fake-providers.ts';
import { anyObserved, observed } from './observed.ts';

const SECRET = 'sk-acme-0123456789';
const toLogLine = createToLogLine({ ROUTER_API_KEYS: SECRET }, createCatalog([acme()]));

function linesOf(one: ObservedGeneration, choice: 'generations' | 'errors' = 'generations'): string[] {
  const lines: string[] = [];
  createGenerationLog(choice, (line) => lines.push(toLogLine(line)))(one);
  return lines;
}

describe('createGenerationLog', () => {
  it('writes the facts of a generation', () => {
    const [line = ''] = linesOf(observed({ record: { user: 'u1', session: 'session:s1' } }));
    expect(JSON.parse(line)).toEqual({
      event: 'generation',
      id: 'gen-1',
      account: 'abababababab',
      format: 'openai-chat',
      model: 'acme/m',
      model_asked: 'acme/m',
      provider: 'acme',
      attempts: 1,
      status: 200,
      error: null,
      finish: 'stop',
      streamed: true,
      cancelled: false,
      ms: 1500,
      ttft_ms: 300,
      prompt_tokens: 10,
      completion_tokens: 20,
      cached_tokens: 4,
      cost_usd: 0.0015,
      adjustments: 0,
      cache: null,
      session: 'session:s1',
      user: 'u1',
      trace: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
  });

  it('writes one line of JSON without control characters, whatever clients name models, users and sessions', () => {
    fc.assert(
      fc.property(anyObserved, (one) => {
        const [line = '', ...more] = linesOf(one);
        expect(more).toEqual([]);
        // oxlint-disable-next-line no-control-regex -- none of them may be there
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        expect(line.isWellFormed()).toBe(true);
        const fields = JSON.parse(line) as JsonObject;
        expect(fields['id']).toBe('gen-1');
        expect(line.length).toBeLessThan(4000);
      }),
    );
  });

  it('masks keys in names', () => {
    expect(linesOf(observed({ record: { modelAsked: `@acme/${SECRET}` } }))[0]).not.toContain(SECRET);
  });

  it('writes failures only where LOG=errors', () => {
    expect(linesOf(observed(), 'errors')).toEqual([]);
    expect(linesOf(observed({ record: { errorType: 'timeout' } }), 'errors')).toHaveLength(1);
  });
});
