/** Gemini's API as an upstream writes it: as little as a real answer has. */
import { frames, partsWithoutCustom, promptTokensOf, SEAL, type Format, type Spoken } from '../reply.ts';

/** Gemini's API. */
export const gemini: Format = {
  model: '@google-ai-studio/gemini-2.5-flash',
  variables: (url) => ({ GOOGLE_AI_STUDIO_API_KEY: 'key', GOOGLE_AI_STUDIO_BASE_URL: `${url}/gemini` }),
  isStream: (_, path) => path.includes('streamGenerateContent'),
  stream: (reply) => frames([geminiPayload(reply)]),
  body: geminiPayload,
  error: (reply) =>
    reply.kind === 'spent'
      ? { status: 402, body: { error: { code: 402, message: 'Your prepayment credits are depleted.', status: 'RESOURCE_EXHAUSTED' } } }
      : {
          status: 400,
          body: {
            error: {
              code: 400,
              message: `The input token count (${reply.tokens}) exceeds the maximum number of tokens allowed (${reply.limit}).`,
              status: 'INVALID_ARGUMENT',
            },
          },
        },
};

function geminiPayload(reply: Spoken): Record<string, unknown> {
  const parts = partsWithoutCustom(reply).map((part) => {
    if (part.kind === 'call') return { functionCall: { name: part.name, args: part.input }, thoughtSignature: SEAL };
    return part.kind === 'thinking' ? { text: part.text, thought: true } : { text: part.text };
  });
  const prompt = promptTokensOf(reply);
  return {
    candidates: [{ index: 0, content: { role: 'model', parts }, ...(reply.kind === 'cut' ? {} : { finishReason: 'STOP' }) }],
    ...(reply.kind === 'cut' ? {} : { usageMetadata: { promptTokenCount: prompt, candidatesTokenCount: 9, totalTokenCount: prompt + 9 } }),
    modelVersion: 'gemini',
  };
}
