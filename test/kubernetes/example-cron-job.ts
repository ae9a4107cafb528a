import type { ExampleTime } from './example-node.ts'
import { type Owner, suffix } from './example-pod.ts'
import { metaOf, type Plan, templateSpec, type Workload } from './example-workload.ts'
import { wireTime } from './write.ts'

const dayMs = 86_400_000
/** At three at night, as its schedule says. */
const lastRunOf = (nowMs: number): number =>
  Math.floor((nowMs - 3 * 3_600_000) / dayMs) * dayMs + 3 * 3_600_000

/** With the last job of it, done. */
export function cronJob(time: ExampleTime, plan: Plan): Workload {
  const { namespace, name } = plan
  const startedMs = lastRunOf(time.nowMs)
  const meta = metaOf(time, { ...plan, startedMs: Math.min(plan.startedMs, startedMs - dayMs) })
  const spec = { ...templateSpec(name), restartPolicy: 'Never' }
  const jobSpec = { parallelism: 1, completions: 1, backoffLimit: 6, template: { spec } }
  const jobName = `${name}-${Math.floor(startedMs / 60_000)}`
  const job = metaOf(time, { ...plan, startedMs, name: jobName })
  const labels = {
    'batch.kubernetes.io/job-name': jobName,
    'job-name': jobName,
    'batch.kubernetes.io/controller-uid': job.uid,
  }
  const done = wireTime(startedMs + 60_000)
  const owner: Owner = { apiVersion: 'batch/v1', kind: 'Job', name: jobName, uid: job.uid }
  return {
    objects: [
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: meta,
        spec: {
          schedule: '0 3 * * *',
          concurrencyPolicy: 'Forbid',
          suspend: false,
          jobTemplate: { spec: jobSpec },
        },
        status: { lastScheduleTime: wireTime(startedMs), lastSuccessfulTime: done },
      },
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: {
          ...job,
          labels,
          ownerReferences: [
            {
              apiVersion: 'batch/v1',
              kind: 'CronJob',
              name,
              uid: meta.uid,
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        },
        spec: { ...jobSpec, selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': job.uid } } },
        status: {
          succeeded: 1,
          startTime: wireTime(startedMs),
          completionTime: done,
          conditions: [{ type: 'Complete', status: 'True', lastProbeTime: done, lastTransitionTime: done }],
        },
      },
    ],
    pods: [
      {
        name: `${jobName}-${suffix(time.random, 5)}`,
        namespace,
        labels,
        owner,
        spec,
        startedMs,
        isDone: true,
      },
    ],
    service: undefined,
  }
}
