import type { ObjectChange } from '@aiops/contract/model/kubernetes'
import { type ObjectName, writeObject } from './tab-search.ts'

/** Changes of one owner that follow each other closely: a rollout and what became of its pods. */
export type ChangeGroup = { key: string; owner: ObjectName; changes: readonly ObjectChange[] }

/** Within this from one to the next it is one story. */
const gapMs = 120_000

/** By the farthest owner, newest first, as the changes come. */
export function groupChanges(changes: readonly ObjectChange[]): ChangeGroup[] {
  const groups: { key: string; owner: ObjectName; changes: ObjectChange[] }[] = []
  const open = new Map<string, (typeof groups)[number]>()
  for (const change of changes) {
    const owner = change.owner ?? change.object
    const name = writeObject(owner)
    const group = open.get(name)
    const last = group?.changes.at(-1)
    if (group && last && Date.parse(last.at) - Date.parse(change.at) <= gapMs) group.changes.push(change)
    else {
      const fresh = { key: `${name} ${change.at}`, owner, changes: [change] }
      groups.push(fresh)
      open.set(name, fresh)
    }
  }
  return groups
}
