import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { readIncidentSearch } from './incident/incident-search.ts'
import { OverviewPage } from './overview/page.tsx'
import { readExploreSearch } from './series/explore-search.ts'
import { Frame } from './shell/frame.tsx'
import { PageFailure, PageMissing } from './shell/page-failure.tsx'
import { parseSearch, stringifySearch } from './shell/search.ts'
import { readTopologySearch } from './topology/topology-search.ts'
import { SkeletonRows } from './ui/skeleton.tsx'

/** The pages. Only the overview comes with the first load; charts and graphs are loaded by those who show them. */
const root = createRootRoute({ component: Frame, notFoundComponent: PageMissing })
const overview = createRoute({ getParentRoute: () => root, path: '/', component: OverviewPage })
const incidents = createRoute({
  getParentRoute: () => root,
  path: '/incidents',
  validateSearch: readIncidentSearch,
  component: lazyRouteComponent(() => import('./incident/list-page.tsx'), 'IncidentListPage'),
})
const incident = createRoute({
  getParentRoute: () => root,
  path: '/incidents/$id',
  component: lazyRouteComponent(() => import('./incident/page.tsx'), 'IncidentPage'),
})
const silences = createRoute({
  getParentRoute: () => root,
  path: '/silences',
  component: lazyRouteComponent(() => import('./silence/page.tsx'), 'SilencePage'),
})
const explore = createRoute({
  getParentRoute: () => root,
  path: '/explore',
  validateSearch: readExploreSearch,
  component: lazyRouteComponent(() => import('./series/explore-page.tsx'), 'ExplorePage'),
})
const topology = createRoute({
  getParentRoute: () => root,
  path: '/topology',
  validateSearch: readTopologySearch,
  component: lazyRouteComponent(() => import('./topology/page.tsx'), 'TopologyPage'),
})
const sources = createRoute({
  getParentRoute: () => root,
  path: '/sources',
  component: lazyRouteComponent(() => import('./source/page.tsx'), 'SourcePage'),
})
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./setting/page.tsx'), 'SettingPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    incidents,
    incident,
    silences,
    explore,
    topology,
    sources,
    settings,
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: PageFailure,
  defaultPendingComponent: () => <SkeletonRows rows={8} />,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
