import { describe, expect, it } from 'vitest';
import { bedrockUpstream } from '../../../src/dialects/bedrock/index.ts';

const error = (status: number, body: unknown, errorType: string | null = null) =>
  bedrockUpstream.parseError(status, body, (name) => (name === 'x-amzn-errortype' ? errorType : null));

describe('Bedrock errors: an error answer', () => {
  it.each([
    [400, 'ValidationException', 'invalid_request'],
    [400, 'ServiceQuotaExceededException', 'rate_limit_exceeded'],
    [403, 'AccessDeniedException', 'permission_denied'],
    [403, 'UnrecognizedClientException', 'authentication'],
    [403, 'ExpiredTokenException', 'authentication'],
    [403, 'InvalidSignatureException', 'authentication'],
    [404, 'ResourceNotFoundException', 'not_found'],
    [408, 'ModelTimeoutException', 'timeout'],
    [424, 'ModelErrorException', 'provider_unavailable'],
    [429, 'ThrottlingException', 'rate_limit_exceeded'],
    [429, 'ModelNotReadyException', 'provider_overloaded'],
    [500, 'InternalServerException', 'server'],
    [503, 'ServiceUnavailableException', 'provider_overloaded'],
  ])('%i %s is %s', (status, name, type) => {
    expect(error(status, { message: 'no' }, name)).toMatchObject({ type, message: 'no', details: { raw: name } });
  });

  it('names its exception with an address behind it, or in the body', () => {
    expect(error(400, { message: 'no' }, 'ValidationException:http://internal.amazon.com/coral/').details.raw).toBe('ValidationException');
    expect(error(403, { __type: 'com.amazon.coral.service#UnrecognizedClientException', Message: 'no' })).toMatchObject({
      type: 'authentication',
      message: 'no',
    });
  });

  it('without a name goes by its status', () => {
    expect(error(503, { message: 'no' }).type).toBe('provider_overloaded');
    expect(error(418, {}).type).toBe('invalid_request');
    expect(bedrockUpstream.parseError(500, null)).toMatchObject({ type: 'server', message: 'HTTP 500 without a message' });
    expect(error(502, '<html><b>Bad</b>\n gateway</html>').message).toBe('Bad gateway');
  });
});

describe('Bedrock errors: a refused request', () => {
  it.each([
    ['Malformed input request: #: extraneous key [logit_bias] is not permitted, please reformat your input and try again.', 'logit_bias'],
    ['Malformed input request: #/top_k: 600 is not less or equal to 500', 'top_k'],
    ["1 validation error detected: Value '2.0' at 'inferenceConfig.topP' failed to satisfy constraint: Member must be at most 1", 'topP'],
    ["This model doesn't support the toolConfig.toolChoice.any field. Remove toolConfig.toolChoice.any and try again.", 'tool_choice'],
    ["This model doesn't support the stopSequences field. Remove stopSequences and try again.", 'stopSequences'],
    ["1 validation error detected: Value null at 'toolConfig.tools' failed to satisfy constraint: Member must not be null", 'tools'],
    ["This model doesn't support the outputConfig.textFormat field.", 'response_format'],
    [
      'The model returned the following errors: `temperature` and `top_p` cannot both be specified for this model. Please use only one.',
      'top_p',
    ],
    ['The model returned the following errors: `temperature` is deprecated for this model.', 'temperature'],
    ['The model returned the following errors: top_a: Extra inputs are not permitted', 'top_a'],
    ['A conversation must start with a user message. Try again with a conversation that starts with a user message.', undefined],
  ])('%s', (message, param) => {
    const refused = error(400, { message }, 'ValidationException');
    expect(refused.type).toBe('invalid_request');
    expect(refused.details.param).toBe(param);
  });

  it.each(['Input is too long for requested model.', 'prompt is too long: 210000 tokens > 200000 maximum'])('%s', (message) => {
    expect(error(400, { message }, 'ValidationException').type).toBe('context_length_exceeded');
  });

  it('for speaking too fast has nothing to do with the context', () => {
    expect(error(429, { message: 'Too many tokens, please wait before trying again.' }, 'ThrottlingException').type).toBe(
      'rate_limit_exceeded',
    );
  });
});
