/** Shows the text of an answer. What is beyond a bound is shown on demand: the browser lays out all of a growing text in each frame. */
import { useState } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import { formatCount } from '../../format.ts';

/** So many characters are shown at first: more than any usual answer has. */
const MAX_SHOWN = 100_000;

/** @param kind class of the text. */
export function LongText({ text, kind = '' }: { text: string; kind?: string }) {
  const [isWhole, setWhole] = useState(false);
  const missing = isWhole ? 0 : text.length - MAX_SHOWN;
  if (text === '') return null;
  return (
    <>
      <div class={`answer ${kind}`}>{missing > 0 ? text.slice(0, MAX_SHOWN) : text}</div>
      {missing > 0 ? (
        <p class="warn">
          {formatCount(missing)} more characters. <Button onClick={() => setWhole(true)}>Show all</Button>
        </p>
      ) : null}
    </>
  );
}
