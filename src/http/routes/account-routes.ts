/** Routes that show a caller its key and its generations. */
import { listActivity, listGenerations, type ActivityRequest } from '../activity.ts';
import { callerKey } from '../authenticate.ts';
import type { AppDeps } from '../deps.ts';
import { describeOwnKey, usageOf } from '../describe-key.ts';
import { findGeneration } from '../generation.ts';
import type { Api, RouteContext } from './route-context.ts';

/** Adds `/generation`, `/activity` and `/key`. */
export function addAccountRoutes(api: Api, { catalog, ports: { ledger, clock } }: AppDeps): void {
  const activityOf = (context: RouteContext): ActivityRequest => ({
    query: context.req.query(),
    caller: context.get('caller'),
    catalog,
    ledger,
    nowMs: clock.nowMs(),
  });
  api.get('/generation', async (context) => {
    const { generations } = context.get('deps').ports;
    return context.json(await findGeneration(context.req.query(), { caller: context.get('caller'), generations, ledger }));
  });
  api.get('/activity', (context) => listActivity(activityOf(context)));
  api.get('/activity/generations', (context) => listGenerations(activityOf(context)));
  api.get('/key', async (context) => {
    const caller = context.get('caller');
    const { accounts, generations } = context.get('deps').ports;
    const usage = (await usageOf(accounts, caller.account, caller.key)) ?? generations.spending();
    return context.json(describeOwnKey(caller, callerKey(context.req.raw.headers), usage));
  });
}
