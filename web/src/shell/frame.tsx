import { Outlet, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { useOverview } from '../overview/use-overview.ts'
import { needsKey } from './api.ts'
import { Rail } from './rail.tsx'
import { SignIn } from './sign-in.tsx'
import { TopBar } from './top-bar.tsx'
import { useShortcuts } from './use-shortcuts.ts'

const CommandPalette = lazy(() =>
  import('./command-palette.tsx').then((m) => ({ default: m.CommandPalette })),
)
const ShortcutHelp = lazy(() => import('./shortcut-help.tsx').then((m) => ({ default: m.ShortcutHelp })))

/** What is around every page. */
export function Frame() {
  const [palette, setPalette] = useState(false)
  const [help, setHelp] = useState(false)
  const openHelp = useCallback(() => setHelp(true), [])
  useShortcuts({ help: openHelp, palette: () => setPalette((open) => !open) })
  const { data: overview, error } = useOverview()
  const main = useFocusOnNavigation()

  return (
    <div className="flex min-h-dvh flex-col sm:flex-row">
      <a
        href="#content"
        className="-top-20 fixed left-2 z-50 rounded-md bg-accent px-3 py-2 font-medium text-accent-ink focus:top-2"
      >
        Skip to the content
      </a>
      <Rail openIncidents={overview?.stats.open_incidents} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar host={overview?.host?.name} onPalette={() => setPalette(true)} onHelp={openHelp} />
        <main
          ref={main}
          id="content"
          tabIndex={-1}
          className="mx-auto w-full max-w-[120rem] flex-1 p-3 pb-20 outline-none sm:p-5"
        >
          {needsKey(error) ? <SignIn /> : <Outlet />}
        </main>
      </div>
      <Suspense>
        {palette && <CommandPalette open onOpenChange={setPalette} onHelp={openHelp} />}
        {help && <ShortcutHelp open onOpenChange={setHelp} />}
      </Suspense>
    </div>
  )
}

/** After a change of page the keyboard and the screen reader start at its content, as after a page load. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null)
  const path = useRouterState({ select: (state) => state.location.pathname })
  const first = useRef(path)
  useEffect(() => {
    if (first.current === path) return
    first.current = path
    main.current?.focus({ preventScroll: true })
  }, [path])
  return main
}
