/** Workloads of a cluster as the page lists them, in the order of the page. */
export type WorkloadPlan = {
  namespace: string
  name: string
  kind: 'Deployment' | 'StatefulSet'
  replicas: number
  team?: string
  version: string
  /** Minutes ago that the present revision was rolled out. */
  startedMinutes: number
  /** Of the revision before, where that is another. */
  versionBefore?: string
  nodes: readonly string[]
  gpus?: number
  memoryLimit?: string
  /** Where it is not called as the workload is. */
  image?: string
  /** Nobody calls it. */
  hasNoService?: true
}

const days = 24 * 60
const one = (
  namespace: string,
  name: string,
  replicas: number,
  nodes: readonly string[],
  more: Partial<WorkloadPlan> = {},
): WorkloadPlan => ({
  ...{ namespace, name, replicas, nodes, kind: 'Deployment', version: '1.4.2', startedMinutes: 9 * days },
  ...more,
})
const [w1, w2, w3] = ['worker-1', 'worker-2', 'worker-3']
const teams = {
  ...{ storefront: { team: 'team-storefront' }, catalogue: { team: 'team-catalogue' } },
  ...{ payments: { team: 'team-payments' }, platform: { team: 'team-platform' }, ml: { team: 'team-ml' } },
} as const

/** Nobody's pods are on worker-4: what was there was made anew elsewhere. */
export const harbourEast: readonly WorkloadPlan[] = [
  one('shop', 'gateway', 3, [w1, w2, w1], teams.storefront),
  one('shop', 'orders', 3, [w1, w2, w2], teams.storefront),
  one('shop', 'catalogue', 2, [w1, w2], teams.catalogue),
  one('shop', 'search', 2, [w1], { ...teams.catalogue, memoryLimit: '512Mi', startedMinutes: 3 * days }),
  one('shop', 'profile', 2, [w1, w2], teams.catalogue),
  one('shop', 'catalogue-canary', 1, [w2], {
    ...{
      ...teams.catalogue,
      image: 'catalogue',
      version: '2.0.0-rc9',
      startedMinutes: 65,
      hasNoService: true,
    },
  }),
  one('payments', 'billing', 3, [w1, w2, w1], {
    ...{
      ...teams.payments,
      version: '2.7.0',
      versionBefore: '2.6.3',
      startedMinutes: 27,
      memoryLimit: '1Gi',
    },
  }),
  one('payments', 'billing-db', 1, [w2], {
    ...teams.payments,
    kind: 'StatefulSet',
    version: '16.4',
    memoryLimit: '4Gi',
  }),
  one('messaging', 'events-bus', 3, [w1, w2, w3], {
    ...teams.platform,
    kind: 'StatefulSet',
    version: '3.8.1',
    memoryLimit: '2Gi',
  }),
  one('messaging', 'notify', 2, [w1, w2], teams.platform),
  one('ml', 'ranker', 1, [w2], { ...teams.ml, gpus: 1, memoryLimit: '8Gi' }),
  one('ml', 'trainer', 1, [], {
    ...teams.ml,
    kind: 'StatefulSet',
    gpus: 4,
    startedMinutes: 55,
    memoryLimit: '8Gi',
  }),
  one('ran', 'vdu', 1, [w1], { kind: 'StatefulSet', memoryLimit: '8Gi' }),
  one('ran', 'upf', 1, [w1], { kind: 'StatefulSet', memoryLimit: '8Gi' }),
  one('monitoring', 'metrics-agent', 1, [w1], { hasNoService: true }),
]

export const dockLab: readonly WorkloadPlan[] = [one('lab', 'bench', 2, ['lab-1', 'lab-1'])]
export const harbourWest: readonly WorkloadPlan[] = [one('shop', 'gateway', 2, ['west-1', 'west-2'])]
