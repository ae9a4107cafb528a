import type { Answerer } from './answerer.ts'
import { listClusters } from './inside/cluster-list.ts'
import { listEvents } from './inside/event-list.ts'
import { listFindings } from './inside/finding-list.ts'
import { imagePulls } from './inside/image-pull.ts'
import { listNodes } from './inside/node-list.ts'
import { pendingPods } from './inside/pending.ts'
import { listPods } from './inside/pod-list.ts'
import { restarts } from './inside/restart.ts'
import { listWorkloads } from './inside/workload-list.ts'

/** The fleet and the insides of its clusters. */
export const insideAnswerers: readonly Answerer[] = [
  ...[listClusters, listPods, listNodes, listWorkloads, listEvents, listFindings],
  ...[pendingPods, imagePulls, restarts],
]
