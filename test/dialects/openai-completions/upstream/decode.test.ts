import { describe, expect, it } from 'vitest';
import { openaiCompletionsUpstream } from '../../../../src/dialects/openai-completions/upstream/index.ts';
import { describeContract } from '../../contract.ts';
import { replayEvents } from '../../replay.ts';
import { COMPLETIONS_WIRE } from './wire.ts';

const { chunk } = COMPLETIONS_WIRE;
const read = (...payloads: Parameters<typeof replayEvents>[1]) => replayEvents(openaiCompletionsUpstream, payloads);

describeContract(COMPLETIONS_WIRE);

describe('openai-completions upstream decoder: habits of completions hosts', () => {
  it('a finish reason may stand beside the choices', () => {
    const outcome = read(chunk([{ text: 'Hi' }]), chunk([{ text: '' }], { finish_reason: 'length' }), '[DONE]');
    expect(outcome.result.choices[0]).toMatchObject({ text: 'Hi', finishReason: 'length', nativeReason: 'length' });
  });

  it('text may come as a chat delta', () => {
    expect(read({ choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] }).result.choices[0]?.text).toBe('Hi');
  });

  it('log probabilities come as parallel arrays, a first prompt token without one', () => {
    const logprobs = {
      tokens: ['Hi', ' you'],
      token_logprobs: [null, -0.5],
      top_logprobs: [null, { ' you': -0.5, ' me': -1 }],
      text_offset: [0, 2],
    };
    expect(read(chunk([{ text: 'Hi you', fields: { logprobs }, finish: 'stop' }])).result.choices[0]?.logprobs).toEqual([
      { token: 'Hi', logprob: null, bytes: null, top: [], offset: 0 },
      {
        offset: 2,
        token: ' you',
        logprob: -0.5,
        bytes: null,
        top: [
          { token: ' you', logprob: -0.5, bytes: null },
          { token: ' me', logprob: -1, bytes: null },
        ],
      },
    ]);
  });

  it('log probabilities may come without text, and count', () => {
    const logprobs = { tokens: ['\ufffd'], token_logprobs: [-1], top_logprobs: null };
    const outcome = read(chunk([{ text: '', fields: { logprobs } }]), chunk([{ text: 'é', finish: 'stop' }]));
    expect(outcome.result.choices[0]?.logprobs).toHaveLength(1);
  });
});
