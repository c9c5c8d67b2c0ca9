/** Tells a body of the Messages format from one of chat completions: both have `messages`. */
import { arrayOf, isObject, wordOf, type JsonObject } from '../../../lib/json.ts';

/** Fields that chat completions have not. */
const OWN_FIELDS = 'system stop_sequences output_config context_management mcp_servers thread container anthropic_version'.split(' ');

/** Types of content blocks that chat completions have not. */
const OWN_BLOCKS = new Set('image document search_result tool_use tool_result thinking redacted_thinking server_tool_use'.split(' '));

/** True for a body with a field, a tool or a block of this format. One of texts alone may be either, and is read as chat completions. */
export function isBody(body: JsonObject): boolean {
  const { messages, tools, tool_choice: choice, thinking, metadata } = body;
  if (!Array.isArray(messages)) return false;
  if (OWN_FIELDS.some((field) => body[field] != null)) return true;
  if (isObject(thinking) && (thinking['type'] === 'adaptive' || thinking['budget_tokens'] !== undefined)) return true;
  if (isObject(choice) && (choice['type'] === 'any' || choice['type'] === 'tool')) return true;
  if (isObject(metadata) && metadata['user_id'] !== undefined) return true;
  return arrayOf(tools).some(isOwnTool) || messages.some(isOwnMessage);
}

const isOwnTool = (tool: unknown): boolean => isObject(tool) && (isObject(tool['input_schema']) || /_\d{8}$/.test(wordOf(tool['type'])));

const isOwnMessage = (message: unknown): boolean =>
  isObject(message) && arrayOf(message['content']).some((block) => isObject(block) && OWN_BLOCKS.has(wordOf(block['type'])));
