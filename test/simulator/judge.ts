// The judge: would this system have accepted this body? Knows only the hand-written rules/.
// Must not import anything from src/ or providers/, or it would agree with the translator by construction.

import { complain, isFields, object } from './checks.ts';
import type { Complaint, Fields } from './checks.ts';
import { anthropic, vertexClaude } from './rules/anthropic.ts';
import { bedrockClaude } from './rules/bedrock-claude.ts';
import { amazonBedrock } from './rules/bedrock.ts';
import { cloudflareWorkersAi } from './rules/cloudflare-workers-ai.ts';
import { cohere } from './rules/cohere.ts';
import { completionsCompatible } from './rules/completions-compatible.ts';
import { googleAiStudio, googleVertex } from './rules/gemini.ts';
import { generic } from './rules/generic.ts';
import { hubsAndServers } from './rules/hubs-and-servers.ts';
import { inferenceClouds } from './rules/inference-clouds.ts';
import { labs } from './rules/labs.ts';
import { mistral } from './rules/mistral.ts';
import { novita } from './rules/novita.ts';
import { octoai } from './rules/octoai.ts';
import { ollama } from './rules/ollama.ts';
import { openModelClouds } from './rules/open-model-clouds.ts';
import { azureResponses, openaiResponses } from './rules/openai-responses.ts';
import { azureOpenai, openai } from './rules/openai.ts';
import { openrouter } from './rules/openrouter.ts';
import { smallerClouds } from './rules/smaller-clouds.ts';
import { strictClouds } from './rules/strict-clouds.ts';
import { strictLabs } from './rules/strict-labs.ts';
import { tokensmind } from './rules/tokensmind.ts';
import type { Operation } from './question.ts';
import type { Refusal, Rules, System } from './system.ts';

export type { Operation } from './question.ts';
export type { Refusal } from './system.ts';

const systems: ReadonlyMap<string, System> = new Map(
  [
    tokensmind,
    openrouter,
    novita,
    completionsCompatible,
    octoai,
    openai,
    openaiResponses,
    azureOpenai,
    azureResponses,
    anthropic,
    amazonBedrock,
    ...bedrockClaude,
    mistral,
    cloudflareWorkersAi,
    cohere,
    ollama,
    googleAiStudio,
    googleVertex,
    ...vertexClaude,
    ...labs,
    ...hubsAndServers,
    ...inferenceClouds,
    ...openModelClouds,
    ...smallerClouds,
    ...strictClouds,
    ...strictLabs,
  ].map((system) => [system.slug, system]),
);

/** The system of that name; any other name is played by the generic one. */
export function systemOf(slug: string): System {
  return systems.get(slug) ?? generic;
}

/** The system at a path of a provider. A provider with several wire formats is several systems: `<slug>/<last step of the path>`. */
export function systemAt(slug: string, path: string): System {
  const step = path.replace(/\?.*$/u, '').split(/[/:]/u).at(-1) ?? '';
  return systems.get(`${slug}/${step}`) ?? systemOf(slug);
}

/** What an operation of a system accepts. Hosts with a chat format of their own may make embeddings in OpenAI's. */
export function rulesOf(system: System, operation: Operation): Rules | undefined {
  const own = system.operations[operation];
  const isPlain = operation === 'embeddings' && system.wireFormat !== undefined && system.embeddings === undefined;
  return own ?? (isPlain ? generic.operations.embeddings : undefined);
}

/** The system's answer to a complaint. */
export function refuse(system: System, complaint: Complaint): Refusal {
  return { status: complaint.status, body: system.writeError(complaint) };
}

/** The refusal the system's documents call for, or null when the body is fine. `model` where it does not stand in the body. */
export function judge(slug: string, operation: Operation, body: unknown, model: string | null = null): Refusal | null {
  const system = systemOf(slug);
  const rules = rulesOf(system, operation);
  const complaint =
    rules === undefined
      ? complain(`Not found: this provider has no ${operation} operation.`, null, null, 404)
      : inspect(rules, body, model);
  return complaint === null ? null : refuse(system, complaint);
}

function inspect(rules: Rules, body: unknown, model: string | null): Complaint | null {
  if (!isFields(body)) return complain('The body must be a JSON object.');
  return object(rules)(body, '') ?? rules.together?.(body, model) ?? null;
}

/** The fields the rules know: what a system ignores must not shape its answer. */
export function keepKnown(rules: Rules, body: Fields): Fields {
  return Object.fromEntries(Object.entries(body).filter(([name]) => Object.hasOwn(rules.fields, name)));
}
