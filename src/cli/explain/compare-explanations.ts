/** What several providers would get for the same request, side by side: a row for each parameter that one of them gets otherwise. */
import { pointerKeys, valueAt } from '../../lib/json-pointer.ts';
import type { Output } from '../output.ts';
import { bold, green, plainText, red, yellow, type Text } from '../styled.ts';
import { scalarText } from './annotate-json.ts';
import type { Explanation, ShownRequest } from './explanation.ts';
import { estimateText, stateOf } from './print-explanation.ts';

/** What one provider would get, or why it cannot be called. */
export type Compared = { readonly provider: string; readonly explanation: Explanation | null; readonly refusal: string | null };

/** A row of the comparison. */
type Row = { readonly name: string; readonly cells: readonly Text[] };

export function printComparison(compared: readonly Compared[], output: Output): void {
  const params = new Set(compared.flatMap(({ explanation }) => (explanation === null ? [] : paramsOf(explanation))));
  const rows: Row[] = [
    { name: 'model', cells: compared.map(({ explanation }) => explanation?.calls[0]?.model ?? '') },
    { name: 'state', cells: compared.map(stateCell) },
    { name: 'estimate', cells: compared.map(estimateCell) },
    ...[...params]
      .map((param) => ({
        name: param,
        cells: compared.map(({ explanation }) => (explanation === null ? '' : paramCell(param, explanation))),
      }))
      .filter(({ cells }) => isDifferent(cells)),
  ];
  output.table(
    [
      { title: '', cell: ({ name }: Row) => bold(name) },
      ...compared.map(({ provider }, at) => ({ title: provider, cell: ({ cells }: Row) => cells[at] ?? '' })),
    ],
    rows.filter(({ cells }) => cells.some((cell) => plainText(cell) !== '')),
  );
}

function stateCell({ explanation, refusal }: Compared): Text {
  const [call] = explanation?.calls ?? [];
  if (refusal !== null) return red('cannot be called');
  return call === undefined ? '' : stateOf(call);
}

function estimateCell({ explanation }: Compared): Text {
  const estimate = explanation?.calls[0]?.estimate ?? null;
  return estimate === null ? '' : estimateText(estimate);
}

const paramsOf = ({ adjustments, requests }: Explanation): string[] => [
  ...adjustments.map(({ param }) => param),
  ...requests.flatMap(({ fields }) => fields.map(({ param }) => param)),
];

/** What all providers get alike is no row: it is in each request. What one of them gets changed is. */
const isDifferent = (cells: readonly Text[]): boolean =>
  cells.some((cell) => typeof cell !== 'string' && cell.style !== 'green') || new Set(cells.map(plainText)).size > 1;

/** What the provider gets for the parameter: `max_tokens: 100`, `temperature: 0.01 (clamped)`, `not sent (dropped)`, or `as it is`. */
function paramCell(param: string, { adjustments, requests }: Explanation): Text {
  const adjustment = adjustments.find((one) => one.param === param);
  const [request] = requests;
  const field = request?.fields.find((one) => one.param === param);
  if (request !== undefined && field !== undefined) {
    if (field.path === null) return red(`not sent (${field.action})`);
    const text = placedText(request, field.path);
    return adjustment === undefined ? green(text) : yellow(`${text} (${adjustment.action})`);
  }
  if (adjustment === undefined) return green('as it is');
  return yellow(`${adjustment.to === undefined ? '' : `${scalarText(adjustment.to)} `}(${adjustment.action})`);
}

/** A field by its name in the body, with its value where it is short: `max_tokens: 100`. */
function placedText({ body }: ShownRequest, pointer: string): string {
  const text = scalarText(valueAt(body, pointer));
  return `${pointerKeys(pointer).join('.')}${text.length > 40 ? '' : `: ${text}`}`;
}
