/** Prints an explanation for people: the plan, what fell out, and each upstream request with its changes where they happened. */
import type { Output } from '../output.ts';
import { bold, cyan, dim, green, red, yellow, type Text } from '../styled.ts';
import type { Column } from '../table.ts';
import { annotateJson, scalarText } from './annotate-json.ts';
import type { Explanation, LeftOut, ShownAdjustment, ShownCall, ShownEstimate, ShownField, ShownRequest } from './explanation.ts';

export function printExplanation(explanation: Explanation, output: Output): void {
  const { operation, isStream, strategy, calls, rejected, requests, adjustments, emulated } = explanation;
  output.line(bold('Plan'), dim(`  ${[operation, isStream ? 'streamed' : 'not streamed', strategy].filter(Boolean).join(', ')}`));
  output.table(CALL_COLUMNS, calls);
  printLeftOut('After them', explanation.others, output);
  printLeftOut('Left out', rejected, output);
  for (const request of requests) {
    output.line();
    printRequest(request, adjustments, output);
  }
  const placed = requests.flatMap(({ fields }) => fields);
  const others = adjustments.filter((adjustment) => !placed.some((field) => isAbout(field, adjustment)));
  printAdjustments('Other changes', others, output);
  if (emulated.length > 0) output.line(bold('The router itself '), emulated.join('; '), '.');
}

const CALL_COLUMNS: readonly Column<ShownCall>[] = [
  { title: 'PROVIDER', cell: ({ provider }) => cyan(provider) },
  { title: 'MODEL', cell: ({ model }) => model },
  { title: 'STATE', cell: stateOf },
  { title: 'ESTIMATE', cell: ({ estimate }) => (estimate === null ? '' : estimateText(estimate)) },
  { title: 'WHY', cell: ({ reason }) => reason },
];

const LEFT_OUT_COLUMNS: readonly Column<LeftOut>[] = [
  { title: 'PROVIDER', cell: ({ provider }) => provider },
  { title: 'MODEL', cell: ({ model }) => model },
  { title: 'WHY', cell: ({ reason }) => reason },
];

/** Whether the provider can be called, and what is missing. */
export function stateOf({ isSimulated, missing }: ShownCall): Text {
  if (missing.length > 0) return red(`needs ${missing.join(', ')}`);
  return isSimulated ? yellow('simulated') : green('ready');
}

/** Tokens and USD of a call, with what is not known left out. Every number but a price is an estimate. */
export function estimateText({ promptTokens, maxCompletionTokens, usd }: ShownEstimate): string {
  const tokens = [
    ...(promptTokens === null ? [] : [`about ${count(promptTokens)} tokens in`]),
    ...(maxCompletionTokens === null ? [] : [`at most ${count(maxCompletionTokens)} out`]),
  ];
  const cost = usd === null ? 'price not known' : `${usdText(usd.prompt)} to ${usdText(usd.most)} USD`;
  return [...tokens, cost].join(', ');
}

const count = (tokens: number) => tokens.toLocaleString('en');
const usdText = (usd: number) => String(Number(usd.toPrecision(3)));

function printLeftOut(title: string, endpoints: readonly LeftOut[], output: Output): void {
  if (endpoints.length === 0) return;
  output.line();
  output.line(bold(title));
  output.table(LEFT_OUT_COLUMNS, endpoints);
}

/** Prints one request. A change stands behind the field in which it is; what is not sent follows the body. */
function printRequest(request: ShownRequest, adjustments: readonly ShownAdjustment[], output: Output): void {
  const { provider, model, method, url, headers, body, fields } = request;
  output.line(bold(`${method} ${url}`), ...(provider === '' ? [] : [dim('  '), cyan(provider), ` ${model}`]));
  for (const [name, value] of Object.entries(headers)) output.line(dim(`${name}: ${value}`));
  const notes = new Map<string, string[]>();
  const notSent: ShownAdjustment[] = [];
  for (const field of fields) {
    const found = adjustments.filter((adjustment) => isAbout(field, adjustment));
    if (field.path === null) notSent.push(...found);
    else notes.set(field.path, [...(notes.get(field.path) ?? []), ...found.map(describeChange)]);
  }
  for (const { text, pointer } of annotateJson(body)) {
    const here = pointer === null ? [] : (notes.get(pointer) ?? []);
    output.line(text, ...(here.length === 0 ? [] : [yellow(`  <- ${here.join('; ')}`)]));
  }
  printAdjustments('Not sent', notSent, output);
}

/** A parameter may be changed at one endpoint and not at another. */
const isAbout = (field: ShownField, { param, action }: ShownAdjustment): boolean => field.param === param && field.action === action;

function printAdjustments(title: string, adjustments: readonly ShownAdjustment[], output: Output): void {
  if (adjustments.length === 0) return;
  output.line(bold(title));
  for (const adjustment of adjustments) output.line('  ', yellow(adjustment.param), `  ${describeChange(adjustment)}`);
}

/** `clamped from 0 to 0.01: this provider accepts numbers above 0`. */
function describeChange({ action, from, to, reason }: ShownAdjustment): string {
  const values = `${from === undefined ? '' : ` from ${scalarText(from)}`}${to === undefined ? '' : ` to ${scalarText(to)}`}`;
  return `${action}${action === 'dropped' ? values.replace(' from ', ' ') : values}: ${reason}`;
}
