/** Reads the fields of a Messages body besides its messages and tools (@anthropic-ai/sdk 1.14.0, MessageCreateParams, read 2026-11-30). */
import { arrayOf, isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import type { Asks } from '../../client-dialect.ts';
import type { HistoryChanges } from './history-changes.ts';
import { readObject, wrongValue } from '../../shared/read-fields.ts';
import { dropOthers, refuseUnknown, type ReadReport } from './report.ts';

/** Efforts that Anthropic documents. Others are an error there. */
const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'];

/** What readers of fields share. */
type FieldContext = { report: ReadReport; changes: HistoryChanges };

/** Reads the limit. @throws RouterError where an answer is asked for without one. */
export function readLimit({ max_tokens: limit }: JsonObject, asks: Asks, report: ReadReport): JsonObject {
  if (limit === undefined || limit === null) {
    if (asks === 'answer') throw wrongValue('max_tokens', limit, 'an integer of 1 or more');
    return {};
  }
  if (limit !== 0) return { max_tokens: limit };
  report.refuse('max_tokens', '0 asks for no answer, only for a cached prompt, which other formats cannot express; expected 1 or more');
  return {};
}

/** Reads `thinking` and the effort as unified reasoning. */
export function readThinking(body: JsonObject, { report, changes }: FieldContext): JsonObject {
  const effort = readEffort(changes.effort ?? (isObject(body['output_config']) ? body['output_config']['effort'] : null), report);
  const withEffort = effort === null ? {} : { effort };
  const { thinking } = body;
  if (thinking === undefined || thinking === null) return effort === null ? {} : { reasoning: { effort } };
  const given = readObject(thinking, 'thinking');
  dropOthers({ report, value: given, path: 'thinking' }, 'type budget_tokens display');
  const { type, budget_tokens: budget } = given;
  switch (type) {
    case 'between_tools':
      report.emulate('thinking.type', 'only Claude can think between calls of tools alone: the model may think at any time');
      return { reasoning: { enabled: true, ...withEffort } };
    case 'adaptive':
      return { reasoning: { enabled: true, ...withEffort } };
    case 'enabled':
      if (budget === undefined || budget === null) return { reasoning: { enabled: true, ...withEffort } };
      if (effort !== null) report.drop('output_config.effort', 'thinking.budget_tokens states how much the model thinks');
      return { reasoning: { max_tokens: budget } };
    case 'disabled':
      if (effort !== null) report.drop('output_config.effort', 'it is the effort of thinking, which is disabled');
      return { reasoning: { enabled: false } };
    default:
      refuseUnknown(report, { value: type, path: 'thinking.type' }, '"adaptive", "enabled" or "disabled"');
      return {};
  }
}

function readEffort(effort: unknown, report: ReadReport): string | null {
  if (effort === undefined || effort === null) return null;
  if (typeof effort === 'string' && EFFORTS.includes(effort)) return effort;
  report.refuse('output_config.effort', `expected one of ${EFFORTS.join(', ')}`);
  return null;
}

/** Name of a schema, which the Messages format has not and others require. */
const SCHEMA_NAME = 'response';

/** Reads the format of the answer, and reports the rest of `output_config`. `output_format` is its older name. */
export function readOutput({ output_config: config, output_format: older }: JsonObject, report: ReadReport): JsonObject {
  const settings = config === undefined || config === null ? {} : readObject(config, 'output_config');
  dropOthers({ report, value: settings, path: 'output_config' }, 'format effort');
  const { format } = settings;
  const [path, given] = format == null ? (['output_format', older] as const) : (['output_config.format', format] as const);
  if (given === undefined || given === null) return {};
  const wanted = readObject(given, path);
  dropOthers({ report, value: wanted, path }, 'type schema');
  const { type, schema } = wanted;
  if (type !== 'json_schema') {
    refuseUnknown(report, { value: type, path: `${path}.type` }, '"json_schema"');
    return {};
  }
  if (!isObject(schema)) throw wrongValue(`${path}.schema`, schema, 'an object with a JSON schema');
  return { response_format: { type: 'json_schema', json_schema: { name: SCHEMA_NAME, schema, strict: true } } };
}

/** Reads `metadata`: the id of the user. */
export function readMetadata({ metadata }: JsonObject, report: ReadReport): JsonObject {
  if (metadata === undefined || metadata === null) return {};
  const given = readObject(metadata, 'metadata');
  dropOthers({ report, value: given, path: 'metadata' }, 'user_id');
  const { user_id: user } = given;
  return user === undefined || user === null || user === '' ? {} : { user };
}

/** Tiers of the format, and what they are called elsewhere. */
const TIERS: Readonly<Record<string, string>> = { auto: 'auto', standard_only: 'default' };

/** Reads `service_tier` and `speed`: fast is another provider's priority. */
export function readTier({ service_tier: tier, speed }: JsonObject, report: ReadReport): JsonObject {
  if (speed === 'fast') return { service_tier: 'priority' };
  if (speed !== undefined && speed !== null && speed !== 'standard') report.refuse('speed', 'expected "standard" or "fast"');
  if (tier === undefined || tier === null) return {};
  const known = typeof tier === 'string' && Object.hasOwn(TIERS, tier) ? TIERS[tier] : undefined;
  if (known !== undefined) return { service_tier: known };
  report.refuse('service_tier', 'expected "auto" or "standard_only"');
  return {};
}

/** Fields that only Anthropic acts on. An answer without them is as good. */
const DROPPED = 'diagnostics inference_geo fallbacks compaction billing_policy fallback_credit_token user_profile_id workspace_id'.split(
  ' ',
);

/** Fields without which the answer would be another one: what is in a container or behind a server is not in the request. */
const REFUSED: Readonly<Record<string, string>> = {
  mcp_servers: 'only Anthropic calls MCP servers itself; connect to them in the client, and send their tools',
  container: 'only Anthropic runs containers',
};

/** Reports the fields that only Anthropic acts on. */
export function reportNativeFields(body: JsonObject, report: ReadReport): void {
  for (const field of DROPPED) if (body[field] != null) report.drop(field, 'only Anthropic has such a setting');
  for (const [field, reason] of Object.entries(REFUSED)) if (!isNothing(body[field])) report.refuse(field, reason);
  const { context_management: management } = body;
  if (isObject(management)) dropOthers({ report, value: management, path: 'context_management' }, 'edits');
  for (const edit of arrayOf(isObject(management) ? management['edits'] : null)) {
    if (!isNoEdit(edit)) report.drop('context_management', 'only Anthropic edits the context of a request');
  }
}

const isNothing = (value: unknown): boolean => value == null || (Array.isArray(value) && value.length === 0);

/** `clear_thinking_20251015` that keeps all thinking: Claude Code sends it with each request (2.1.332, measured 2026-11-30). */
function isNoEdit(edit: unknown): boolean {
  if (!isObject(edit) || edit['type'] !== 'clear_thinking_20251015') return false;
  return textOf(isObject(edit['keep']) ? edit['keep']['type'] : edit['keep']) === 'all';
}
