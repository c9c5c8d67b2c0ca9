// What single models of Google refuse, and how a generateContent body is read. Source: ai.google.dev on thinking and on thought signatures,
// and error bodies seen in public (issues of mcp-mesh, kilocode, Roo-Code, neurolink, openai-gemini; comments of the Vercel AI SDK).
// The model stands in the path; without it everything here passes. Must not read the router's own data.

import { complain, first, isFields } from '../checks.ts';
import type { Complaint, Fields } from '../checks.ts';
import type { Together } from '../common-checks.ts';

const listed = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** The contents of a body. */
export const contentsOf = (body: Fields): Fields[] => listed(body['contents']);

/** The parts of a content. */
export const partsOf = (content: Fields | undefined): Fields[] => listed(content?.['parts']);

/** The calls in a content. */
export const functionCallsOf = (content: Fields | undefined): Fields[] =>
  partsOf(content).flatMap((part) => (isFields(part['functionCall']) ? [part['functionCall']] : []));

/** The functions that a body declares. */
export const functionsOf = (body: Fields): Fields[] => listed(body['tools']).flatMap((tool) => listed(tool['functionDeclarations']));

interface Limits {
  readonly name: RegExp;
  /** Least and most tokens of thinking, and whether it can be switched off. */
  readonly budget?: { readonly min: number; readonly max: number; readonly off: boolean };
  readonly levels?: readonly string[];
  /** Takes a response format beside functions. */
  readonly jsonBesideFunctions?: boolean;
}

/** The first that fits counts. */
const models: readonly Limits[] = [
  { name: /^gemini-.*image/u },
  { name: /^gemini-2\.5-pro/u, budget: { min: 128, max: 32_768, off: false } },
  { name: /^gemini-2\.5-flash-lite/u, budget: { min: 512, max: 24_576, off: true } },
  { name: /^gemini-2\.5-flash/u, budget: { min: 1, max: 24_576, off: true } },
  { name: /^gemini-3.*-pro/u, levels: ['LOW', 'HIGH'], jsonBesideFunctions: true },
  { name: /^(gemini-3\.[7-9]-flash|gemini-flash-latest)/u, levels: ['LOW', 'MEDIUM', 'HIGH'], jsonBesideFunctions: true },
  { name: /^gemini-3/u, levels: ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'], jsonBesideFunctions: true },
];

function thinkingFits(config: Fields, limits: Limits): Complaint | null {
  const thinking = config['thinkingConfig'];
  if (!isFields(thinking)) return null;
  const { budget, levels } = limits;
  const { thinkingBudget: asked, thinkingLevel: level } = thinking;
  if (budget === undefined && levels === undefined)
    return complain('Thinking is not enabled for this model.', 'generationConfig.thinkingConfig');
  if (level !== undefined && levels?.includes(String(level)) !== true) {
    return complain('Thinking level is not supported for this model.', 'generationConfig.thinkingConfig.thinkingLevel');
  }
  if (typeof asked !== 'number' || asked === -1) return null;
  const isIn = budget !== undefined && ((asked === 0 && budget.off) || (asked >= budget.min && asked <= budget.max));
  return isIn ? null : complain(`The thinking budget (${asked}) is invalid.`, 'generationConfig.thinkingConfig.thinkingBudget');
}

/** In the turn that goes on, the first call of each step bears a signature. */
function callsAreSigned(body: Fields): Complaint | null {
  const contents = contentsOf(body);
  const said = contents.findLastIndex(
    (content) => content['role'] === 'user' && partsOf(content).some((part) => part['functionResponse'] === undefined),
  );
  const unsigned = contents.slice(said + 1).some((content) => {
    const call = partsOf(content).find((part) => part['functionCall'] !== undefined);
    return call !== undefined && call['thoughtSignature'] === undefined;
  });
  return unsigned ? complain('Function call is missing a thought_signature in functionCall parts.', 'contents') : null;
}

function gemmaLimits(body: Fields): Complaint | null {
  if (body['systemInstruction'] !== undefined) return complain('Developer instruction is not enabled for this model.', 'systemInstruction');
  return body['tools'] === undefined ? null : complain('Function calling is not enabled for this model.', 'tools');
}

/** What the model refuses. */
export const modelLimits: Together = (body, model = null) => {
  if (model === null) return null;
  const limits = models.find(({ name }) => name.test(model)) ?? { name: /^/u };
  const config = isFields(body['generationConfig']) ? body['generationConfig'] : {};
  const isJson = config['responseMimeType'] === 'application/json';
  return first([
    () => thinkingFits(config, limits),
    () =>
      isJson && functionsOf(body).length > 0 && model.startsWith('gemini-2')
        ? complain("Function calling with a response mime type: 'application/json' is unsupported", 'generationConfig.responseMimeType')
        : null,
    () =>
      isJson && /^gemma|image/u.test(model)
        ? complain('JSON mode is not enabled for this model.', 'generationConfig.responseMimeType')
        : null,
    () =>
      ['frequencyPenalty', 'presencePenalty'].some((name) => config[name] !== undefined)
        ? complain(`Penalty is not enabled for models/${model}`)
        : null,
    () =>
      Number(config['candidateCount'] ?? 1) > 1
        ? complain('Multiple candidates is not enabled for this model', 'generationConfig.candidateCount')
        : null,
    () => (limits.levels === undefined ? null : callsAreSigned(body)),
    () => (model.startsWith('gemma') ? gemmaLimits(body) : null),
  ]);
};
