/**
 * Fits `stop`. The provider gets as many sequences as it accepts; the router searches for all of them. Sequences that the provider received
 * are cut out of its text if it leaves them in; at the others the router ends the choice. Pure.
 */
import type { TemplateName } from '../../dialects/dialect.ts';
import { endMarker } from '../../dialects/openai-completions/upstream/templates.ts';
import { ruleOf, type FitContext, type Target } from '../fit-parameter.ts';

/** Fits `stop`, and the end marker of a chat template. */
export function fitStop(fitting: FitContext): void {
  const own = ownSequences(fitting.request.parameters.stop);
  const marker = markerOf(fitting);
  const all = [...new Set(marker === null ? own : [...own, marker])];
  if (all.length === 0) return;
  const rule = ruleOf(fitting, 'stop');
  const limit = rule === null || rule.emulate === true ? 0 : (rule.maxItems ?? all.length);
  const native = all.slice(0, limit);
  if (native.length > 0) fitting.parameters[rule?.name ?? 'stop'] = native;
  fitting.emulation.stop.push(...all.map((text, position) => ({ text, isNative: position < limit })));
  const taken = limit === 0 ? 'accepts no stop sequences' : `accepts at most ${limit} stop sequences`;
  if (marker !== null && !own.includes(marker)) reportMarker(fitting, marker, native.includes(marker) ? null : taken);
  if (new Set(own).size > limit) {
    fitting.adjustments.push({
      param: 'stop',
      action: 'emulated',
      from: own.length,
      to: native.length,
      reason: `this provider ${taken}; the router itself ends the answer at the rest`,
    });
  }
}

function ownSequences(stop: unknown): string[] {
  if (typeof stop === 'string') return stop === '' ? [] : [stop];
  return Array.isArray(stop) ? stop.filter((entry) => typeof entry === 'string') : [];
}

/** Returns the end marker, for chat at a provider of text completions. */
function markerOf({ request, target }: FitContext): string | null {
  if (request.input.kind !== 'messages' || target.operation !== 'completions') return null;
  return endMarker(templateOf(target));
}

/** @param obstacle why the marker is not sent to the provider; null = it is sent. */
function reportMarker({ target, adjustments }: FitContext, marker: string, obstacle: string | null): void {
  const reason = `an answer written with the chat template "${templateOf(target)}" ends at it`;
  if (obstacle === null) adjustments.push({ param: 'stop', action: 'defaulted', to: marker, reason });
  else
    adjustments.push({
      param: 'stop',
      action: 'emulated',
      reason: `${reason}; this provider ${obstacle}, so the router watches for ${marker}`,
    });
}

const templateOf = ({ rules }: Target) => rules.template as TemplateName; // checked by the build
