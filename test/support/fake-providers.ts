/** Invented providers, so that a test does not depend on a provider file. */
import { OPENAI_CHAT_RULES } from '../../src/dialects/openai-chat/upstream/rules.ts';
import { OPENAI_COMPLETIONS_RULES } from '../../src/dialects/openai-completions/upstream/rules.ts';
import type { Auth, CompiledOperation, CompiledProvider } from '../../src/registry/provider.ts';

const COMMON = {
  streamPath: null,
  onlyModels: null,
  template: 'plain',
  roles: {},
  messageFields: [],
  quirks: [],
  headers: {},
  maxInputs: null,
  byModel: [],
};

/** What a chat provider accepts; changes are laid over it. */
export function chatOperation(changes: Partial<CompiledOperation> = {}): CompiledOperation {
  return { ...COMMON, dialect: 'openai-chat', path: '/chat/completions', prompts: ['text'], parameters: OPENAI_CHAT_RULES, ...changes };
}

/** What a completions provider accepts; changes are laid over it. */
export function completionsOperation(changes: Partial<CompiledOperation> = {}): CompiledOperation {
  return {
    ...COMMON,
    dialect: 'openai-completions',
    path: '/completions',
    prompts: ['text', 'texts', 'tokens', 'token-lists'],
    parameters: OPENAI_COMPLETIONS_RULES,
    ...changes,
  };
}

/** How Acme's keys are sent. */
export const ACME_AUTH: Auth = { scheme: 'bearer', secret: 'ACME_API_KEY', optional: false };

/** A provider called Acme that chats. */
export function acme(changes: Partial<CompiledProvider> = {}): CompiledProvider {
  return {
    slug: 'acme',
    name: 'Acme',
    docs: 'https://docs.acme.example/',
    baseUrl: 'https://api.acme.example/v1',
    auth: [ACME_AUTH],
    variables: {},
    binding: null,
    discontinued: null,
    modelsPath: '/models',
    operations: { chat: [chatOperation()] },
    models: [],
    ...changes,
  };
}
