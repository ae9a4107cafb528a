import type { CnfType } from '@aiops/contract/model/cluster'
import type { Labels } from '@aiops/contract/model/label'
import type { ReadingHistory } from '../signature/signature.ts'
import { typeOfMetric } from './cnf-type.ts'
import type { CnfConfig } from './config.ts'
import { type CoreCounter, type CoreGauge, coreCounterOf } from './names.ts'
import { byName, keyOf, labelOf, oncePerReading, type Series, viewMax } from './series.ts'

/** One network function of a 5G core, with what it counts. */
export type CoreInstance = {
  namespace: string
  /** Pod, or the address that was scraped where no pod is known. */
  name: string
  isPod: boolean
  function: CnfType
  counters: Map<CoreCounter, Series[]>
}

/** Network functions by what they expose; whichever labels split a counter (PLMN, slice, cause), they are one. */
export const coreInstances = oncePerReading(({ now }: ReadingHistory): CoreInstance[] => {
  const found = new Map<string, CoreInstance>()
  for (const [name, samples] of byName(now)) {
    const counter = coreCounterOf(name)
    if (!counter) continue
    const type = typeOfMetric(name) ?? typeOfCounter[counter]
    for (const sample of samples) {
      const instance = instanceOf(found, sample.labels)
      if (!instance) continue
      if (type && instance.function === 'OTHER') instance.function = type
      const list = instance.counters.get(counter)
      if (list) list.push(sample)
      else instance.counters.set(counter, [sample])
    }
  }
  return [...found.values()]
})

const typeOfCounter: Partial<Record<CoreCounter, CnfType>> = {
  ...{ gnbs: 'AMF', ran_ues: 'AMF', registered_ues: 'AMF', auth_attempts: 'AMF', auth_rejects: 'AMF' },
  ...{ registration_attempts: 'AMF', paging_attempts: 'AMF', pdu_session_attempts: 'SMF' },
  ...{ pdu_sessions: 'SMF', upf_sessions: 'UPF' },
}

function instanceOf(found: Map<string, CoreInstance>, labels: Readonly<Labels>): CoreInstance | undefined {
  const pod = labelOf(labels, 'pod')
  const name = pod ?? labels.instance ?? labels.job ?? 'core'
  const namespace = labelOf(labels, 'namespace') ?? ''
  const key = keyOf(namespace, name)
  const known = found.get(key)
  if (known || found.size >= viewMax) return known
  const made: CoreInstance = {
    ...{ namespace, name, isPod: pod !== undefined, function: 'OTHER' },
    counters: new Map(),
  }
  found.set(key, made)
  return made
}

/** A share of attempts: of successes, or of failures, as functions count the one or the other; of both, what is worse. */
export type RatioKpi = {
  name: string
  attempts: CoreCounter
  successes?: CoreCounter
  failures?: CoreCounter
  target: (config: CnfConfig) => number
}
export const ratioKpis: readonly RatioKpi[] = [
  {
    name: 'registration_success',
    ...{ attempts: 'registration_attempts', successes: 'registration_successes' },
    target: (config) => config.registration_success,
  },
  {
    name: 'pdu_session_success',
    // Some releases count a success twice: the failures tell then.
    ...{ attempts: 'pdu_session_attempts', successes: 'pdu_session_successes' },
    failures: 'pdu_session_failures',
    target: (config) => config.pdu_session_success,
  },
  {
    name: 'paging_success',
    ...{ attempts: 'paging_attempts', successes: 'paging_successes' },
    target: (config) => config.paging_success,
  },
  {
    name: 'n4_success',
    ...{ attempts: 'n4_attempts', failures: 'n4_failures' },
    target: (config) => config.n4_success,
  },
  {
    name: 'n4_report_success',
    ...{ attempts: 'n4_report_attempts', successes: 'n4_report_successes' },
    target: (config) => config.n4_success,
  },
  {
    name: 'auth_success',
    ...{ attempts: 'auth_attempts', failures: 'auth_rejects' },
    target: (config) => 1 - config.auth_reject_ratio,
  },
  {
    name: 'policy_success',
    ...{ attempts: 'policy_attempts', successes: 'policy_successes' },
    target: (config) => config.policy_success,
  },
]

export type Ratio = {
  /** Undefined where there were too few attempts to say. */
  success: number | undefined
  attempts: number
  /** Of which evidence can be shown. */
  series: readonly Series[]
}

/** Over increases within the window, never over totals: yesterday’s successes would hide today’s failures. Undefined where nothing is counted. */
export function ratioOf(
  history: ReadingHistory,
  { counters }: CoreInstance,
  kpi: RatioKpi,
  config: CnfConfig,
): Ratio | undefined {
  const windowMs = config.core_window_seconds * 1_000
  const tried = counters.get(kpi.attempts)
  const succeeded = (kpi.successes && counters.get(kpi.successes)) ?? []
  const failed = (kpi.failures && counters.get(kpi.failures)) ?? []
  // Failures are counted by cause, and a cause has no series before its first; successes always have.
  if (!tried || (kpi.successes && succeeded.length === 0)) return undefined
  const attempts = riseOf(history, tried, windowMs)
  if (attempts === undefined) return undefined
  const series = [...tried, ...succeeded, ...failed]
  if (attempts < config.core_attempts_min) return { success: undefined, attempts, series }
  const shareOf = (counted: readonly Series[]): number | undefined => {
    const rise = counted.length === 0 ? 0 : riseOf(history, counted, windowMs, attempts)
    return rise === undefined ? undefined : Math.min(1, Math.max(0, rise / attempts))
  }
  const success = kpi.successes ? shareOf(succeeded) : 1
  const failure = kpi.failures ? shareOf(failed) : 0
  if (success === undefined || failure === undefined) return undefined
  return { success: Math.min(success, 1 - failure), attempts, series }
}

/** z of a two-sided confidence of 99 %. */
const z = 2.576

/** Upper bound of the share that succeeds in truth, by what was seen of it (Wilson 1927). A quiet core that fails once has not failed. */
export function mostLikely(success: number, attempts: number): number {
  const spread = z * Math.sqrt((success * (1 - success)) / attempts + z ** 2 / (4 * attempts ** 2))
  return (success + z ** 2 / (2 * attempts) + spread) / (1 + z ** 2 / attempts)
}

/**
 * Rise of all series together. A series that is too young to tell counts whole where another is old enough: it began at 0 within the
 * window, unless it claims more than `most`.
 */
export function riseOf(
  history: ReadingHistory,
  series: readonly Series[],
  windowMs: number,
  most?: number,
): number | undefined {
  let sum = 0
  let known = false
  for (const one of series) {
    const rise = history.increase(one, windowMs)
    if (rise !== undefined) known = true
    sum += rise ?? (most !== undefined && one.value <= most ? one.value : 0)
  }
  return known || most !== undefined ? sum : undefined
}

export const gaugeOf = ({ counters }: CoreInstance, name: CoreGauge): number | undefined => {
  const series = counters.get(name)
  return series?.reduce((sum, { value }) => sum + value, 0)
}

/** What a gauge was at its highest within the window; of several series what they were together at its beginning. */
export function peakOf(
  history: ReadingHistory,
  { counters }: CoreInstance,
  name: CoreGauge,
  windowMs: number,
): number | undefined {
  const series = counters.get(name)
  if (!series) return undefined
  let sum = 0
  for (const one of series) {
    const range = history.range(one, windowMs)
    if (!range) return undefined
    sum += series.length === 1 ? range.max : range.first
  }
  return sum
}
