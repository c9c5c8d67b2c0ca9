/**
 * A runner of `@openai/agents` with a client of its own. The package keeps one default runner for the process, with the client that its first
 * run had: in a second test file it would call the router of the first, which has ended.
 */
import { OpenAIProvider, Runner } from '@openai/agents';
import OpenAI from 'openai';
import { once } from '../../../src/lib/memoize.ts';

/** Creates the runner at its first use. @param url address of the router, known in tests. */
export const createRunner = (url: () => string): (() => Runner) =>
  once(() => {
    const openAIClient = new OpenAI({ baseURL: `${url()}/v1`, apiKey: 'any', maxRetries: 0 });
    return new Runner({ modelProvider: new OpenAIProvider({ openAIClient }), tracingDisabled: true });
  });
