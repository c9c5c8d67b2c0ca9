/** The width of an element in CSS pixels, as a hook: charts are drawn in real pixels, so that their text keeps its size. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Before the element is measured. */
const DEFAULT_WIDTH = 640;

/** Follows the width of the element that has the reference. */
export function useWidth<Measured extends Element>(): [RefObject<Measured | null>, number] {
  const element = useRef<Measured>(null);
  const [width, setWidth] = useState(DEFAULT_WIDTH);
  useLayoutEffect(() => {
    const measured = element.current;
    if (measured === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.max(160, Math.floor(measured.clientWidth))));
    setWidth(Math.max(160, Math.floor(measured.clientWidth)));
    observer.observe(measured);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
