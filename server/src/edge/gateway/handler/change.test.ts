import { Change, ChangeInput } from '@aiops/contract/model/change'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import type { Principal } from '../../../service/identity/index.ts'
import type { ChangeFilter } from '../../../service/knowledge/index.ts'
import type { HandlerDeps } from '../handler-deps.ts'
import { changeHandlers } from './change.ts'

const nowMs = Date.UTC(2026, 0, 2)
const principal = { tenant: 'shop', actor: 'ci' } as unknown as Principal
const kept: Change = {
  ...{ id: 'a', tenant_id: 'shop', at: '2026-01-01T00:00:00.000Z', kind: 'ROLLOUT', source: 'API' },
  ...{ entities: ['service/cart'], object: null, summary: 'x', fields: [] },
}

function open() {
  const asked: unknown[] = []
  const knowledge = {
    recordChanges: async (...args: unknown[]) => {
      asked.push(args)
      return [kept]
    },
    changes: async (tenant: string, filter: ChangeFilter) => {
      asked.push([tenant, filter])
      return { changes: [kept], total: 41 }
    },
  } as unknown as HandlerDeps['knowledge']
  return { asked, ...changeHandlers({ knowledge, clock: new ManualClock(nowMs) }) }
}

test('a change is recorded for the tenant of the key, as told by its holder', async () => {
  const { asked, recordChange } = open()
  const body = ChangeInput.parse({ entities: ['service/cart'], summary: 'cart 1.3' })
  expect(Change.parse(await recordChange({ body }, principal))).toEqual(kept)
  expect(asked).toEqual([['shop', 'API', [body], 'ci']])
})

test('changes are those of the last day where no time is said, a page at a time', async () => {
  const { asked, listChanges } = open()
  const query = { page: 3, page_size: 20, kind: [], source: [], entity: 'service/cart' }
  expect(await listChanges({ query }, principal)).toEqual({
    ...{ items: [kept], total: 41, page: 3, page_size: 20, total_pages: 3 },
  })
  expect(asked).toMatchObject([
    [
      'shop',
      {
        ...{ startMs: nowMs - 86_400_000, endMs: nowMs, entities: ['service/cart'] },
        ...{ kinds: [], sources: [], limit: 20, offset: 40 },
      },
    ],
  ])
})
