/** Names of this format and of its family of reasoning. */

/** Name of this format, for clients and upstreams: its folder in `dialects/`. */
export const FORMAT = 'anthropic';

/** `format` of reasoning that Claude signs (OpenRouter's reasoning_details, read 2026-08-22). */
export const CLAUDE_FORMAT = 'anthropic-claude-v1';
