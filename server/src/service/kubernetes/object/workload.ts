import { z } from 'zod'
import { count, flag, intOrText, listOf, moment, part, text, whole, word } from './field.ts'
import { conditions, Meta, Reference, Selector } from './meta.ts'
import { PodTemplate } from './pod.ts'

const Rolling = part(z.object({ maxUnavailable: intOrText, maxSurge: intOrText, partition: count }))

export const Deployment = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      replicas: count,
      selector: whole(Selector),
      template: PodTemplate,
      paused: flag,
      minReadySeconds: count,
      progressDeadlineSeconds: count,
      revisionHistoryLimit: count,
      strategy: part(z.object({ type: word, rollingUpdate: Rolling })),
    }),
  ),
  status: whole(
    z.object({
      observedGeneration: count,
      replicas: count,
      updatedReplicas: count,
      readyReplicas: count,
      availableReplicas: count,
      unavailableReplicas: count,
      conditions,
    }),
  ),
})
export type Deployment = z.infer<typeof Deployment>

export const ReplicaSet = z.object({
  metadata: Meta,
  spec: whole(z.object({ replicas: count, selector: whole(Selector), template: PodTemplate })),
  status: whole(
    z.object({
      observedGeneration: count,
      replicas: count,
      readyReplicas: count,
      availableReplicas: count,
      conditions,
    }),
  ),
})
export type ReplicaSet = z.infer<typeof ReplicaSet>

export const StatefulSet = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      replicas: count,
      serviceName: text,
      podManagementPolicy: text,
      selector: whole(Selector),
      template: PodTemplate,
      updateStrategy: part(z.object({ type: word, rollingUpdate: Rolling })),
      volumeClaimTemplates: listOf(
        z.object({ metadata: Meta, spec: whole(z.object({ storageClassName: text })) }),
      ),
    }),
  ),
  status: whole(
    z.object({
      observedGeneration: count,
      replicas: count,
      readyReplicas: count,
      availableReplicas: count,
      currentReplicas: count,
      updatedReplicas: count,
      currentRevision: text,
      updateRevision: text,
      conditions,
    }),
  ),
})
export type StatefulSet = z.infer<typeof StatefulSet>

export const DaemonSet = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      selector: whole(Selector),
      template: PodTemplate,
      updateStrategy: part(z.object({ type: word, rollingUpdate: Rolling })),
    }),
  ),
  status: whole(
    z.object({
      observedGeneration: count,
      desiredNumberScheduled: count,
      currentNumberScheduled: count,
      numberReady: count,
      numberAvailable: count,
      numberUnavailable: count,
      numberMisscheduled: count,
      updatedNumberScheduled: count,
      conditions,
    }),
  ),
})
export type DaemonSet = z.infer<typeof DaemonSet>

const JobSpec = whole(
  z.object({
    parallelism: count,
    completions: count,
    backoffLimit: count,
    activeDeadlineSeconds: count,
    ttlSecondsAfterFinished: count,
    suspend: flag,
    selector: part(Selector),
    template: PodTemplate,
  }),
)
export const Job = z.object({
  metadata: Meta,
  spec: JobSpec,
  status: whole(
    z.object({
      active: count,
      succeeded: count,
      failed: count,
      ready: count,
      startTime: moment,
      completionTime: moment,
      conditions,
    }),
  ),
})
export type Job = z.infer<typeof Job>

export const CronJob = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      schedule: word,
      timeZone: text,
      suspend: flag,
      concurrencyPolicy: text,
      startingDeadlineSeconds: count,
      jobTemplate: whole(z.object({ spec: JobSpec })),
    }),
  ),
  status: whole(
    z.object({ active: listOf(Reference), lastScheduleTime: moment, lastSuccessfulTime: moment }),
  ),
})
export type CronJob = z.infer<typeof CronJob>
