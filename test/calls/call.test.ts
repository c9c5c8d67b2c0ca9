/** The error of one call that fails before its answer. */
import { expect, it } from 'vitest';
import type { RouterError } from '../../src/unified/error.ts';
import { createMultiProvider, host } from '../support/fake-router.ts';
import { failureOf } from '../support/read-stream.ts';
import { refuses } from '../support/scripted-upstream.ts';

const CASES = [408, 504, 524].flatMap((status) => [true, false].map((stream) => ({ status, stream })));

it.each(CASES)(
  'an upstream that reports a timeout itself ($status, stream: $stream) is named once, and its status is kept',
  async (given) => {
    const router = createMultiProvider([[host('alpha'), refuses('too slow', given.status)]], { attempts: 1 });
    const { type, message, details } = (await failureOf(router.ask({ model: 'any/m', stream: given.stream }))) as RouterError;
    expect({ type, message }).toEqual({ type: 'timeout', message: 'The alpha: too slow' });
    expect(details.raw).toMatchObject({ status: given.status, message: 'too slow' });
  },
);
