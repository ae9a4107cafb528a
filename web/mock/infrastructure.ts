/** What the stand-in says of GPUs and network functions. */
import type { OperationId } from '@aiops/contract/api/index'
import type { EventType } from '@aiops/contract/event'
import type { Finding } from '@aiops/contract/model/finding'
import { createCnfFleet } from './cnf.ts'
import { createGpuFleet } from './gpu.ts'
import type { Input } from './refusal.ts'

type Handlers = Partial<Record<OperationId, (input: Input) => unknown>>
const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO'] as const

/** Adds the operations of GPUs and CNFs, and their findings to those that are there. */
export function joinInfrastructure(
  handlers: Handlers,
  empty: boolean,
  tell: (type: EventType, payload: unknown) => void,
): void {
  const gpus = createGpuFleet(empty)
  const cnfs = createCnfFleet(empty)
  const findings = (): Finding[] => [...gpus.findings, ...cnfs.findings]
  const { listFindings, getFinding, queryMetricsRange } = handlers
  Object.assign(handlers, gpus.handlers, cnfs.handlers, {
    listFindings: (input: Input) => {
      const areas = listed(input.query.area)
      const ours = areas.length > 0 && !areas.includes('KUBERNETES')
      return ours || !listFindings ? pageOf(findings(), input) : listFindings(input)
    },
    getFinding: (input: Input) => findings().find(({ id }) => id === input.params.id) ?? getFinding?.(input),
    queryMetricsRange: (input: Input) =>
      String(input.body.query).includes('DCGM_FI_') ? history(input) : queryMetricsRange?.(input),
  } satisfies Handlers)
  if (empty) return
  setInterval(() => gpus.tick((node) => tell('GPU_UPDATE', node)), 1_000)
  setInterval(() => flicker(gpus, tell), 20_000)
}

/** One finding goes and comes back. */
function flicker(
  { findings, judge }: ReturnType<typeof createGpuFleet>,
  tell: (type: EventType, payload: unknown) => void,
): void {
  const [one] = findings.splice(1, 1)
  if (!one) return
  judge()
  tell('FINDING_CLOSED', one)
  setTimeout(() => {
    findings.push(one)
    judge()
    tell('FINDING_OPENED', one)
  }, 10_000)
}

const listed = (values: readonly string[] | undefined): string[] =>
  (values ?? []).flatMap((one) => one.split(',')).filter(Boolean)

function pageOf(all: readonly Finding[], { query }: Input) {
  const [areas, clusters, chosen] = [listed(query.area), listed(query.cluster_ids), listed(query.severity)]
  const rules = listed(query.rule)
  const text = (query.search?.[0] ?? '').toLowerCase()
  const found = all
    .filter(
      ({ area, cluster_id, severity, title, object, rule }) =>
        (areas.length === 0 || areas.includes(area)) &&
        (clusters.length === 0 || clusters.includes(cluster_id)) &&
        (rules.length === 0 || rules.includes(rule)) &&
        (chosen.length === 0 || chosen.includes(severity)) &&
        `${title} ${object.name}`.toLowerCase().includes(text),
    )
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
  const [page, size] = [Number(query.page?.[0] ?? 1), Number(query.page_size?.[0] ?? 20)]
  const count = (of: (finding: Finding) => string): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const finding of found) counts[of(finding)] = (counts[of(finding)] ?? 0) + 1
    return counts
  }
  return {
    ...{ items: found.slice((page - 1) * size, page * size), total: found.length, page, page_size: size },
    total_pages: Math.ceil(found.length / size),
    by_severity: count(({ severity }) => severity),
    by_analyzer: count(({ analyzer }) => analyzer),
    ...{ by_area: count(({ area }) => area), by_rule: count(({ rule }) => rule) },
    by_cluster: count(({ cluster_id }) => cluster_id),
  }
}

/** Any DCGM metric: a slow wave with a rise in the last hour. */
function history({ body }: Input) {
  const [from, to] = [Date.parse(String(body.start_time)) / 1_000, Date.parse(String(body.end_time)) / 1_000]
  const step = Number(/^(\d+)s$/.exec(String(body.step))?.[1] ?? 60)
  const query = String(body.query)
  const base = /TEMP/.test(query)
    ? 66
    : /FB_USED/.test(query)
      ? 52_000
      : /POWER/.test(query)
        ? 410
        : /RATIO|ACTIVE/.test(query)
          ? 0.5
          : 62
  const values: [number, string][] = []
  for (let at = from; at <= to; at += step) {
    const rise = /TEMP/.test(query) ? Math.max(0, 1 - (to - at) / 1_800) * 26 : 0
    values.push([at, String(base * (1 + 0.12 * Math.sin(at / 900) + 0.04 * Math.sin(at / 67)) + rise)])
  }
  const cluster = String((body.cluster_ids as string[])[0])
  const told = {
    partial: false,
    missing: [],
    total_query_time_ms: 14,
    clusters_queried: 1,
    clusters_succeeded: 1,
  }
  return {
    ...told,
    results: [
      {
        ...{
          cluster_id: cluster,
          cluster_name: cluster,
          status: 'SUCCESS',
          result_type: 'MATRIX',
          query_time_ms: 12,
        },
        data: [{ metric: { UUID: /UUID="([^"]*)"/.exec(query)?.[1] ?? '' }, values }],
      },
    ],
    ...{ warnings: [], infos: [] },
  }
}
