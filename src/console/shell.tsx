/** What is around every page: the menu, the sign-in, the live region. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from './parts/button.tsx';
import { ActivityPage } from './pages/activity/activity-page.tsx';
import { ConnectPage } from './pages/connect/connect-page.tsx';
import { GenerationPage } from './pages/generation/generation-page.tsx';
import { KeysPage } from './pages/keys/keys-page.tsx';
import { PlaygroundPage } from './pages/playground/playground-page.tsx';
import { ProvidersPage } from './pages/providers/providers-page.tsx';
import { LiveRegion } from './parts/announce.tsx';
import { routeHref, type PageName } from './route.ts';
import { SignIn, SignInDialog } from './sign-in.tsx';
import { useRoute, type RouteState } from './use-route.ts';
import { SessionProvider, useNewSession } from './use-session.ts';

type Page = { title: string; show: (props: { route: RouteState }) => preact.JSX.Element; isListed: boolean };

const PAGES: Readonly<Record<PageName, Page>> = {
  playground: { title: 'Playground', show: PlaygroundPage, isListed: true },
  providers: { title: 'Providers', show: ProvidersPage, isListed: true },
  activity: { title: 'Activity', show: ActivityPage, isListed: true },
  generation: { title: 'Generation', show: GenerationPage, isListed: false },
  keys: { title: 'Keys', show: KeysPage, isListed: true },
  connect: { title: 'Connect', show: ConnectPage, isListed: true },
};

/** The console. */
export function Shell() {
  const route = useRoute();
  const session = useNewSession();
  const [isSigningIn, setSigningIn] = useState(false);
  const main = useRef<HTMLElement>(null);
  const { title, show: Shown } = PAGES[route.page];
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${title} – Tributary`;
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [route.page]);
  const { caller } = session;
  return (
    <SessionProvider value={session}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault(); // the fragment is the route
          main.current?.focus();
        }}
      >
        Skip to the page
      </a>
      <header class="top">
        <a class="brand" href={routeHref('playground')}>
          Tributary
        </a>
        <nav aria-label="Pages">
          {(Object.entries(PAGES) as [PageName, Page][])
            .filter(([name, page]) => page.isListed || name === route.page)
            .map(([name, page]) => (
              <a
                key={name}
                href={routeHref(name, name === route.page ? route.query : {})}
                {...(name === route.page ? { 'aria-current': 'page' } : {})}
              >
                {page.title}
              </a>
            ))}
        </nav>
        {caller.kind === 'unknown' ? null : (
          <Button onClick={() => setSigningIn(true)}>{caller.kind === 'none' ? 'Sign in' : `Key: ${caller.label}`}</Button>
        )}
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {caller.kind === 'unknown' ? (
          <p class="soft">Loading …</p>
        ) : caller.kind === 'none' ? (
          <SignIn message={caller.message} />
        ) : (
          <Shown route={route} />
        )}
      </main>
      {isSigningIn ? <SignInDialog onClose={() => setSigningIn(false)} /> : null}
      <LiveRegion />
    </SessionProvider>
  );
}
