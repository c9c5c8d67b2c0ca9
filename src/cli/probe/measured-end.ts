/** Reads the end of a range from accepted and refused numbers. Pure. */
import { decimals, FAR, STEP } from './find-end.ts';
import { numberOf, type Trial } from './trial.ts';

/** An end. `value`: null = every number up to the end of the unified range was accepted. `isExact`: false = values between were not tried. */
export type MeasuredEnd = { value: number | null; isOpen: boolean; isExact: boolean; trials: readonly Trial[] };

/** Reads one end: the outermost accepted number, and the first refused one beyond it. `farthest`: end of the unified range; null = none. */
export function measureEnd(trials: readonly Trial[], { towards, farthest }: { towards: 1 | -1; farthest: number | null }): MeasuredEnd {
  const order = (one: Trial, other: Trial) => (numberOf(one) - numberOf(other)) * towards;
  const accepted = trials
    .filter(({ verdict }) => verdict === 'accepted')
    .toSorted(order)
    .at(-1);
  if (accepted === undefined) return { value: null, isOpen: false, isExact: false, trials: [] };
  const refused = trials.filter((trial) => trial.verdict === 'refused' && order(trial, accepted) > 0).toSorted(order)[0];
  const near = numberOf(accepted);
  if (refused === undefined) {
    // The end of the unified range is stated, as it is in other files. Where nothing was tried near it, more may be accepted.
    const isWhole = near === farthest || Math.abs(near) >= FAR;
    const isStated = near === farthest && Math.abs(near) < Number.MAX_SAFE_INTEGER;
    return { value: isWhole && !isStated ? null : near, isOpen: false, isExact: isWhole, trials: [accepted] };
  }
  const far = numberOf(refused);
  const gap = Math.abs(far - near);
  const isOpen = gap <= STEP / 5 && decimals(far) < decimals(near);
  const isWhole = Number.isInteger(near) && Number.isInteger(far);
  return { value: isOpen ? far : near, isOpen, isExact: gap <= (isWhole ? 1 : STEP * 1.000001), trials: [accepted, refused] };
}
