/** The AI SDK with `@openrouter/ai-sdk-provider`. */
import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { aiSdkClient } from './ai-sdk.ts';
import { describeClient } from './contract.ts';

describeClient('ai with @openrouter/ai-sdk-provider', '/api/v1', (baseURL) => {
  const provider = createOpenRouter({ baseURL, apiKey: 'any' });
  return aiSdkClient((name) => provider.chat(name));
});
