/**
 * A response format that is told to the model in words, because its provider does not accept it: the instruction, and the messages with it.
 * Nothing enforces it, so that the router checks what comes back (`stream/stages/schema-check.ts`).
 */
import { withNumbers } from '../../lib/exact-json.ts';
import { isObject, textOf, type JsonObject } from '../../lib/json.ts';
import type { Message } from './message.ts';

/** A response format, read: what the answer has to be. */
export type AskedFormat = {
  kind: 'json_object' | 'json_schema';
  /** Null: any object. */
  schema: JsonObject | null;
  description: string | null;
};

/** What a `response_format` asks for; null = nothing that is JSON. */
export function readAskedFormat(asked: unknown): AskedFormat | null {
  if (!isObject(asked) || (asked['type'] !== 'json_object' && asked['type'] !== 'json_schema')) return null;
  const given = asked['type'] === 'json_schema' && isObject(asked['json_schema']) ? asked['json_schema'] : {};
  return { kind: asked['type'], schema: isObject(given['schema']) ? given['schema'] : null, description: textOf(given['description']) };
}

/** What an answer in a format must satisfy. */
export const schemaToCheck = ({ schema }: AskedFormat): JsonObject =>
  schema === null ? { type: 'object' } : (withNumbers(schema) as JsonObject);

/** The format in words. */
export function instructionFor({ schema }: AskedFormat): string {
  const kind = schema === null || schema['type'] === 'object' ? 'JSON object' : 'JSON value';
  const told = `Answer with one ${kind} and nothing else: no words around it, no code fence.`;
  return schema === null ? told : `${told} It must match this JSON Schema: ${JSON.stringify(schema)}`;
}

/** The messages with an instruction: at the end of the system text before the conversation, or as such a text. */
export function withInstruction(messages: readonly Message[], instruction: string): readonly Message[] {
  const end = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const last = (end < 0 ? messages.length : end) - 1;
  const system = messages[last];
  if (system === undefined) return [{ role: 'system', content: instruction }, ...messages];
  const { content } = system;
  const told = Array.isArray(content)
    ? [...content, { type: 'text' as const, text: instruction }]
    : typeof content === 'string' && content !== ''
      ? `${content}\n\n${instruction}`
      : instruction;
  return [...messages.slice(0, last), { ...system, content: told }, ...messages.slice(last + 1)];
}
