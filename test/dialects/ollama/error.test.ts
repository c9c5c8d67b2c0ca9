import { describe, expect, it } from 'vitest';
import { ollamaUpstream } from '../../../src/dialects/ollama/index.ts';

const read = (status: number, error: unknown) => ollamaUpstream.parseError(status, { error });

describe('Ollama errors', () => {
  it.each([
    [400, 'invalid model name', 'invalid_request'],
    [400, 'the input length exceeds the context length', 'context_length_exceeded'],
    [500, 'request exceeds the available context size', 'context_length_exceeded'],
    [401, 'unauthorized', 'authentication'],
    [404, 'model "x" not found, try pulling it first', 'not_found'],
    [429, 'too many requests', 'rate_limit_exceeded'],
    [499, 'request canceled', 'provider_unavailable'],
    [500, 'llama runner process has terminated', 'server'],
    [502, 'the cloud model is unreachable', 'provider_unavailable'],
    [503, 'server busy, please try again. maximum pending requests exceeded', 'provider_overloaded'],
  ])('%i %s', (status, message, type) => {
    expect(read(status, message)).toMatchObject({ type, message });
  });

  it('names the option of the wrong type, which is the request’s fault', () => {
    expect(read(500, 'option "stop" must be of type array')).toMatchObject({
      type: 'invalid_request',
      retryable: false,
      details: { param: 'stop' },
    });
  });

  it('names what a model lacks', () => {
    expect(read(400, '"gemma3:4b" does not support thinking')).toMatchObject({ type: 'invalid_request', details: { param: 'reasoning' } });
  });

  it('may be no JSON at all', () => {
    expect(ollamaUpstream.parseError(502, '<html>Bad gateway</html>')).toMatchObject({
      type: 'provider_unavailable',
      message: 'Bad gateway',
    });
  });
});
