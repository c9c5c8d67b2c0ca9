/**
 * A client format of our own, for tests: a folder like those in `src/dialects/`, registered by one line. Nothing in it is like OpenAI's:
 * its streams are lines of JSON, an answer is a list of blocks, and a parameter has a name of its own.
 */
import { clientPath } from '../../../src/unified/request/client-path.ts';
import type { TextClientDialect } from '../../../src/dialects/client-dialect.ts';
import { createEncoder, encodeBody } from './encode.ts';
import { encodeError } from './error.ts';
import { NAMES, parse } from './parse.ts';

/** Text that this format writes while an upstream is silent. */
const BEAT = '{"beat":true}\n';

export const toyClient = {
  format: 'toy',
  operation: 'chat',
  routes: [
    { path: '/toy/say', asks: 'answer' },
    { path: '/toy/say/count', asks: 'count-tokens' },
    { path: '/toy/say/shorter', asks: 'compact' },
  ],
  idPrefix: 'toy-',
  keepAlive: BEAT,
  exactFields: [],
  exposedHeaders: ['toy-reference'],
  isBody: (body) => body['say'] !== undefined,
  parse,
  parameterPath: (path) => clientPath(NAMES, path),
  responseHeaders: (kind, { id }) => ({
    'content-type': kind === 'stream' ? 'application/x-ndjson' : 'application/json',
    'toy-reference': id,
  }),
  encodeError,
  createEncoder,
  encodeBody,
  encodeCount: (tokens) => ({ counted: tokens }),
} satisfies TextClientDialect;
