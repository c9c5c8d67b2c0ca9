/** The state of the playground as a hook: it is read from the address, and written there while it changes. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { routeHref } from '../../route.ts';
import type { RouteState } from '../../use-route.ts';
import { keepState, readKept } from './kept-state.ts';
import { EXAMPLE } from './model-list.ts';
import type { PlaygroundState } from './state.ts';
import { MAX_ADDRESS, readState, STATE_PARAMETERS, writeState, type ReadState } from './url-state.ts';

/** The address follows after so long without a change, in milliseconds: browsers allow about 100 changes of it in 30 seconds. */
const DELAY_MS = 400;

/** The state, and what is to be known about it. */
export type Playground = {
  readonly state: PlaygroundState;
  setState: (state: PlaygroundState) => void;
  /** Puts the example in place. It is not written into the address. */
  setExample: (state: PlaygroundState) => void;
  /** True until something was chosen or changed. */
  readonly isExample: boolean;
  /** Why the state is not that of the address, or is not in the address. */
  readonly notice: string | null;
};

const TOO_LONG =
  'This request is too long for the address (more than 8 KB), so it is kept in this tab only: a copied address does not have it.';
const NOT_KEPT =
  'This request is too long for the address (more than 8 KB), and this tab has no room for it: it is lost when you leave the page.';
const LOST = 'The request of this address was too long for it, and was kept in the tab where it was written. Here is the example instead.';

/** Reads the state of a route; a kept one from the storage of the tab. */
function stateOf(query: URLSearchParams): ReadState {
  const name = query.get('kept');
  if (name === null) return readState(query, EXAMPLE);
  const kept = readKept(name);
  if (kept === null) return { ...readState(new URLSearchParams(), EXAMPLE), error: LOST };
  return { ...readState(new URLSearchParams(kept), EXAMPLE), error: TOO_LONG };
}

/** True where the example is shown, for an empty address or a lost request. */
const hasExample = (address: string, { error }: ReadState) => address.trim() === '' || error === LOST;

const ownPart = (query: URLSearchParams) => STATE_PARAMETERS.map((name) => query.getAll(name).join('\n')).join('\n\n');

/** @param route the address. */
export function usePlayground(route: RouteState): Playground {
  const address = ownPart(route.query);
  const [read, setRead] = useState(() => stateOf(route.query));
  const [isExample, setExample] = useState(() => hasExample(address, read));
  const known = useRef(address);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const pending = useRef<(() => void) | null>(null);

  useEffect(() => {
    if (address === known.current) return;
    // The address was changed by a link or by "back": it decides.
    if (timer.current !== null) clearTimeout(timer.current);
    pending.current = null;
    known.current = address;
    const next = stateOf(route.query);
    setRead(next);
    setExample(hasExample(address, next));
  }, [address]);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
      pending.current?.();
    },
    [],
  );

  const write = (state: PlaygroundState) => {
    pending.current = null;
    if (!/^#?\/?(?:playground|$)/.test(location.hash)) return; // another page was opened
    const query = writeState(state);
    const isShort = routeHref('playground', query).length <= MAX_ADDRESS;
    const kept = isShort ? null : keepState(query.toString());
    const shown = isShort ? query : new URLSearchParams(kept === null ? {} : { kept });
    known.current = ownPart(shown);
    setRead({ state, error: isShort ? null : kept === null ? NOT_KEPT : TOO_LONG });
    route.setQuery(Object.fromEntries(STATE_PARAMETERS.map((name) => [name, shown.getAll(name)])), true);
  };
  const setState = (state: PlaygroundState) => {
    setExample(false);
    setRead((before) => ({ state, error: before.error === LOST ? null : before.error }));
    if (timer.current !== null) clearTimeout(timer.current);
    pending.current = () => write(state);
    timer.current = setTimeout(() => pending.current?.(), DELAY_MS);
  };
  const setExampleState = (state: PlaygroundState) => setRead((before) => ({ ...before, state }));
  return { state: read.state, setState, setExample: setExampleState, isExample, notice: read.error };
}
