import type { HealthCheck } from '@aiops/contract/model/kubernetes'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { Kind } from '../object/kind.ts'
import type { ClusterView, ObjectRef } from '../view.ts'
import type { PlatformOf } from './platform.ts'

/** What a check knows beside the view. */
export type CheckContext = {
  view: ClusterView
  platform: PlatformOf
  /** How the last call to the API server went; undefined where none was made. */
  api: { reachable: boolean; message: string } | undefined
}

/** What a check found. Severity is that of what is wrong, INFO where nothing is. */
export type CheckResult = {
  status: HealthCheck['status']
  severity?: HealthCheck['severity']
  message: string
  objects?: readonly ObjectRef[]
}

/** One of the checks: a pure function of its context. */
export type Check = {
  id: string
  category: string
  title: string
  /** Kinds without which nothing can be said. */
  needs: readonly Kind[]
  /** Left out: everywhere. */
  applies?(context: CheckContext): boolean
  /** In steps where it looks at all pods or Services. */
  run(context: CheckContext): CheckResult | Stepwise<CheckResult>
  /** What to do where it does not pass; commands read, and change nothing. */
  remediation: HealthCheck['remediation']
}

export const passed = (message: string): CheckResult => ({ status: 'PASS', severity: 'INFO', message })
export const unknown = (message: string): CheckResult => ({ status: 'UNKNOWN', severity: 'INFO', message })

/** As `filter` does. A step is 128 items. */
export function* chosen<T>(items: readonly T[], is: (item: T) => boolean): Stepwise<T[]> {
  const found: T[] = []
  for (let i = 0; i < items.length; i += 1) {
    if (i % 128 === 127) yield
    if (is(items[i]!)) found.push(items[i]!)
  }
  return found
}

/** `3 nodes`, `1 node`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** The first few names, and how many more. */
export function named(objects: readonly ObjectRef[], max = 3): string {
  const names = objects
    .slice(0, max)
    .map(({ namespace, name }) => (namespace ? `${namespace}/${name}` : name))
  const more = objects.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}
