/**
 * Finish reasons of hosts that speak OpenAI's formats, brought to the closed list. One table for all of them: their words differ,
 * their meanings do not. Sources: the API references of Together, TGI, Z.ai, DeepSeek, SGLang, OpenRouter (read 2026-08).
 */
import type { FinishReason } from '../../unified/event.ts';

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop',
  end_turn: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  tool_calls: 'tool_calls',
  tool_use: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
  sensitive: 'content_filter',
  error: 'error',
  abort: 'error',
  network_error: 'error',
  insufficient_system_resource: 'error',
};

/** The unified reason. A word nobody knows is a normal stop; the word itself travels on as `native_finish_reason`. */
export function toFinishReason(native: string): FinishReason {
  return Object.hasOwn(FINISH, native) ? (FINISH[native] ?? 'stop') : 'stop';
}
