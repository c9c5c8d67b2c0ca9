/** Chunks as the provider writes them. A test states only what it is about. */
import type { JsonObject } from '../../../src/lib/json.ts';

/** A chunk with these parts of the first candidate; `more` are further members of the candidate. */
export function chunk(parts: readonly JsonObject[] | null, more: JsonObject = {}, usage: JsonObject | null = null): JsonObject {
  return {
    candidates: [{ ...(parts === null ? {} : { content: { parts, role: 'model' } }), index: 0, ...more }],
    ...(usage === null ? {} : { usageMetadata: usage }),
    modelVersion: 'gemini-3-pro-preview',
    responseId: 'resp-1',
  };
}

/** The end of the first candidate. */
export const end = (finishReason = 'STOP', usage: JsonObject | null = null): JsonObject => chunk([{ text: '' }], { finishReason }, usage);

/** A part that is a call. */
export const callPart = (name: string, args?: JsonObject, more: JsonObject = {}): JsonObject => ({
  functionCall: { name, ...(args === undefined ? {} : { args }) },
  ...more,
});
