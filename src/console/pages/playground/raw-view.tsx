/** Shows the events of a stream as they came, on demand. */
import { useState } from 'preact/hooks';
import { formatCount, formatMs } from '../../format.ts';
import { Code } from '../../parts/json-view.tsx';
import { MAX_CHARACTERS, MAX_EVENTS, type RawEvents } from './raw-events.ts';

/** @param events of one answer. They are written into the page only while this is open. */
export function RawView({ events, title }: { events: RawEvents; title: string }) {
  const [isOpen, setOpen] = useState(false);
  const list = isOpen ? events.list() : [];
  const missing = events.count - list.length;
  if (events.count === 0) return null;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Raw events ({formatCount(events.count)})</summary>
      {isOpen ? (
        <>
          {missing === 0 ? null : (
            <p class="warn">
              The first {formatCount(missing)} events are not kept: at most {MAX_EVENTS} events and {MAX_CHARACTERS / 1024} Ki characters
              are.
            </p>
          )}
          <Code label={`Raw events: ${title}`}>
            {list.map(({ number, atMs, text }) => `#${number} ${formatMs(atMs)}\n${text}\n\n`).join('')}
          </Code>
        </>
      ) : null}
    </details>
  );
}
