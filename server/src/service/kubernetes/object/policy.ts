import { z } from 'zod'
import {
  count,
  flag,
  intOrText,
  listOf,
  moment,
  part,
  quantities,
  text,
  texts,
  whole,
  word,
} from './field.ts'
import { conditions, Meta, Selector } from './meta.ts'

const Metric = z.object({
  type: word,
  resource: part(z.object({ name: word, target: part(z.object({ type: word, averageUtilization: count })) })),
  containerResource: part(z.object({ name: word, container: word })),
})

/** autoscaling/v2. */
export const HorizontalPodAutoscaler = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      scaleTargetRef: whole(z.object({ kind: word, name: word, apiVersion: text })),
      minReplicas: count,
      maxReplicas: count,
      metrics: listOf(Metric),
    }),
  ),
  status: whole(
    z.object({ currentReplicas: count, desiredReplicas: count, lastScaleTime: moment, conditions }),
  ),
})
export type HorizontalPodAutoscaler = z.infer<typeof HorizontalPodAutoscaler>

export const PodDisruptionBudget = z.object({
  metadata: Meta,
  spec: whole(z.object({ minAvailable: intOrText, maxUnavailable: intOrText, selector: part(Selector) })),
  status: whole(
    z.object({
      disruptionsAllowed: count,
      currentHealthy: count,
      desiredHealthy: count,
      expectedPods: count,
      conditions,
    }),
  ),
})
export type PodDisruptionBudget = z.infer<typeof PodDisruptionBudget>

export const ResourceQuota = z.object({
  metadata: Meta,
  spec: whole(z.object({ hard: quantities })),
  status: whole(z.object({ hard: quantities, used: quantities })),
})
export type ResourceQuota = z.infer<typeof ResourceQuota>

export const LimitRange = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      limits: listOf(
        z.object({
          type: word,
          max: quantities,
          min: quantities,
          default: quantities,
          defaultRequest: quantities,
        }),
      ),
    }),
  ),
})
export type LimitRange = z.infer<typeof LimitRange>

export const PriorityClass = z.object({
  metadata: Meta,
  value: count,
  globalDefault: flag,
  preemptionPolicy: text,
})
export type PriorityClass = z.infer<typeof PriorityClass>

export const Namespace = z.object({
  metadata: Meta,
  spec: whole(z.object({ finalizers: texts })),
  status: whole(z.object({ phase: word, conditions })),
})
export type Namespace = z.infer<typeof Namespace>

/** Listed by metadata alone: what is in it is neither asked for nor kept. */
export const Named = z.object({ metadata: Meta })
export type Named = z.infer<typeof Named>

export const ServiceAccount = z.object({
  metadata: Meta,
  automountServiceAccountToken: flag,
  imagePullSecrets: listOf(z.object({ name: word })),
})
export type ServiceAccount = z.infer<typeof ServiceAccount>

const rules = listOf(
  z.object({
    apiGroups: texts,
    resources: texts,
    verbs: texts,
    resourceNames: texts,
    nonResourceURLs: texts,
  }),
)
/** A Role or a ClusterRole. */
export const Role = z.object({ metadata: Meta, rules, aggregationRule: part(z.object({})) })
export type Role = z.infer<typeof Role>
/** A RoleBinding or a ClusterRoleBinding. */
export const RoleBinding = z.object({
  metadata: Meta,
  roleRef: whole(z.object({ kind: word, name: word })),
  subjects: listOf(z.object({ kind: word, namespace: word, name: word })),
})
export type RoleBinding = z.infer<typeof RoleBinding>
