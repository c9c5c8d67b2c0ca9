/** Shows a JSON document, with marks on lines and the reason of each mark as text beside it. */
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { diffJson, type DiffLine } from './diff-json.ts';
import { jsonLines } from '../../lib/json-lines.ts';
import { scalarText } from './scalar-text.ts';

/** Most lines that are shown of one document. */
const MAX_LINES = 2000;

const INDENT = '  ';

/** A block of code that scrolls within itself, by keyboard as well. */
export function Code({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <section class="scroll code" aria-label={label} tabIndex={0}>
      <pre>{children}</pre>
    </section>
  );
}

/** @param marks reasons by JSON pointer. Those of an object or array are at its first line. */
export function JsonView({
  label,
  document,
  marks = [],
}: {
  label: string;
  document: unknown;
  marks?: readonly { readonly pointer: string; readonly text: string }[];
}) {
  const lines = useMemo(() => jsonLines(document, scalarText), [document]);
  return (
    <Code label={label}>
      {lines.slice(0, MAX_LINES).map(({ text, depth, pointer, isEnd }, index) => {
        const reasons = isEnd ? [] : marks.filter((mark) => mark.pointer === pointer);
        if (reasons.length === 0) return `${INDENT.repeat(depth)}${text}\n`;
        return (
          <span key={index}>
            {INDENT.repeat(depth)}
            <mark>{text}</mark>
            {reasons.map((reason) => (
              <span key={reason.text} class="why">
                {' ← '}
                {reason.text}
              </span>
            ))}
            {'\n'}
          </span>
        );
      })}
      {lines.length > MAX_LINES ? `… ${lines.length - MAX_LINES} more lines are not shown.` : null}
    </Code>
  );
}

const SIGNS: Readonly<Record<DiffLine['side'], string>> = { same: '  ', left: '- ', right: '+ ' };

/** Shows two JSON documents in one: lines that only the first has begin with a minus, those that only the second has with a plus. */
export function JsonDiff({ label, left, right }: { label: string; left: unknown; right: unknown }) {
  const lines = useMemo(() => diffJson(left, right), [left, right]);
  return (
    <Code label={label}>
      {lines.slice(0, MAX_LINES).map(({ side, text, depth }, index) => {
        const line = `${SIGNS[side]}${INDENT.repeat(depth)}${text}`;
        if (side === 'same') return `${line}\n`;
        return side === 'left' ? <del key={index}>{`${line}\n`}</del> : <ins key={index}>{`${line}\n`}</ins>;
      })}
      {lines.length > MAX_LINES ? `… ${lines.length - MAX_LINES} more lines are not shown.` : null}
    </Code>
  );
}
