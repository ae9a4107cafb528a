import { isoTime } from '../../kernel/clock.ts'
import type { IngestReply, IngestRequest } from '../../pipeline/ingest/index.ts'
import { answer } from './answer.ts'
import type { PrometheusDeps } from './index.ts'
import { Parameters } from './parameter.ts'

/** The Prometheus whose API this is: Grafana looks at it to know what it may ask. Ours follows as build metadata (semver §10). */
const spokenVersion = '3.5.0'

/** `GET /api/v1/status/buildinfo`. What is not known of this program is empty: it is no build of Prometheus. */
export const buildInfo = ({ version }: PrometheusDeps): IngestReply =>
  answer({
    ...{
      version: `${spokenVersion}+aiops.${version}`,
      revision: '',
      branch: '',
      buildUser: '',
      buildDate: '',
    },
    goVersion: '',
  })

/** `GET /api/v1/status/runtimeinfo`: what there is of it here. */
export function runtimeInfo(deps: PrometheusDeps, startedMs: number): IngestReply {
  return answer({
    ...{ startTime: isoTime(startedMs), CWD: '', hostname: '', serverTime: isoTime(deps.clock.now()) },
    ...{
      reloadConfigSuccess: true,
      lastConfigTime: isoTime(startedMs),
      corruptionCount: 0,
      goroutineCount: 0,
    },
    ...{ GOMAXPROCS: 0, GOMEMLIMIT: 0, GOGC: '', GODEBUG: '', storageRetention: '' },
  })
}

/** `GET /api/v1/status/config`: there is no prometheus.yml; what is set here is under `/api/v1/settings`. */
export const config = (): IngestReply => answer({ yaml: '' })

/** `GET /api/v1/status/flags`: there are none. */
export const flags = (): IngestReply => answer({})

/** `GET /api/v1/status/tsdb`: what makes most series of the caller's tenant. */
export async function tsdbStatus(
  deps: PrometheusDeps,
  { tenant, ...request }: IngestRequest,
): Promise<IngestReply> {
  const limit = new Parameters(request).limit() || 10
  const { series_total, metrics, labels } = await deps.cardinality(tenant, limit)
  return answer({
    headStats: { numSeries: series_total, numLabelPairs: 0, chunkCount: 0, minTime: 0, maxTime: 0 },
    seriesCountByMetricName: metrics.map(({ name, series }) => ({ name, value: series })),
    labelValueCountByLabelName: labels.map(({ name, values }) => ({ name, value: values })),
    memoryInBytesByLabelName: [],
    seriesCountByLabelValuePair: [],
  })
}

/** `GET /api/v1/targets`: what is scraped for the caller's tenant. */
export async function targets(deps: PrometheusDeps, request: IngestRequest): Promise<IngestReply> {
  const parameters = new Parameters(request)
  const state = parameters.text('state').toLowerCase()
  const pool = parameters.text('scrapePool')
  const { targets: found, dropped } = deps.scrapeTargets(request.tenant)
  const active = ['', 'any', 'active'].includes(state) ? found : []
  return answer({
    activeTargets: active
      .filter(({ job }) => pool === '' || pool === job)
      .map((target) => ({
        ...{ discoveredLabels: target.discovered_labels, labels: target.labels, scrapePool: target.job },
        ...{ scrapeUrl: target.url, globalUrl: target.url, lastError: target.last_error },
        lastScrape: target.last_scrape ?? '0001-01-01T00:00:00Z',
        ...{ lastScrapeDuration: target.last_scrape_duration_seconds, health: target.health.toLowerCase() },
        scrapeInterval: `${target.scrape_interval_seconds}s`,
        scrapeTimeout: '',
      })),
    droppedTargets: [],
    droppedTargetCounts: dropped > 0 ? { '': dropped } : {},
  })
}

/** `GET /api/v1/alertmanagers`: alerts of rules go to correlation, not to an Alertmanager. */
export const alertmanagers = (): IngestReply => answer({ activeAlertmanagers: [], droppedAlertmanagers: [] })
