import { z } from 'zod'
import { count, flag, listOf, moment, quantities, text, whole, word } from './field.ts'
import { conditions, Meta } from './meta.ts'

export const Taint = z.object({ key: word, value: word, effect: word, timeAdded: moment })
export type Taint = z.infer<typeof Taint>

export const Node = z.object({
  metadata: Meta,
  spec: whole(z.object({ unschedulable: flag, providerID: text, taints: listOf(Taint) })),
  status: whole(
    z.object({
      capacity: quantities,
      allocatable: quantities,
      conditions,
      addresses: listOf(z.object({ type: word, address: word })),
      nodeInfo: whole(
        z.object({
          kubeletVersion: word,
          containerRuntimeVersion: word,
          kernelVersion: word,
          osImage: word,
          architecture: word,
          bootID: word,
        }),
      ),
    }),
  ),
})
export type Node = z.infer<typeof Node>

/** coordination.k8s.io: of nodes (kube-node-lease) and of elections. */
export const Lease = z.object({
  metadata: Meta,
  spec: whole(
    z.object({
      holderIdentity: text,
      leaseDurationSeconds: count,
      acquireTime: moment,
      renewTime: moment,
      leaseTransitions: count,
    }),
  ),
})
export type Lease = z.infer<typeof Lease>
