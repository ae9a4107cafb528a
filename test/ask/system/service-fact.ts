/** The page in numbers: what each service is, does, and is hurt by. Minutes are before the moment that the system is played. */
export type ServiceFact = {
  team: string
  namespace: string
  cpuCores: number
  memoryMib: number
  /** Since so many minutes, where it was another before. */
  memoryBefore?: { mib: number; untilMinutes: number }
  perSecond: number
  /** Undefined where nobody measures it. */
  p95Ms?: number
  trouble?: { sinceMinutes: number; p95Ms: number; errorRatio: number }
}

export const errorRatio = 0.002

const shop = { namespace: 'shop' }
export const serviceFacts: Readonly<Record<string, ServiceFact>> = {
  gateway: {
    ...{ ...shop, team: 'team-storefront', cpuCores: 1.5, memoryMib: 400, perSecond: 120, p95Ms: 180 },
    trouble: { sinceMinutes: 24.5, p95Ms: 900, errorRatio: 0.03 },
  },
  orders: {
    ...{ ...shop, team: 'team-storefront', cpuCores: 0.8, memoryMib: 350, perSecond: 40, p95Ms: 120 },
    trouble: { sinceMinutes: 25, p95Ms: 2_100, errorRatio: 0.09 },
  },
  catalogue: { ...shop, team: 'team-catalogue', cpuCores: 0.6, memoryMib: 300, perSecond: 60, p95Ms: 35 },
  search: { ...shop, team: 'team-catalogue', cpuCores: 2.2, memoryMib: 490, perSecond: 25, p95Ms: 90 },
  profile: { ...shop, team: 'team-catalogue', cpuCores: 0.3, memoryMib: 150, perSecond: 15, p95Ms: 22 },
  billing: {
    ...{
      namespace: 'payments',
      team: 'team-payments',
      cpuCores: 0.9,
      memoryMib: 620,
      perSecond: 40,
      p95Ms: 80,
    },
    memoryBefore: { mib: 380, untilMinutes: 27 },
    trouble: { sinceMinutes: 26, p95Ms: 1_900, errorRatio: 0.14 },
  },
  notify: { namespace: 'messaging', team: 'team-platform', cpuCores: 0.2, memoryMib: 90, perSecond: 10 },
  ranker: { namespace: 'ml', team: 'team-ml', cpuCores: 3.1, memoryMib: 2_048, perSecond: 25, p95Ms: 45 },
}

/** Owned, and not measured. */
export const quietTeams: Readonly<Record<string, string>> = {
  'billing-db': 'team-payments',
  'events-bus': 'team-platform',
  trainer: 'team-ml',
}

/** Caller and called; an external one with its kind. */
export const calls: readonly (readonly [string, string])[] = [
  ['gateway', 'orders'],
  ['gateway', 'catalogue'],
  ['gateway', 'search'],
  ['gateway', 'profile'],
  ['orders', 'billing'],
  ['orders', 'events-bus'],
  ['billing', 'billing-db'],
  ['billing', 'external/cards.example'],
  ['notify', 'events-bus'],
  ['search', 'ranker'],
]

export const gibibyte = 1_073_741_824
export const mebibyte = 1_048_576
export const minuteMs = 60_000
export const hoursBack = 2
