/** Reads a body of `POST /messages` (@anthropic-ai/sdk 1.14.0, MessageCreateParams, read 2026-11-30). */
import type { JsonObject } from '../../../lib/json.ts';
import type { Adjustment } from '../../../unified/adjustment.ts';
import { readBody } from '../../../unified/request/body.ts';
import type { ParameterNames } from '../../../unified/request/client-path.ts';
import { buildRequest, type NativeRequest, type UnifiedRequest } from '../../../unified/request/request.ts';
import { TurnsConversation } from '../../../unified/request/turns-conversation.ts';
import type { Asks } from '../../client-dialect.ts';
import type { HeaderReader } from '../../dialect.ts';
import { ownBody, ROUTER_FIELDS } from '../../shared/native-body.ts';
import { answerOptionsIn } from './answer-options.ts';
import { readLimit, readMetadata, readOutput, readThinking, readTier, reportNativeFields } from './fields.ts';
import { createHistoryChanges } from './history-changes.ts';
import { FORMAT } from '../format-name.ts';
import { NAMES } from './names.ts';
import { readTurns } from './read-turns.ts';
import { createReport, type ReadReport } from './report.ts';
import { reportThread } from './threads.ts';
import { readTools } from './tools.ts';

/** Fields of OpenAI's formats that the router acts on: an upstream of this format does not get them. */
const OPENAI_FIELDS = ['prompt_cache_key', 'stream_options'];

/** Fields with the same name and meaning in a unified request. */
export const SAME_FIELDS = [...ROUTER_FIELDS, ...OPENAI_FIELDS, 'model', 'stream', 'temperature', 'top_p', 'top_k', 'cache_control'];

/** Fields that are read by name. The last ones are headers, which Bedrock and Vertex have in the body. */
export const OWN_FIELDS: ReadonlySet<string> = new Set([
  ...SAME_FIELDS,
  ...'messages system max_tokens stop_sequences tools tool_choice thinking output_config output_format metadata service_tier'.split(' '),
  ...'speed context_management container mcp_servers thread diagnostics inference_geo fallbacks compaction billing_policy'.split(' '),
  ...'fallback_credit_token user_profile_id workspace_id betas anthropic_version anthropic_beta'.split(' '),
]);

/** Unified parameters that this format calls otherwise, or whose effect its answers cannot show. */
const FOREIGN_FIELDS: ReadonlySet<string> = new Set([
  ...'stop user response_format structured_outputs reasoning reasoning_effort include_reasoning max_completion_tokens'.split(' '),
  ...'parallel_tool_calls functions function_call prompt input echo suffix'.split(' '),
  ...'n best_of logprobs top_logprobs modalities audio'.split(' '),
]);

/** Headers that belong to the body. */
const HEADERS = ['anthropic-beta', 'anthropic-version', 'anthropic-user-profile-id', 'anthropic-workspace-id'];

/**
 * Reads a body. What only this format can express is passed to an upstream of the format, and refused or reported elsewhere.
 *
 * @throws RouterError `invalid_request` that names the field, message or block.
 */
export function parseMessages(given: unknown, headers: HeaderReader, asks: Asks = 'answer'): UnifiedRequest {
  const adjustments: Adjustment[] = [];
  const body = readBody(given, adjustments);
  const report = createReport();
  const changes = createHistoryChanges();
  const turns = readTurns(body, { report, changes, toolNames: new Map() });
  const fields: JsonObject = {
    ...pick(body, SAME_FIELDS),
    ...readLimit(body, asks, report),
    ...(body['stop_sequences'] == null ? {} : { stop: body['stop_sequences'] }),
    ...readThinking(body, { report, changes }),
    ...readOutput(body, report),
    ...readMetadata(body, report),
    ...readTier(body, report),
    ...readTools(body, changes, report),
    ...readOthers(body, report),
  };
  reportNativeFields(body, report);
  reportThread(body, report);
  const source = { format: FORMAT, value: body['messages'] };
  return buildRequest({
    operation: 'chat',
    fields,
    readInput: () => ({ kind: 'messages', conversation: new TurnsConversation({ source, readTurns: () => turns }) }),
    names: namesIn(body),
    adjustments,
    answerOptions: answerOptionsIn(body),
    native: nativeOf(body, headers),
    nativeOnly: report.nativeOnly,
  });
}

function pick(body: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (body[name] == null ? [] : [[name, body[name]]])));
}

/** Fields that are not of this format: those that the router knows as parameters go on, as do those that a provider may know. */
function readOthers(body: JsonObject, report: ReadReport): JsonObject {
  const others: JsonObject = {};
  for (const [name, value] of Object.entries(body)) {
    if (value == null || OWN_FIELDS.has(name)) continue;
    if (!FOREIGN_FIELDS.has(name)) others[name] = value;
    else report.drop(name, `${name} is no field of the Messages format${Object.hasOwn(NAMES, name) ? `, which has ${NAMES[name]}` : ''}`);
  }
  return others;
}

/** Names of this body's fields, where a parameter may come from two. */
function namesIn({ output_config: config, output_format: format, speed }: JsonObject): ParameterNames {
  const hasOlder = format != null && (config as JsonObject | null | undefined)?.['format'] == null;
  if (!hasOlder && speed !== 'fast') return NAMES;
  return {
    ...NAMES,
    ...(hasOlder ? { response_format: 'output_format', 'response_format.json_schema': 'output_format' } : {}),
    ...(speed === 'fast' ? { service_tier: 'speed' } : {}),
  };
}

function nativeOf(body: JsonObject, headers: HeaderReader): NativeRequest {
  const values = HEADERS.flatMap((name): [string, string][] => {
    const value = headers(name);
    return value === null ? [] : [[name, value]];
  });
  return { format: FORMAT, body: ownBody(body, OPENAI_FIELDS), headers: Object.freeze(Object.fromEntries(values)) };
}
