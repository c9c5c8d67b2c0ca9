/**
 * `stop`: the host gets as many sequences as it takes, the router watches for all of them. Those it was told of are cut out of its
 * text where it leaves them in; at the others the router ends the choice itself. Pure.
 */
import type { TemplateName } from '../dialects/dialect.ts';
import { endMarker } from '../dialects/openai-completions/templates.ts';
import { ruleOf, type Fitting } from './fitting.ts';

/** Fits `stop`, and the end marker of a chat template where there is one. */
export function fitStop(fitting: Fitting): void {
  const own = ownSequences(fitting.request.parameters.stop);
  const all = [...new Set([...own, ...markers(fitting, own)])];
  if (all.length === 0) return;
  const rule = ruleOf(fitting, 'stop');
  const limit = rule === null || rule.emulate === true ? 0 : (rule.maxItems ?? all.length);
  const native = all.slice(0, limit);
  if (native.length > 0) fitting.parameters[rule?.name ?? 'stop'] = native;
  fitting.emulation.stop.push(...all.map((text, position) => ({ text, native: position < limit })));
  if (all.length > limit) {
    const taken = limit === 0 ? 'takes no stop sequences' : `takes at most ${limit} stop sequences`;
    fitting.adjustments.push({
      param: 'stop',
      action: 'emulated',
      from: all.length,
      to: native.length,
      reason: `this host ${taken}; the router itself ends the answer at the rest`,
    });
  }
}

function ownSequences(stop: unknown): string[] {
  if (typeof stop === 'string') return stop === '' ? [] : [stop];
  return Array.isArray(stop) ? stop.filter((entry) => typeof entry === 'string') : [];
}

/** The end marker, for chat on a host that only completes text. */
function markers({ request, target, adjustments }: Fitting, own: readonly string[]): string[] {
  if (request.input.kind !== 'messages' || target.operation !== 'completions') return [];
  const name = target.rules.template as TemplateName; // checked by the build
  const marker = endMarker(name);
  if (own.includes(marker)) return [];
  adjustments.push({
    param: 'stop',
    action: 'defaulted',
    to: marker,
    reason: `an answer written with the chat template "${name}" is over there`,
  });
  return [marker];
}
