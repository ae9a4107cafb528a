import type { ObjectName } from './tab-search.ts'
import type { TabChange } from './use-tab-search.ts'

/** What every part of an object in full is given. */
export type ObjectPartProps = {
  clusterId: string
  object: ObjectName
  at: string | undefined
  change: TabChange
}
