/** LangChain with `@langchain/openai`. */
import { ChatOpenAI } from '@langchain/openai';
import { describeClient } from './contract.ts';
import { langchainClient } from './langchain.ts';

describeClient('@langchain/openai', '/v1', (baseURL) =>
  langchainClient((model) => new ChatOpenAI({ model, apiKey: 'any', maxRetries: 0, configuration: { baseURL } })),
);
