import { z } from 'zod'
import { count, flag, labels, listOf, moment, text, texts, whole, word } from './field.ts'

export const OwnerReference = z.object({ kind: word, name: word, uid: word, controller: flag })
export type OwnerReference = z.infer<typeof OwnerReference>

/** Without managedFields and without what kubectl wrote down of the last apply, often the larger half of an object. */
export const Meta = whole(
  z.object({
    name: z.string().min(1),
    /** '' for an object of the cluster. */
    namespace: word,
    uid: word,
    resourceVersion: word,
    generation: count,
    creationTimestamp: moment,
    deletionTimestamp: moment,
    deletionGracePeriodSeconds: count,
    labels,
    annotations: labels.transform(
      ({ 'kubectl.kubernetes.io/last-applied-configuration': _, ...kept }) => kept,
    ),
    ownerReferences: listOf(OwnerReference),
    finalizers: texts,
  }),
)
export type Meta = z.infer<typeof Meta>

export const Condition = z.object({
  type: word,
  /** True, False or Unknown. */
  status: word,
  reason: word,
  message: word,
  lastTransitionTime: moment,
  lastUpdateTime: moment,
  observedGeneration: count,
})
export type Condition = z.infer<typeof Condition>
export const conditions = listOf(Condition)

export const Selector = z.object({
  matchLabels: labels,
  matchExpressions: listOf(z.object({ key: word, operator: word, values: texts })),
})
export type Selector = z.infer<typeof Selector>

/** What another object is called by. */
export const Reference = z.object({ apiVersion: text, kind: word, namespace: word, name: word, uid: word })
export type Reference = z.infer<typeof Reference>
