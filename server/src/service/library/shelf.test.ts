import type { KnowledgeDocument } from '@aiops/contract/model/knowledge'
import { describe, expect, it } from 'vitest'
import { Turn } from '../../kernel/turn.ts'
import { Shelf } from './shelf.ts'

const at = '2026-01-01T00:00:00.000Z'
const documentOf = (id: string, text: string): KnowledgeDocument => ({
  ...{
    id,
    kind: 'DOCUMENT',
    title: id,
    text,
    url: null,
    entities: [],
    tags: [],
    origin: 'API',
    source: null,
  },
  ...{
    created_by: 'a',
    created_at: at,
    updated_by: 'a',
    updated_at: at,
    version: 1,
    size_bytes: text.length,
  },
})

describe('a shelf', () => {
  it('gives way within a long document and between short ones', async () => {
    let gifts = 0
    const turn = Object.assign(new Turn({ monotonic: () => 0 }), {
      due: () => true,
      give: async () => {
        gifts += 1
      },
    })
    const shelf = new Shelf('default', turn)
    await shelf.put(documentOf('long', 'word word\n'.repeat(20_000)), null)
    expect(gifts).toBeGreaterThanOrEqual(6)
    gifts = 0
    for (const id of ['a', 'b', 'c']) await shelf.put(documentOf(id, 'x'), null)
    expect(gifts).toBeGreaterThanOrEqual(3)
    expect(shelf.index.search(['word'], 10).total).toBe(1)
  })

  it('counts what it holds as documents come, change and go', async () => {
    const shelf = new Shelf('default', new Turn({ monotonic: () => 0 }))
    await shelf.put(documentOf('a', 'xx'), null)
    await shelf.put(documentOf('a', 'xxxx'), null)
    await shelf.put({ ...documentOf('i', 'yyyy'), kind: 'INCIDENT' }, null)
    expect(shelf.held).toEqual({ documents: 1, bytes: 4 })
    expect(shelf.remove('a')).toBe(true)
    expect(shelf.remove('a')).toBe(false)
    expect([shelf.held, shelf.size]).toEqual([{ documents: 0, bytes: 0 }, 1])
  })
})
