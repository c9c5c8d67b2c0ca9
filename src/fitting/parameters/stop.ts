/**
 * `stop`: the provider gets as many sequences as it takes, the router watches for all of them. Those it was told of are cut out of its
 * text where it leaves them in; at the others the router ends the choice itself. Pure.
 */
import type { TemplateName } from '../../dialects/dialect.ts';
import { endMarker } from '../../dialects/openai-completions/upstream/templates.ts';
import { ruleOf, type Fitting, type Target } from '../fit-parameter.ts';

/** Fits `stop`, and the end marker of a chat template where there is one. */
export function fitStop(fitting: Fitting): void {
  const own = ownSequences(fitting.request.parameters.stop);
  const marker = markerOf(fitting);
  const all = [...new Set(marker === null ? own : [...own, marker])];
  if (all.length === 0) return;
  const rule = ruleOf(fitting, 'stop');
  const limit = rule === null || rule.emulate === true ? 0 : (rule.maxItems ?? all.length);
  const native = all.slice(0, limit);
  if (native.length > 0) fitting.parameters[rule?.name ?? 'stop'] = native;
  fitting.emulation.stop.push(...all.map((text, position) => ({ text, isNative: position < limit })));
  const taken = limit === 0 ? 'takes no stop sequences' : `takes at most ${limit} stop sequences`;
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

/** The end marker, for chat on a provider that only completes text. */
function markerOf({ request, target }: Fitting): string | null {
  if (request.input.kind !== 'messages' || target.operation !== 'completions') return null;
  return endMarker(templateOf(target));
}

/** @param obstacle why the provider is not told of it; null = it is. */
function reportMarker({ target, adjustments }: Fitting, marker: string, obstacle: string | null): void {
  const reason = `an answer written with the chat template "${templateOf(target)}" is over there`;
  if (obstacle === null) adjustments.push({ param: 'stop', action: 'defaulted', to: marker, reason });
  else
    adjustments.push({
      param: 'stop',
      action: 'emulated',
      reason: `${reason}; this provider ${obstacle}, so the router watches for ${marker}`,
    });
}

const templateOf = ({ rules }: Target) => rules.template as TemplateName; // checked by the build
