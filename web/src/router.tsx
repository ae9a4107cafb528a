import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { readAlertSearch } from './alert/alert-search.ts'
import { readAnomalySearch } from './anomaly/anomaly-search.ts'
import { readAuditSearch } from './audit/audit-search.ts'
import { readAskSearch, readChatSearch } from './chat/chat-search.ts'
import { readClusterSearch } from './cluster/cluster-search.ts'
import { readFleetSearch } from './cluster/fleet-search.ts'
import { readCnfSearch } from './cnf/cnf-search.ts'
import { readCorrelationSearch } from './correlation/correlation-search.ts'
import { readCostSearch } from './cost/cost-search.ts'
import { readDeploymentSearch } from './deployment/deployment-search.ts'
import { readDetectionSearch } from './detection/detection-search.ts'
import { readFindingSearch } from './finding/finding-search.ts'
import { readForecastSearch } from './forecast/forecast-search.ts'
import { readGpuSearch } from './gpu/gpu-search.ts'
import { readIncidentSearch } from './incident/incident-search.ts'
import { readKnowledgeSearch } from './knowledge/knowledge-search.ts'
import { readMergeRequestSearch } from './merge-request/merge-request-search.ts'
import { OverviewPage } from './overview/page.tsx'
import { readPersonaSearch } from './persona/persona-search.ts'
import { readNewReportSearch, readReportSearch } from './report/report-search.ts'
import { readExploreSearch } from './series/explore-search.ts'
import { Frame } from './shell/frame.tsx'
import { PageFailure, PageMissing } from './shell/page-failure.tsx'
import { PagePending } from './shell/page-pending.tsx'
import { parseSearch, stringifySearch } from './shell/search.ts'
import { readSilenceSearch } from './silence/silence-search.ts'
import { readSloSearch } from './slo/slo-search.ts'
import { readToolSearch } from './tool/tool-search.ts'
import { readTopologySearch } from './topology/topology-search.ts'

/** The pages. Only the overview comes with the first load; charts and graphs are loaded by those who show them. */
const root = createRootRoute({ component: Frame, notFoundComponent: PageMissing })
const overview = createRoute({ getParentRoute: () => root, path: '/', component: OverviewPage })
const ask = createRoute({
  getParentRoute: () => root,
  path: '/ask',
  validateSearch: readAskSearch,
  component: lazyRouteComponent(() => import('./chat/ask-page.tsx'), 'AskPage'),
})
const chats = createRoute({
  getParentRoute: () => root,
  path: '/chat',
  validateSearch: readChatSearch,
  component: lazyRouteComponent(() => import('./chat/start-page.tsx'), 'ChatStartPage'),
})
const chat = createRoute({
  getParentRoute: () => root,
  path: '/chat/$id',
  validateSearch: readChatSearch,
  component: lazyRouteComponent(() => import('./chat/page.tsx'), 'ChatPage'),
})
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
const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  validateSearch: readAlertSearch,
  component: lazyRouteComponent(() => import('./alert/list-page.tsx'), 'AlertListPage'),
})
const anomalies = createRoute({
  getParentRoute: () => root,
  path: '/anomalies',
  validateSearch: readAnomalySearch,
  component: lazyRouteComponent(() => import('./anomaly/list-page.tsx'), 'AnomalyListPage'),
})
const anomaly = createRoute({
  getParentRoute: () => root,
  path: '/anomalies/$id',
  component: lazyRouteComponent(() => import('./anomaly/page.tsx'), 'AnomalyPage'),
})
const detection = createRoute({
  getParentRoute: () => root,
  path: '/detection',
  validateSearch: readDetectionSearch,
  component: lazyRouteComponent(() => import('./detection/page.tsx'), 'DetectionPage'),
})
const forecasts = createRoute({
  getParentRoute: () => root,
  path: '/forecasts',
  validateSearch: readForecastSearch,
  component: lazyRouteComponent(() => import('./forecast/page.tsx'), 'ForecastPage'),
})
const slos = createRoute({
  getParentRoute: () => root,
  path: '/slos',
  validateSearch: readSloSearch,
  component: lazyRouteComponent(() => import('./slo/list-page.tsx'), 'SloListPage'),
})
const newSlo = createRoute({
  getParentRoute: () => root,
  path: '/slos/new',
  component: lazyRouteComponent(() => import('./slo/edit-page.tsx'), 'SloNewPage'),
})
const slo = createRoute({
  getParentRoute: () => root,
  path: '/slos/$id',
  component: lazyRouteComponent(() => import('./slo/page.tsx'), 'SloPage'),
})
const editSlo = createRoute({
  getParentRoute: () => root,
  path: '/slos/$id/edit',
  component: lazyRouteComponent(() => import('./slo/edit-page.tsx'), 'SloEditPage'),
})
const silences = createRoute({
  getParentRoute: () => root,
  path: '/silences',
  validateSearch: readSilenceSearch,
  component: lazyRouteComponent(() => import('./silence/page.tsx'), 'SilencePage'),
})
const gpu = createRoute({
  getParentRoute: () => root,
  path: '/gpu',
  validateSearch: readGpuSearch,
  component: lazyRouteComponent(() => import('./gpu/page.tsx'), 'GpuPage'),
})
const findings = createRoute({
  getParentRoute: () => root,
  path: '/findings',
  validateSearch: readFindingSearch,
  component: lazyRouteComponent(() => import('./finding/list-page.tsx'), 'FindingListPage'),
})
const finding = createRoute({
  getParentRoute: () => root,
  path: '/findings/$id',
  component: lazyRouteComponent(() => import('./finding/page.tsx'), 'FindingPage'),
})
const clusters = createRoute({
  getParentRoute: () => root,
  path: '/clusters',
  validateSearch: readFleetSearch,
  component: lazyRouteComponent(() => import('./cluster/fleet-page.tsx'), 'FleetPage'),
})
const newCluster = createRoute({
  getParentRoute: () => root,
  path: '/clusters/new',
  component: lazyRouteComponent(() => import('./cluster/add-page.tsx'), 'AddClusterPage'),
})
const cluster = createRoute({
  getParentRoute: () => root,
  path: '/clusters/$id',
  validateSearch: readClusterSearch,
  component: lazyRouteComponent(() => import('./cluster/page.tsx'), 'ClusterPage'),
})
const cnf = createRoute({
  getParentRoute: () => root,
  path: '/cnf',
  validateSearch: readCnfSearch,
  component: lazyRouteComponent(() => import('./cnf/page.tsx'), 'CnfPage'),
})
const cost = createRoute({
  getParentRoute: () => root,
  path: '/cost',
  validateSearch: readCostSearch,
  component: lazyRouteComponent(() => import('./cost/page.tsx'), 'CostPage'),
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
const topologyImport = createRoute({
  getParentRoute: () => root,
  path: '/topology/import',
  component: lazyRouteComponent(() => import('./topology/import-page.tsx'), 'TopologyImportPage'),
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

const reports = createRoute({
  getParentRoute: () => root,
  path: '/reports',
  validateSearch: readReportSearch,
  component: lazyRouteComponent(() => import('./report/list-page.tsx'), 'ReportListPage'),
})
const newReport = createRoute({
  getParentRoute: () => root,
  path: '/reports/new',
  validateSearch: readNewReportSearch,
  component: lazyRouteComponent(() => import('./report/new-page.tsx'), 'NewReportPage'),
})
const report = createRoute({
  getParentRoute: () => root,
  path: '/reports/$id',
  component: lazyRouteComponent(() => import('./report/page.tsx'), 'ReportPage'),
})
const personas = createRoute({
  getParentRoute: () => root,
  path: '/personas',
  validateSearch: readPersonaSearch,
  component: lazyRouteComponent(() => import('./persona/page.tsx'), 'PersonaPage'),
})
const tools = createRoute({
  getParentRoute: () => root,
  path: '/tools',
  validateSearch: readToolSearch,
  component: lazyRouteComponent(() => import('./tool/page.tsx'), 'ToolPage'),
})
const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('./audit/page.tsx'), 'AuditPage'),
})
const deployments = createRoute({
  getParentRoute: () => root,
  path: '/deployments',
  validateSearch: readDeploymentSearch,
  component: lazyRouteComponent(() => import('./deployment/list-page.tsx'), 'DeploymentListPage'),
})
const deployment = createRoute({
  getParentRoute: () => root,
  path: '/deployments/$id',
  component: lazyRouteComponent(() => import('./deployment/page.tsx'), 'DeploymentPage'),
})
const mergeRequests = createRoute({
  getParentRoute: () => root,
  path: '/merge-requests',
  component: lazyRouteComponent(() => import('./merge-request/list-page.tsx'), 'MergeRequestListPage'),
})
const mergeRequestProject = createRoute({
  getParentRoute: () => root,
  path: '/merge-requests/$project',
  validateSearch: readMergeRequestSearch,
  component: lazyRouteComponent(() => import('./merge-request/project-page.tsx'), 'ProjectPage'),
})
const mergeRequest = createRoute({
  getParentRoute: () => root,
  path: '/merge-requests/$project/$number',
  component: lazyRouteComponent(() => import('./merge-request/page.tsx'), 'MergeRequestPage'),
})

const knowledge = createRoute({
  getParentRoute: () => root,
  path: '/knowledge',
  validateSearch: readKnowledgeSearch,
  component: lazyRouteComponent(() => import('./knowledge/list-page.tsx'), 'KnowledgeListPage'),
})
const newDocument = createRoute({
  getParentRoute: () => root,
  path: '/knowledge/new',
  component: lazyRouteComponent(() => import('./knowledge/new-page.tsx'), 'NewDocumentPage'),
})
const knowledgeDocument = createRoute({
  getParentRoute: () => root,
  path: '/knowledge/$id',
  component: lazyRouteComponent(() => import('./knowledge/page.tsx'), 'KnowledgePage'),
})
const correlation = createRoute({
  getParentRoute: () => root,
  path: '/correlation',
  validateSearch: readCorrelationSearch,
  component: lazyRouteComponent(() => import('./correlation/page.tsx'), 'CorrelationPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    ask,
    chats,
    chat,
    incidents,
    incident,
    alerts,
    anomalies,
    anomaly,
    detection,
    forecasts,
    slos,
    newSlo,
    slo,
    editSlo,
    silences,
    findings,
    finding,
    clusters,
    newCluster,
    cluster,
    gpu,
    cnf,
    cost,
    explore,
    topology,
    topologyImport,
    sources,
    settings,
    reports,
    newReport,
    report,
    personas,
    tools,
    audit,
    deployments,
    deployment,
    mergeRequests,
    mergeRequestProject,
    mergeRequest,
    knowledge,
    newDocument,
    knowledgeDocument,
    correlation,
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: PageFailure,
  defaultPendingComponent: PagePending,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
