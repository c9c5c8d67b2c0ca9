/** Two publishers of one provider: where Gemini and Claude are called on Vertex, by its own address and behind another one. */
import { expect, it } from 'vitest';
import { PROVIDERS } from '../registry/all-providers.ts';
import type { Env } from '../../src/platform/env.ts';
import { createAccess } from '../../src/platform/provider-access.ts';
import { operationFor } from '../../src/registry/operation.ts';
import { buildCall } from '../../src/upstream/call.ts';

const SET: Env = { GOOGLE_VERTEX_PROJECT: 'p', GOOGLE_VERTEX_LOCATION: 'europe-west4', GOOGLE_VERTEX_ACCESS_TOKEN: 't' };
const OWN = 'https://aiplatform.googleapis.com/v1/projects/p/locations/europe-west4';
const OTHER: Env = { ...SET, GOOGLE_VERTEX_BASE_URL: 'https://proxy.example/v1' };

const CLAUDE = 'claude-opus-4-1@20250805';

it.each([
  [CLAUDE, SET, `${OWN}/publishers/anthropic/models/${CLAUDE}:rawPredict`],
  ['gemini-2.5-pro', SET, `${OWN}/publishers/google/models/gemini-2.5-pro:generateContent`],
  [CLAUDE, OTHER, `https://proxy.example/v1/publishers/anthropic/models/${CLAUDE}:rawPredict`],
  ['gemini-2.5-pro', OTHER, 'https://proxy.example/v1/models/gemini-2.5-pro:generateContent'],
])('createAccess calls %s, with %j, at %s', (model, env, url) => {
  const provider = PROVIDERS.find(({ slug }) => slug === 'google-vertex');
  const found = provider && operationFor(provider, 'chat', model);
  if (provider === undefined || found == null) throw new Error('no such operation');
  const access = createAccess(env)(provider);
  expect(access.missingVariables).toEqual([]);
  expect(buildCall({ access, rules: found.rules, model, stream: false, framing: 'sse' }, { body: {} }, {}).url).toBe(url);
});
