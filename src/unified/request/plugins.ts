/** The plugins of OpenRouter that the router does itself (https://openrouter.ai/docs/features/plugins, read 2026-08-22). */
import { isObject } from '../../lib/json.ts';
import type { ParameterValues } from './parameters.ts';

/** Shortens a conversation that is too long, like `transforms: ["middle-out"]`. */
export const CONTEXT_COMPRESSION = 'context-compression';

/** Repairs an answer that should be JSON and is not. */
export const RESPONSE_HEALING = 'response-healing';

const OWN = new Set<unknown>([CONTEXT_COMPRESSION, RESPONSE_HEALING]);

/** True when a request switches a plugin on. */
export function hasPlugin({ plugins }: Readonly<ParameterValues>, id: string): boolean {
  return Array.isArray(plugins) && plugins.some((plugin) => isObject(plugin) && plugin['id'] === id && plugin['enabled'] !== false);
}

/** Returns the plugins that the router does not have, switched on or off. */
export function otherPlugins({ plugins }: Readonly<ParameterValues>): unknown[] {
  return Array.isArray(plugins) ? plugins.filter((plugin) => !isObject(plugin) || !OWN.has(plugin['id'])) : [];
}
