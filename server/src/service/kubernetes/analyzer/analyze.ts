import { createHash } from 'node:crypto'
import type { Finding } from '@aiops/contract/model/finding'
import type { ObjectChange } from '@aiops/contract/model/kubernetes'
import { severities } from '@aiops/contract/model/severity'
import type { TenantId } from '@aiops/contract/model/tenant'
import { messageOf } from '../../../kernel/fault.ts'
import { type Stepwise, sortedStepwise } from '../../../kernel/stepwise.ts'
import type { Turn } from '../../../kernel/turn.ts'
import type { ClusterView } from '../view.ts'
import { explain } from './cause.ts'
import { plainText, timeOf } from './evidence.ts'
import { farthestOwner } from './relation.ts'
import type { Observation, Rule } from './rule.ts'

export type AnalyzedCluster = { tenant: TenantId; id: string; name: string }
export type AnalyzeOptions = {
  /** Only findings of its things are answered; their causes may lie outside. */
  namespace?: string | undefined
  /** Rollouts, changes of configuration and of scale, within the last hours. */
  changes?: readonly ObjectChange[]
}
export type Analysis = {
  /** Most severe first. */
  findings: Finding[]
  /** Kinds that are not known whole, so that rules which need them said nothing. */
  unknown: string[]
  /** Rules that could not cope with some object; what they found besides is there. */
  failed: { rule: string; message: string }[]
  /** Rules that found more than is kept, and how many more at least. */
  cut: { rule: string; count: number }[]
}

/** Findings kept of one rule, and of all. */
const ruleFindingsMax = 1_000
const findingsMax = 5_000

/** What is wrong in a cluster as it is in this view. The same view gives the same findings, ids included. */
export async function analyze(
  view: ClusterView,
  cluster: AnalyzedCluster,
  rules: readonly Rule[],
  { turn, ...options }: AnalyzeOptions & { turn?: Pick<Turn, 'due' | 'give'> | undefined } = {},
): Promise<Analysis> {
  const work = analysis(view, cluster, rules, options)
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    if (turn?.due()) await turn.give()
  }
}

/** The same in steps, for who drives them (`atOnce` of kernel/stepwise). */
export function* analysis(
  view: ClusterView,
  cluster: AnalyzedCluster,
  rules: readonly Rule[],
  { namespace, changes }: AnalyzeOptions = {},
): Stepwise<Analysis> {
  const result: Analysis = { findings: [], unknown: [], failed: [], cut: [] }
  const unknown = new Set<string>()
  const found = new Map<string, Finding>()
  for (const rule of rules) {
    const missing = rule.needs.filter((kind) => !view.isKnown(kind))
    for (const kind of missing) unknown.add(kind)
    if (missing.length === 0) yield* judge(rule, { view, cluster, found, result })
  }
  const sorted = yield* sortedStepwise([...found.values()], byWeight)
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  const explained = yield* explain(view, sorted, byId, changes)
  result.findings = namespace ? explained.filter(({ object }) => object.namespace === namespace) : explained
  result.unknown = [...unknown].sort()
  return result
}

type Ground = {
  view: ClusterView
  cluster: AnalyzedCluster
  found: Map<string, Finding>
  result: Analysis
}

function* judge(rule: Rule, { view, cluster, found, result }: Ground): Stepwise<void> {
  let kept = 0
  let more = 0
  try {
    for (const observation of rule.check(view)) {
      yield
      if (!observation) continue
      if (kept >= ruleFindingsMax || found.size >= findingsMax) {
        more += 1
        // What is beyond is only counted, and not for ever.
        if (more >= ruleFindingsMax) break
        continue
      }
      const finding = findingOf(rule, observation, view, cluster)
      if (found.has(finding.id)) continue
      found.set(finding.id, finding)
      kept += 1
    }
  } catch (error) {
    result.failed.push({ rule: rule.id, message: plainText(messageOf(error)) })
  }
  if (more > 0) result.cut.push({ rule: rule.id, count: more })
}

const findingOf = (rule: Rule, seen: Observation, view: ClusterView, cluster: AnalyzedCluster): Finding => ({
  id: findingId(cluster, rule.id, seen),
  tenant_id: cluster.tenant,
  cluster_id: cluster.id,
  cluster_name: cluster.name,
  area: 'KUBERNETES',
  analyzer: rule.analyzer,
  rule: rule.id,
  severity: seen.severity ?? rule.severity,
  title: plainText(seen.title),
  object: seen.object,
  parent: farthestOwner(view, seen.object),
  since: timeOf(seen.sinceMs),
  found_at: new Date(view.timeMs).toISOString(),
  evidence: seen.evidence.slice(0, evidenceMax),
  causes: seen.causes ?? [],
  remediation: seen.remediation,
  documentation_url: rule.documentation_url,
  alert_name: rule.alert_name,
})
const evidenceMax = 20

/** Stays while the finding goes on: of where, what and which, never of how much or since when. */
export function findingId(
  cluster: Pick<AnalyzedCluster, 'tenant' | 'id'>,
  rule: string,
  { object, discriminator = '' }: Pick<Observation, 'object' | 'discriminator'>,
): string {
  const parts = [cluster.tenant, cluster.id, rule, object.kind, object.namespace, object.name, discriminator]
  return `kf-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)}`
}

function byWeight(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    order(a.rule, b.rule) ||
    order(a.object.namespace, b.object.namespace) ||
    order(a.object.name, b.object.name) ||
    order(a.id, b.id)
  )
}
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
