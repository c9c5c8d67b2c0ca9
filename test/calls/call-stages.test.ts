/** When the stages of a call need nothing more of their upstream. */
import { expect, it } from 'vitest';
import { AnswerReport } from '../../src/calls/answer-report.ts';
import { CallStages } from '../../src/calls/call-stages.ts';
import { UNLIMITED } from '../../src/unified/response/answer-budget.ts';
import { prepared, requestFor } from '../fitting/sent.ts';
import { ended, START, text } from '../stream/events.ts';

it('nothing more is needed once one choice has met a stop sequence of the router and the other has ended', () => {
  const stop = ['<1>', '<2>', '<3>', '<4>', '<5>', '<6>']; // the provider accepts four
  const endpoint = prepared(requestFor('chat', '@novita/m', { n: 2, stream: true, stop }));
  const [part] = endpoint.parts;
  if (part === undefined) throw new Error('no call');
  const options = { callId: 'x', report: new AnswerReport(endpoint, []), canFail: false, secrets: [], budget: UNLIMITED };
  const stages = new CallStages(endpoint.planned, part, options);
  stages.push([START, text('one <6> more'), { type: 'text-delta', choice: 1, text: 'two' }]);
  expect(stages.isSatisfied()).toBe(false);
  stages.push([ended(1)]);
  expect(stages.isSatisfied()).toBe(true);
});
