import type { ObjectChange } from '@aiops/contract/model/kubernetes'
import { expect, it } from 'vitest'
import { groupChanges } from './change-group.ts'

const web = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const change = (minute: number, name: string, owner: ObjectChange['owner'] = null) =>
  ({
    at: new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString(),
    object: { kind: 'Pod', namespace: 'shop', name },
    owner,
  }) as ObjectChange

it('tells what one owner went through as one story, and a later one apart', () => {
  const groups = groupChanges([
    change(30, 'web-1', web),
    change(29, 'other'),
    change(29, 'web-2', web),
    change(10, 'web-1', web),
  ])
  expect(groups.map(({ owner, changes }) => [owner.name, changes.length])).toEqual([
    ['web', 2],
    ['other', 1],
    ['web', 1],
  ])
  expect(new Set(groups.map(({ key }) => key)).size).toBe(3)
})
