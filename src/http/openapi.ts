/**
 * `GET /openapi.json`: describes the API in OpenAPI 3.1. The paths are those of the route table, the request bodies come from the checks of the
 * client formats. Made when it is first asked for.
 */
import type { AsksOfAnswer } from '../dialects/client-answers.ts';
import type { ClientDialect } from '../dialects/client-dialect.ts';
import { describeKeyFields } from '../accounts/key-fields.ts';
import type { JsonObject } from '../lib/json.ts';
import { BASES, EXPLAIN, inBraces, taskAt, type ClientTask, type Routes } from './client-paths.ts';
import { FILTER_NAMES } from './model-filters.ts';

/** What a route does, by its path with parameters in braces; by method and path where a path has several. */
const SUMMARIES: Readonly<Record<string, string>> = {
  '/health': 'Liveness, and the catalogue in use',
  '/openapi.json': 'This document',
  '/connect': 'How to connect clients, as text or JSON',
  '/explain': 'Explains a request of any format and sends nothing',
  '/models': 'Lists models',
  '/models/count': 'Counts models',
  '/models/{id}': 'Describes a model',
  '/models/{author}/{slug}/endpoints': 'Lists the endpoints of a model with their health',
  '/providers': 'Lists providers',
  '/providers/{slug}': 'Describes a provider with its models and their health',
  '/providers/{slug}/source': 'Returns the file of a provider as text',
  '/parameters': 'Lists parameters, and what providers accept of them',
  'GET /streams/{id}': 'Returns the rest of an answer that can be resumed',
  'DELETE /streams/{id}': 'Ends an answer that can be resumed',
  '/generation': 'Describes one of the last answers',
  '/activity': 'Sums what was spent',
  '/activity/generations': 'Lists answers, without their content',
  '/key': "Describes the caller's key",
  '/metrics': 'Counters and times for Prometheus, for the operator',
  'GET /keys': 'Lists caller keys, for the operator',
  'POST /keys': 'Creates a caller key, for the operator',
  'GET /keys/{hash}': 'Describes a caller key, for the operator',
  'PATCH /keys/{hash}': 'Changes a caller key, for the operator',
  'DELETE /keys/{hash}': 'Deletes a caller key, for the operator',
};

/** Bodies of routes that belong to no client format. */
const BODIES: Readonly<Record<string, () => JsonObject>> = {
  'POST /keys': () => ({ ...describeKeyFields(), required: ['name'] }),
  'PATCH /keys/{hash}': describeKeyFields,
};

/** Routes that need no key. */
const PUBLIC = new Set(['/health', '/openapi.json', '/connect']);

/** Routes that return text. */
const TEXTS = new Set(['/connect', '/metrics']);

/** A query of the ledger. */
const ACTIVITY = ['from', 'to', 'date', 'key', 'model', 'provider', 'user', 'session', 'status', 'tag', 'since', 'format'] as const;

const QUERIES: Readonly<Record<string, readonly string[]>> = {
  '/models': [...FILTER_NAMES, 'offset', 'after_id', 'limit'],
  '/models/count': FILTER_NAMES,
  '/connect': ['format'],
  '/parameters': ['operation', 'provider', 'model'],
  '/generation': ['id', 'key'],
  '/activity': ['group_by', ...ACTIVITY],
  '/activity/generations': [...ACTIVITY, 'limit', 'cursor'],
  'GET /streams/{id}': ['starting_after'],
  'GET /keys': ['include_disabled', 'offset', 'limit'],
  'PATCH /keys/{hash}': ['hard'],
  'DELETE /keys/{hash}': ['hard'],
};

const ASKED = {
  answer: 'Answers a request',
  'count-tokens': 'Counts the tokens of a request',
  compact: 'Shortens a conversation',
} as const;

/** Routes that name an answer, by what they do with it. */
const OF_ANSWER: Readonly<Record<AsksOfAnswer, { summary: string; query: readonly string[] }>> = {
  retrieve: { summary: 'Returns an answer that is kept, as it is now', query: ['include', 'stream', 'starting_after'] },
  cancel: { summary: 'Ends an answer in the background', query: [] },
  delete: { summary: 'Deletes an answer that is kept', query: [] },
  'input-items': { summary: 'Lists the input of an answer that is kept', query: ['limit', 'order', 'after'] },
};

/** The document. */
export function describeApi({ clients, methods }: Routes): JsonObject {
  const paths = [...methods]
    .filter(([path]) => !path.startsWith(`${EXPLAIN}/`))
    .map(([route, verbs]): [string, JsonObject] => [
      inBraces(route),
      Object.fromEntries(verbs.map((verb) => [verb.toLowerCase(), describeRoute(route, verb, clients)])),
    ]);
  const explained = clients.flatMap((client) =>
    client.routes.map(({ path, asks }): [string, JsonObject] => [EXPLAIN + path, { post: describeExplain(path, { client, asks }) }]),
  );
  return {
    openapi: '3.1.0',
    info: { title: 'Tributary', description: 'An LLM router: one endpoint in front of every provider.', version: '1' },
    servers: BASES.map((url) => ({ url })),
    security: [{ bearer: [] }, { apiKey: [] }],
    paths: Object.fromEntries([...paths, ...explained]),
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
      schemas: Object.fromEntries(clients.flatMap(bodiesOf)),
    },
  };
}

function describeRoute(route: string, method: string, clients: readonly ClientDialect[]): JsonObject {
  const path = inBraces(route);
  const task = method === 'POST' ? taskAt(route, clients) : undefined;
  const name = `${method} ${path}`;
  const bodies = path === EXPLAIN ? clients.map(anyBody) : [BODIES[name]?.() ?? []].flat();
  const ofAnswer = describeOfAnswer(route, method, clients);
  const operation: JsonObject =
    task === undefined
      ? {
          summary: SUMMARIES[name] ?? SUMMARIES[path] ?? ofAnswer?.summary ?? route,
          ...parametersOf(path, QUERIES[name] ?? QUERIES[path] ?? ofAnswer?.query),
          ...(bodies.length === 0 ? {} : bodyOf(bodies)),
        }
      : { summary: `${ASKED[task.asks]} (${task.client.format})`, ...bodyOf([reference(task)]) };
  const security = PUBLIC.has(path) ? { security: [] } : {};
  return { ...operation, ...security, responses: responsesOf(path, task) };
}

/** Summary and query of a route that names an answer; null = it names none. */
function describeOfAnswer(
  path: string,
  method: string,
  clients: readonly ClientDialect[],
): { summary: string; query: readonly string[] } | null {
  for (const { format, answerRoutes = [] } of clients) {
    const route = answerRoutes.find((one) => one.path === path && one.method === method);
    if (route === undefined) continue;
    const { summary, query } = OF_ANSWER[route.asks];
    return { summary: `${summary} (${format})`, query };
  }
  return null;
}

function describeExplain(path: string, task: ClientTask): JsonObject {
  return {
    summary: `Explains a request to ${path} and sends nothing`,
    ...bodyOf([reference(task)]),
    responses: responsesOf(EXPLAIN, undefined),
  };
}

function parametersOf(path: string, query: readonly string[] = []): JsonObject {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const inQuery = query.map((name) => ({ name, in: 'query', required: name === 'id', schema: { type: 'string' } }));
  const parameters = [...inPath, ...inQuery];
  return parameters.length === 0 ? {} : { parameters };
}

function bodyOf(references: readonly JsonObject[]): JsonObject {
  const [only] = references;
  const schema = references.length === 1 ? only : { anyOf: references };
  return { requestBody: { required: true, content: { 'application/json': { schema } } } };
}

/** An answer of a text format may be a stream; an error has the format of its path. */
function responsesOf(path: string, task: ClientTask | undefined): JsonObject {
  const streams = task?.asks === 'answer' && task.client.operation !== 'embeddings';
  const type = TEXTS.has(path) ? 'text/plain' : 'application/json';
  const schema = type === 'text/plain' ? { type: 'string' } : { type: 'object' };
  return {
    200: {
      description: 'Success',
      content: { [type]: { schema }, ...(streams ? { 'text/event-stream': { schema: { type: 'string' } } } : {}) },
    },
    default: { description: 'An error', content: { 'application/json': { schema: { type: 'object' } } } },
  };
}

const nameOf = ({ client, asks }: ClientTask) => (asks === 'answer' ? client.format : `${client.format}.${asks}`);

const reference = (task: ClientTask): JsonObject => ({ $ref: `#/components/schemas/${nameOf(task)}` });

const anyBody = (client: ClientDialect): JsonObject => reference({ client, asks: 'answer' });

/** Body of a format that describes none. */
const ANY_REQUEST: JsonObject = { type: 'object', properties: { model: { type: 'string' } }, required: ['model'] };

function bodiesOf(client: ClientDialect): [string, JsonObject][] {
  return client.routes.map(({ asks }) => [nameOf({ client, asks }), client.describeRequest?.(asks) ?? ANY_REQUEST]);
}
