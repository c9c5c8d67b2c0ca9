// Claude at Bedrock's InvokeModel on the wire: Anthropic's bodies, the model in the path, and each event of a stream in a frame of an AWS event
// stream. Source: botocore 1.43.107, InvokeModelWithResponseStream (`PayloadPart`); npm @anthropic-ai/bedrock-sdk.
// Must not import anything from src/ or providers/.

import { isFields } from '../checks.ts';
import type { Complaint, Fields } from '../checks.ts';
import type { Step } from '../steps.ts';
import type { SpokenPath, WireFormat } from '../wire-format.ts';
import { anthropicFormat, writeAnthropicError } from './anthropic.ts';
import { bedrockFormat, toFrame } from './bedrock.ts';

/** What the model says of a wrong request, without its envelope. */
export function writeClaudeError(complaint: Complaint): Fields {
  const { error } = writeAnthropicError(complaint);
  return { message: isFields(error) ? error['message'] : complaint.message };
}

/** An event as it would stand in a `data:` line, in a chunk. */
function wrap(step: Step): Step {
  if (step.kind !== 'raw') return step;
  const payload = /^data: (.*)$/mu.exec(step.text)?.[1] ?? '{}';
  const bytes = btoa(String.fromCharCode(...new TextEncoder().encode(payload)));
  return { kind: 'bytes', bytes: toFrame('event', 'chunk', { bytes, p: 'abc' }), isContent: step.isContent };
}

/** Bodies of other makers are embeddings. */
function readPath(path: string): SpokenPath | null {
  const [, id = '', mode] = /^model\/([^/]+)\/(invoke|invoke-with-response-stream)$/u.exec(path) ?? [];
  const model = decodeURIComponent(id);
  if (mode === undefined) return null;
  return /\banthropic\./u.test(model) ? { operation: 'chat', model, stream: mode !== 'invoke' } : { operation: 'embeddings', model };
}

/** How Claude is spoken to by InvokeModel. */
export const bedrockClaudeFormat: WireFormat = {
  ...bedrockFormat,
  readPath,
  toQuestion: (body, { model, stream }) => ({
    ...anthropicFormat.toQuestion({ ...body, model }, { operation: 'chat' }),
    stream: stream === true,
  }),
  toBody: (rendering) => anthropicFormat.toBody(rendering),
  toSteps: (rendering) => anthropicFormat.toSteps(rendering).map(wrap),
};
