/**
 * Judges a request body by what public lists say of its model: a row of `providers/models/*.json`, as the snapshot states it. Knows no
 * provider file and no format: it looks for the fields that formats have for a temperature, an effort, tools and a schema.
 */

/** What a row says that a body can break. */
export type Row = {
  id: string;
  temperature?: boolean;
  tools?: boolean;
  structuredOutputs?: boolean;
  reasoning?: boolean | { efforts?: string[]; switch?: true; budget?: { minimum?: number; maximum?: number } };
  parameters?: string[];
};

/** Names that formats have for an effort. */
const EFFORT_NAMES = new Set(['reasoning_effort', 'effort', 'thinkingLevel', 'reasoningEffort']);
/** Efforts that a list would name; a provider may have a word of its own for none. */
const EFFORTS = new Set(['minimal', 'low', 'medium', 'high', 'xhigh', 'max']);
/** Fields whose contents are the client's own and no parameters. */
const CONTENT_NAMES = new Set([
  'messages',
  'contents',
  'input',
  'system',
  'tools',
  'toolConfig',
  'prompt',
  'chat_history',
  'response_format',
]);

/** Every scalar parameter of a body, by the last name of its path. */
function* parametersOf(body: unknown): Generator<[string, unknown]> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return;
  for (const [name, value] of Object.entries(body)) {
    if (CONTENT_NAMES.has(name)) continue;
    yield [name, value];
    yield* parametersOf(value);
  }
}

/** Why the model would refuse the body, or act on it otherwise than asked; empty where the list says nothing against it. */
export function objections({ temperature, tools, structuredOutputs, reasoning, parameters }: Row, body: Record<string, unknown>): string[] {
  const all = [...parametersOf(body)];
  const found: string[] = [];
  if (temperature === false && all.some(([name]) => name === 'temperature')) found.push('temperature is not accepted');
  if (tools === false && (body['tools'] !== undefined || body['toolConfig'] !== undefined)) found.push('tools are not accepted');
  const format = body['response_format'] as { type?: unknown } | undefined;
  if (structuredOutputs === false && format?.type === 'json_schema') found.push('json_schema is not accepted');
  const efforts = all.flatMap(([name, value]) => (EFFORT_NAMES.has(name) && typeof value === 'string' ? [value.toLowerCase()] : []));
  if (reasoning === false && efforts.some((effort) => effort !== 'none')) found.push(`no effort is accepted, not ${efforts.join()}`);
  const known = typeof reasoning === 'object' ? reasoning.efforts : undefined;
  for (const effort of known === undefined ? [] : efforts)
    if (!known?.includes(effort) && EFFORTS.has(effort)) found.push(`the effort ${effort} is none of ${known?.join()}`);
  for (const name of ['tools', 'temperature', 'seed', 'stop', 'top_k', 'top_p', 'min_p', 'response_format'])
    if (parameters !== undefined && !parameters.includes(name) && body[name] !== undefined) found.push(`${name} is not in the list`);
  return found;
}
