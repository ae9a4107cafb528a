import { hourly, monthlyOf } from '@aiops/contract/model/money'
import { isoTime } from '../../../kernel/clock.ts'
import { largest } from '../allocation/container-column.ts'
import { gibBytes } from '../allocation/node-price.ts'
import type { FoundOpportunity } from './found.ts'
import type { RunningContainer, Snapshot } from './snapshot.ts'
import { type Usage, usageKey } from './usage-history.ts'

/** Kubernetes takes less, but nothing runs well on it. */
const [coresMin, bytesMin] = [0.01, 16 * 1_048_576]

type Settings = { headroom: number; historyHoursMin: number }

/**
 * Requests beside what was used: 95 % of the time for processors, which are throttled and recover, and the most that was ever used for
 * memory, which kills; both with headroom. The dear end of the interval keeps room above the highest processor usage too, the cheap one
 * none at all.
 */
export function rightSizing(
  { containers, atMs }: Snapshot,
  usages: ReadonlyMap<string, Usage>,
  { headroom, historyHoursMin }: Settings,
): { found: FoundOpportunity[]; notices: string[] } {
  const found: FoundOpportunity[] = []
  let young = 0
  for (const [key, replicas] of Map.groupBy(containers, usageKey)) {
    const usage = usages.get(key)
    const [one] = replicas
    if (!one || !(one.cpuRequest > 0 || one.ramRequest > 0)) continue
    if (!usage || usage.hours < historyHoursMin) {
      young += 1
      continue
    }
    const p95 = usage.cpuQuantile(0.95)
    const saving = {
      p10: savedBy(replicas, usage.cpuMax * headroom, usage.ramMax * (2 * headroom - 1)),
      p50: savedBy(replicas, p95 * headroom, usage.ramMax * headroom),
      p90: savedBy(replicas, p95, usage.ramMax),
    }
    if (!(saving.p50 > 0)) continue
    found.push(rightSize(one, replicas, usage, { headroom, p95, saving, atMs }))
  }
  const notices =
    young > 0
      ? [
          `${young} containers have less than ${historyHoursMin} h of usage: nothing is said of their requests yet.`,
        ]
      : []
  return { found, notices }
}

/** USD an hour that would not be paid if these were the requests. */
function savedBy(replicas: readonly RunningContainer[], cores: number, bytes: number): number {
  let usd = 0
  for (const { cpuRequest, cpuUsage, coreUsd, ramRequest, ramUsage, gibUsd } of replicas) {
    const cpu = (largest(cpuRequest, cpuUsage) - largest(Math.max(coresMin, cores), cpuUsage)) * coreUsd
    const ram =
      ((largest(ramRequest, ramUsage) - largest(Math.max(bytesMin, bytes), ramUsage)) / gibBytes) * gibUsd
    // A request that is too small is not made larger here: that is no saving, and no loss either.
    if (cpuRequest > 0 && cpu > 0) usd += cpu
    if (ramRequest > 0 && ram > 0) usd += ram
  }
  return usd
}

function rightSize(
  one: RunningContainer,
  replicas: readonly RunningContainer[],
  usage: Usage,
  at: { headroom: number; p95: number; saving: Record<'p10' | 'p50' | 'p90', number>; atMs: number },
): FoundOpportunity {
  const cores = Math.max(coresMin, at.p95 * at.headroom)
  const bytes = Math.max(bytesMin, usage.ramMax * at.headroom)
  const name = `${one.namespace}/${one.controller || one.pod}`
  const changes = [
    ...(one.cpuRequest > cores ? [`processor ${millicores(one.cpuRequest)} to ${millicores(cores)}`] : []),
    ...(one.ramRequest > bytes ? [`memory ${mebibytes(one.ramRequest)} to ${mebibytes(bytes)}`] : []),
  ]
  return {
    action: 'RIGHT_SIZE',
    subject: `${name}${one.container === '' ? '' : `/${one.container}`}`,
    summary: `Lower requests of ${name}, ${replicas.length} ${replicas.length === 1 ? 'pod' : 'pods'}: ${changes.join(', ')}.`,
    saving_monthly_usd: {
      p10: monthlyOf(hourly(Math.max(0, Math.min(at.saving.p10, at.saving.p50)))),
      p50: monthlyOf(hourly(at.saving.p50)),
      p90: monthlyOf(hourly(Math.max(at.saving.p90, at.saving.p50))),
    },
    evidence: [
      `used in ${Math.round(usage.hours)} h: processor p95 ${millicores(at.p95)}, at most ${millicores(usage.cpuMax)}; memory at most ${mebibytes(usage.ramMax)}`,
      `headroom ${Math.round((at.headroom - 1) * 100)} %; container_cpu_usage_seconds_total and container_memory_working_set_bytes`,
      'the bill falls once nodes are given back: see CONSOLIDATE',
    ],
    at: isoTime(at.atMs),
  }
}

const millicores = (cores: number): string => `${Math.ceil(cores * 1_000)}m`
const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1_048_576)}Mi`
