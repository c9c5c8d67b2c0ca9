/** LangChain with `@langchain/openrouter`. */
import { ChatOpenRouter } from '@langchain/openrouter';
import { describeClient } from './contract.ts';
import { langchainClient } from './langchain.ts';

describeClient('@langchain/openrouter', '/api/v1', (baseURL) =>
  langchainClient((model) => new ChatOpenRouter({ model, apiKey: 'any', maxRetries: 0, baseURL })),
);
