/**
 * Splits a fitted request into upstream calls, when it has more choices or prompts than a provider accepts per call. Maps the choices of
 * each call to the choices of the answer (prompt x choices + choice). Pure.
 */
import type { FittedCall } from '../dialects/dialect.ts';
import { countPrompts, type Prompt } from '../unified/request/message.ts';
import type { Input } from '../unified/request/request.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import { ruleBeside, ruleOf, type Emulation, type FitContext } from './fit-parameter.ts';
import { fitValue } from './fit-value.ts';

/** One upstream call of a request. */
export type Part = {
  call: FittedCall;
  /** For each choice of the call, in order: its number in the answer. */
  choices: readonly number[];
  /** For each choice of the call: the prompt to insert before it; null = no echo. */
  echo: readonly string[] | null;
  /** For each choice of the call: the prompt that the provider repeats before it; null = none that can be read. */
  echoed: readonly string[] | null;
};

/** A request fitted to one endpoint: at least one call. */
export type FittedRequest = { parts: readonly Part[]; adjustments: Adjustment[]; emulation: Emulation };

/** Splits a call. @param choices number requested per prompt. */
export function split(fitting: FitContext, call: FittedCall, choices: number): Part[] {
  const groups = promptGroups(call.input, fitting);
  const sizes = chunkSizes(choices, choicesPerCall(fitting, choices));
  let calls = 0;
  const firstSeed = seedOf(fitting, call, groups.length * sizes.length);
  const parts = groups.flatMap((group) => {
    let first = 0;
    return sizes.map((size): Part => {
      const numbers: number[] = [];
      const prompts: number[] = [];
      for (const prompt of group.prompts) {
        for (let choice = first; choice < first + size; choice++) {
          numbers.push(prompt * choices + choice);
          prompts.push(prompt);
        }
      }
      first += size;
      const textsOf = (texts: readonly (string | null)[] | null) => texts && prompts.map((prompt) => texts[prompt] ?? '');
      return {
        call: {
          ...call,
          input: group.input,
          parameters: parametersOf(fitting, call, { size, seed: firstSeed === null ? null : firstSeed + calls++ }),
        },
        choices: numbers,
        echo: textsOf(fitting.emulation.echo),
        echoed: textsOf(fitting.emulation.echoed),
      };
    });
  });
  report(fitting, { choices, sizes, groups: groups.length, calls: parts.length, firstSeed });
  return parts;
}

/** Prompts of one call, by their index in the request. */
type Group = { input: Input; prompts: readonly number[] };

function promptGroups(input: Input, { target }: FitContext): Group[] {
  if (input.kind === 'messages') return [{ input, prompts: [0] }];
  const { prompt } = input;
  if (prompt.kind !== 'texts' && prompt.kind !== 'token-lists') return [{ input, prompts: [0] }];
  const places = prompt.value.map((_, place) => place);
  const { maxInputs } = target.rules;
  if (target.rules.prompts.includes(prompt.kind) && (maxInputs === null || places.length <= maxInputs)) return [{ input, prompts: places }];
  if (maxInputs !== null && maxInputs > 1 && target.rules.prompts.includes(prompt.kind)) return splitIntoBatches(prompt, places, maxInputs);
  const singles: Prompt[] =
    prompt.kind === 'texts'
      ? prompt.value.map((value) => ({ kind: 'text', value }))
      : prompt.value.map((value) => ({ kind: 'tokens', value }));
  return singles.map((single, place) => ({ input: { kind: 'prompt', prompt: single }, prompts: [place] }));
}

const countInputs = (input: Input) => (input.kind === 'prompt' ? countPrompts(input.prompt) : 1);

/** Splits a list of prompts into lists of at most `size`. */
function splitIntoBatches(prompt: Prompt & { kind: 'texts' | 'token-lists' }, places: readonly number[], size: number): Group[] {
  const starts = places.filter((place) => place % size === 0);
  return starts.map((start) => ({
    input: { kind: 'prompt', prompt: { kind: prompt.kind, value: prompt.value.slice(start, start + size) } as Prompt },
    prompts: places.slice(start, start + size),
  }));
}

/** Returns how many choices one call can return, up to the requested number. A provider without `n` returns one. */
export function choicesPerCall(fitting: FitContext, wanted: number): number {
  const rule = ruleBeside(fitting, 'n');
  if (rule === null || rule.emulate === true || wanted === 1) return 1;
  const fitted = fitValue(wanted, rule);
  if (fitted.kind === 'same') return wanted;
  return fitted.kind === 'moved' && typeof fitted.value === 'number' && fitted.value >= 1 && fitted.value <= wanted ? fitted.value : 1;
}

/** Splits a total into chunks: 128 in chunks of 127 gives 127 and 1. */
function chunkSizes(total: number, largest: number): number[] {
  const sizes: number[] = [];
  for (let left = total; left > 0; left -= largest) sizes.push(Math.min(left, largest));
  return sizes;
}

/** Returns the parameters of one call: its own `n`, and its own seed if there are several calls. */
function parametersOf(
  fitting: FitContext,
  call: FittedCall,
  { size, seed }: { size: number; seed: number | null },
): FittedCall['parameters'] {
  return {
    ...call.parameters,
    ...(size === 1 ? {} : { [ruleOf(fitting, 'n')?.name ?? 'n']: size }),
    ...(seed === null ? {} : { [seedName(fitting)]: seed }),
  };
}

const seedName = (fitting: FitContext) => ruleOf(fitting, 'seed')?.name ?? 'seed';

/** Returns the seed of the first call, reduced if necessary so that the seed of the last call is accepted. Null = no seed. */
function seedOf(fitting: FitContext, call: FittedCall, calls: number): number | null {
  const seed = call.parameters[seedName(fitting)];
  if (typeof seed !== 'number') return null;
  const largest = ruleOf(fitting, 'seed')?.maximum ?? Number.MAX_SAFE_INTEGER;
  return Math.min(seed, largest - (calls - 1));
}

/** Result of `split`: sizes of the calls for one group of prompts, number of groups and of calls. */
type Split = { choices: number; sizes: readonly number[]; groups: number; calls: number; firstSeed: number | null };

function report(fitting: FitContext, { choices, sizes, groups, calls, firstSeed }: Split): void {
  const { adjustments, emulation, request } = fitting;
  if (calls === 1) return;
  if (sizes.length > 1) {
    const most = Math.max(...sizes);
    const limit = most === 1 ? 'returns one choice at a time' : `returns at most ${most} choices at a time`;
    adjustments.push({
      param: emulation.bestOf === null ? 'n' : 'best_of',
      action: 'emulated',
      from: choices,
      to: most,
      reason: `this provider ${limit}: ${calls} calls, merged into one answer`,
    });
  }
  if (groups > 1) {
    const { maxInputs } = fitting.target.rules;
    const most = maxInputs ?? 1;
    adjustments.push({
      param: request.operation === 'embeddings' ? 'input' : 'prompt',
      action: 'emulated',
      from: countInputs(request.input),
      to: most,
      reason: `this provider accepts ${most === 1 ? 'one prompt' : `${most} inputs`} at a time: ${calls} calls, merged into one answer`,
    });
  }
  if (firstSeed !== null) {
    adjustments.push({
      param: 'seed',
      action: 'emulated',
      from: request.parameters.seed,
      to: `${firstSeed} to ${firstSeed + calls - 1}`,
      reason: 'each call gets its own seed, counted up, so that the choices differ',
    });
  }
}
