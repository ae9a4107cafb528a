// What all rules cost over a cluster of 20,000 pods, sound and with every pod at fault: CPU time, and the longest stretch without giving way.
// node bench/kubernetes-analyze.ts [pods]
import type { TenantId } from '@aiops/contract/model/tenant'
import { systemClock } from '../server/src/kernel/clock.ts'
import { Turn } from '../server/src/kernel/turn.ts'
import { analyze } from '../server/src/service/kubernetes/analyzer/analyze.ts'
import { healthyAt, healthyCluster } from '../server/src/service/kubernetes/analyzer/healthy.suite.ts'
import { rules } from '../server/src/service/kubernetes/analyzer/rules.ts'
import { snapshotOf } from '../server/src/service/kubernetes/snapshot.ts'
import type { ClusterView } from '../server/src/service/kubernetes/view.ts'

type Json = Record<string, unknown>
const pods = Number(process.argv[2] ?? 20_000)
const sound = healthyCluster(pods)

/** Every pod in a crash loop, every Deployment without a replica. */
const broken = sound.map((one) => {
  const status = one.status as Json | undefined
  const conditions = ((status?.conditions ?? []) as Json[]).map((condition) =>
    ['Ready', 'Available'].includes(String(condition.type)) ? { ...condition, status: 'False' } : condition,
  )
  if (one.kind === 'Deployment')
    return { ...one, status: { ...status, readyReplicas: 0, availableReplicas: 0, conditions } }
  if (one.kind !== 'Pod' || status?.phase !== 'Running') return one
  const containerStatuses = (status.containerStatuses as Json[]).map((container) => ({
    ...container,
    ready: false,
    restartCount: 9,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 1, finishedAt: healthyAt } },
  }))
  return { ...one, status: { ...status, conditions, containerStatuses } }
})

/** The event loop's own delay, other programs of the machine included. */
async function measure(name: string, view: ClusterView): Promise<void> {
  const turn = new Turn(systemClock)
  let started = performance.now()
  let longestMs = 0
  const give = async (): Promise<void> => {
    longestMs = Math.max(longestMs, performance.now() - started)
    await turn.give()
    started = performance.now()
  }
  const before = process.cpuUsage()
  const cluster = { tenant: 'bench' as TenantId, id: 'c1', name: 'c1' }
  const { findings } = await analyze(view, cluster, rules, { turn: { due: () => turn.due(), give } })
  const { user, system } = process.cpuUsage(before)
  const cpuMs = Math.round((user + system) / 1_000)
  process.stdout.write(
    `${name}: ${rules.length} rules, ${pods} pods, ${cpuMs} ms CPU, ${findings.length} findings, longest stretch ${longestMs.toFixed(1)} ms\n`,
  )
}

for (const [name, objects] of [
  ['sound', sound],
  ['all pods at fault', broken],
] as const) {
  const view = snapshotOf(objects, { timeMs: Date.parse(healthyAt) })
  // The first time indexes of the view are made.
  await measure(`${name}, first`, view)
  await measure(`${name}, again`, view)
}
