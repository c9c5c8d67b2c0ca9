/** The AI SDK with `@ai-sdk/openai-compatible`. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { aiSdkClient } from './ai-sdk.ts';
import { describeClient } from './contract.ts';

describeClient('ai with @ai-sdk/openai-compatible', '/v1', (baseURL) =>
  aiSdkClient(createOpenAICompatible({ name: 'tributary', baseURL, includeUsage: true })),
);
