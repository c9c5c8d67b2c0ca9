// A body as a list of steps: what is sent, and where it breaks or falls silent.
// Faults rewrite steps; delivery.ts performs them. No I/O here.

import type { Fields } from './checks.ts';

/** One thing a body does. `isContent` marks the steps that faults count and that TOKEN_MS spaces out. */
export type Step =
  | { readonly kind: 'chunk'; readonly payload: Fields; readonly isContent: boolean }
  | { readonly kind: 'raw'; readonly text: string; readonly isContent: boolean }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly isContent: boolean }
  | { readonly kind: 'done' }
  | { readonly kind: 'break' }
  | { readonly kind: 'stall' };

/** An SSE comment. */
export function comment(text: string): Step {
  return { kind: 'raw', text: `: ${text}\n\n`, isContent: false };
}

/** Whether the step counts as content. */
export function isContentStep(step: Step): boolean {
  return 'isContent' in step && step.isContent;
}

/** How long the slices of a JSON body are: short enough that faults can hit its middle. */
const jsonSliceLength = 64;

/** A JSON body as steps, so that it can be cut and stalled like a stream. */
export function jsonSteps(body: unknown): Step[] {
  const slices = JSON.stringify(body).match(new RegExp(`[\\s\\S]{1,${jsonSliceLength}}`, 'gu')) ?? [];
  return slices.map((text) => ({ kind: 'raw', text, isContent: true }));
}

const encoder = new TextEncoder();

/** The text of a step, with these line ends; nothing for a break or a stall. */
export function encodeStep(step: Step, lineEnd: string): Uint8Array {
  return step.kind === 'bytes' ? step.bytes : encoder.encode(textOf(step).replaceAll('\n', lineEnd));
}

function textOf(step: Step): string {
  switch (step.kind) {
    case 'chunk':
      return `data: ${JSON.stringify(step.payload)}\n\n`;
    case 'raw':
      return step.text;
    case 'done':
      return 'data: [DONE]\n\n';
    default:
      return '';
  }
}
