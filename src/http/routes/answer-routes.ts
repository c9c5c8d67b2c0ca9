/** Routes of the client formats: requests, answers that are kept, streams that are resumed, and explanations of requests. */
import { answerClient } from '../answer.ts';
import { EXPLAIN, missingRoute, taskAt, type Routes } from '../client-paths.ts';
import { explain } from '../explain.ts';
import { answerKept } from '../kept-answers.ts';
import { readStream, stopStream } from '../streams.ts';
import { acceptedOf, identityOf, type Api, type RouteContext } from './route-context.ts';

/** Adds the routes of every client format, `/explain` and `/streams`. */
export function addAnswerRoutes(api: Api, routes: Routes): void {
  for (const client of routes.clients) {
    for (const { path, asks } of client.routes) {
      api.post(path, (context) =>
        answerClient(
          context.req.raw,
          { client, asks },
          {
            deps: context.get('deps'),
            identity: identityOf(context),
            onAccepted: acceptedOf(context),
            commonHeaders: context.get('commonHeaders'),
          },
        ),
      );
    }
    for (const { method, path, asks } of client.answerRoutes ?? []) {
      api.on(method, path, (context) =>
        answerKept(
          { client, asks, id: context.req.param('id') ?? '', query: context.req.query() },
          { deps: context.get('deps'), caller: context.get('caller') },
        ),
      );
    }
  }
  addExplain(api, routes);
  api.get('/streams/:id', (context) => readStream(streamOf(context), context.req.raw));
  api.delete('/streams/:id', (context) => stopStream(streamOf(context)));
}

function addExplain(api: Api, routes: Routes): void {
  const { clients } = routes;
  api.post(EXPLAIN, (context) => explain(context.req.raw, context.get('deps'), { clients, asks: 'answer', caller: context.get('caller') }));
  api.post(`${EXPLAIN}/:path{.+}`, (context) => {
    const task = taskAt(`/${context.req.param('path')}`, clients);
    if (task === undefined) throw missingRoute(context.req.method, context.req.path, routes);
    return explain(context.req.raw, context.get('deps'), { clients: [task.client], asks: task.asks, caller: context.get('caller') });
  });
}

const streamOf = (context: RouteContext) => ({
  id: context.req.param('id') ?? '',
  caller: context.get('caller'),
  streams: context.get('deps').ports.streams,
});
