import { Runbook } from '@aiops/contract/model/runbook'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../adapter/memory/event-bus.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import {
  asked,
  documentInput,
  type LibraryRig,
  openLibraryRig,
  type RigOptions,
} from './library-rig.suite.ts'

const ground = {
  openRecords: () => openSqliteRecordStore(':memory:'),
  openBus: () => createMemoryBus({ log: silentLog, metrics: createMetrics() }),
}
let open: LibraryRig[] = []
afterEach(async () => {
  for (const { library, records } of open) {
    await library.stop()
    await records.close()
  }
  open = []
})
async function rig(options: RigOptions = {}): Promise<LibraryRig> {
  const made = await openLibraryRig(ground, options)
  open.push(made)
  return made
}
const titles = async ({ library }: LibraryRig, question: string, tenant = 'default'): Promise<string[]> =>
  (await library.search(tenant, asked(question))).hits.map(({ document }) => document.title)

describe('documents that people write', () => {
  it('are found by their words at once, with the passage that holds them', async () => {
    const one = await rig()
    await one.library.create(
      'default',
      'anna',
      documentInput('Redis', '# Symptoms\nSlow.\n# Remedy\nRun MEMORY PURGE on redis-main.'),
    )
    await one.library.create('default', 'anna', documentInput('Postgres', 'Vacuum the tables.'))
    const { hits, total, semantic, notes } = await one.library.search(
      'default',
      asked('memory of redis-main'),
    )
    expect([total, semantic, notes]).toEqual([1, null, []])
    const [hit] = hits
    expect(hit?.document).toMatchObject({
      title: 'Redis',
      kind: 'DOCUMENT',
      origin: 'API',
      created_by: 'anna',
      version: 1,
    })
    expect(hit?.document).not.toHaveProperty('text')
    expect(hit?.parts).toEqual({ lexical: hit?.score, semantic: null })
    const [passage] = hit?.passages ?? []
    expect(passage?.heading).toBe('Remedy')
    expect(passage?.highlights.map(({ from, to }) => passage.text.slice(from, to))).toEqual([
      'MEMORY',
      'redis-main',
    ])
  })

  it('are found as they are now, and keep what they were', async () => {
    const one = await rig({ config: { versions_max: 2 } })
    const { id } = await one.library.create('default', 'anna', documentInput('A', 'oranges'))
    for (const text of ['apples', 'pears', 'plums'])
      await one.library.update('default', 'berta', id, documentInput('A', text))
    expect(await titles(one, 'oranges')).toEqual([])
    expect(await titles(one, 'plums')).toEqual(['A'])
    expect((await one.library.versions('default', id)).map(({ version }) => version)).toEqual([4, 3, 2])
    expect(await one.library.get('default', id, 2)).toMatchObject({
      text: 'apples',
      created_by: 'anna',
      updated_by: 'berta',
    })
    await expect(one.library.get('default', id, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await one.library.delete('default', id)
    expect(await titles(one, 'plums')).toEqual([])
    await expect(one.library.get('default', id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('are not overwritten by who has not read the last version', async () => {
    const one = await rig()
    const { id } = await one.library.create('default', 'anna', documentInput('A', 'x'))
    const both = await Promise.allSettled([
      one.library.update('default', 'anna', id, documentInput('A', 'y'), 1),
      one.library.update('default', 'berta', id, documentInput('A', 'z'), 1),
    ])
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(both[1]).toMatchObject({ reason: { code: 'CONFLICT' } })
    expect((await one.library.get('default', id)).text).toBe('y')
  })

  it('of one tenant are nothing to another', async () => {
    const one = await rig()
    const { id } = await one.library.create('default', 'anna', documentInput('Secret', 'oranges'))
    expect(await titles(one, 'oranges', 'shop')).toEqual([])
    expect(one.library.list('shop', { kinds: [], origins: [] })).toEqual([])
    for (const attempt of [
      () => one.library.get('shop', id),
      () => one.library.update('shop', 'eve', id, documentInput('A', 'x')),
      () => one.library.delete('shop', id),
      () => one.library.versions('shop', id),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(one.library.create('nobody', 'eve', documentInput('A', 'x'))).rejects.toMatchObject({
      code: 'TENANT_UNKNOWN',
    })
  })

  it('are as many, and hold as much, as they may', async () => {
    const one = await rig({ config: { documents_max: 2, bytes_max: 2_000 } })
    await one.library.create('default', 'a', documentInput('A', 'x'))
    await expect(
      one.library.create('default', 'a', documentInput('B', 'x'.repeat(2_000))),
    ).rejects.toMatchObject({ code: 'CONFLICT' })
    const { id } = await one.library.create('default', 'a', documentInput('B', 'x'.repeat(1_000)))
    await expect(one.library.create('default', 'a', documentInput('C', 'x'))).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await one.library.delete('default', id)
    await one.library.create('default', 'a', documentInput('C', 'x'))
    await one.library.create('shop', 'a', documentInput('D', 'x'))
  })

  it('are there after a restart', async () => {
    const one = await rig()
    const { id } = await one.library.create('default', 'anna', documentInput('A', 'oranges'))
    await one.library.update('default', 'anna', id, documentInput('A', 'apples'))
    await one.library.stop()
    const two = await rig({ records: one.records })
    expect(await titles(two, 'apples')).toEqual(['A'])
    expect(await titles(two, 'oranges')).toEqual([])
    expect(await two.library.get('default', id)).toMatchObject({ version: 2 })
    open = [two]
  })

  it('are listed by kind, entity, tag and part of the title, changed last first', async () => {
    const one = await rig()
    const entities = ['service/cart']
    await one.library.create(
      'default',
      'a',
      documentInput('Cart', 'x', { kind: 'POST_MORTEM', entities, tags: ['oom'] }),
    )
    await one.clock.advance(1_000)
    await one.library.create('default', 'a', documentInput('Carts again', 'x'))
    const list = (filter: object): string[] =>
      one.library.list('default', { kinds: [], origins: [], ...filter }).map(({ title }) => title)
    expect(list({})).toEqual(['Carts again', 'Cart'])
    expect(list({ kinds: ['POST_MORTEM'] })).toEqual(['Cart'])
    expect(list({ entity: 'service/cart' })).toEqual(['Cart'])
    expect(list({ tag: 'oom' })).toEqual(['Cart'])
    expect(list({ text: 'AGAIN' })).toEqual(['Carts again'])
    const found = await one.library.search('default', { ...asked('x cart'), kinds: ['POST_MORTEM'] })
    expect(found.hits.map(({ document }) => document.title)).toEqual(['Cart'])
    expect(one.library.counts('default')).toEqual({ RUNBOOK: 0, POST_MORTEM: 1, DOCUMENT: 1, INCIDENT: 0 })
  })
})

const restart = Runbook.parse({
  ...{ id: 'restart', name: 'Restart the cart', description: 'Frees leaked connections.' },
  match: { categories: ['POOL'], entities: ['service/cart'] },
  steps: [
    {
      name: 'restart',
      type: 'http',
      method: 'POST',
      url: 'http://cart/restart?token=hunter2',
      headers: { authorization: 'Bearer hunter2' },
    },
  ],
})

describe('files and runbooks', () => {
  it('appear, change and go by themselves', async () => {
    const one = await rig()
    one.files.push({ file: 'disk.md', text: '# Disk full\nDelete old logs.', modifiedMs: 1_600_000_000_000 })
    one.runbooks.push(restart)
    await one.library.refresh()
    expect(await titles(one, 'old logs')).toEqual(['Disk full'])
    expect(await titles(one, 'leaked connections')).toEqual(['Restart the cart'])
    expect(await one.library.get('default', 'file:disk.md')).toMatchObject({
      origin: 'FILE',
      source: 'disk.md',
      updated_at: '2020-09-13T12:26:40.000Z',
    })
    one.files[0] = { file: 'disk.md', text: '# Disk full\nAdd a volume.' }
    one.runbooks.length = 0
    await one.library.refresh()
    expect(await titles(one, 'old logs')).toEqual([])
    expect(await titles(one, 'volume')).toEqual(['Disk full'])
    expect(await titles(one, 'leaked connections')).toEqual([])
    one.files.length = 0
    await one.library.refresh()
    expect(one.library.list('default', { kinds: [], origins: [] })).toEqual([])
  })

  it('are changed where they come from', async () => {
    const one = await rig()
    one.files.push({ file: 'disk.md', text: 'x' })
    await one.library.refresh()
    await expect(one.library.delete('default', 'file:disk.md')).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(
      one.library.update('default', 'a', 'file:disk.md', documentInput('A', 'x')),
    ).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('that are wrong are named, and stay as they last were right', async () => {
    const one = await rig()
    one.files.push({ file: 'a.md', text: 'apples' }, { file: 'b.md', text: '---\nkind: X\n---\nx' })
    await one.library.refresh()
    expect(one.library.problems('default')).toEqual([
      { file: 'b.md', message: expect.stringMatching(/^kind: /) },
    ])
    one.files[0] = { file: 'a.md', text: '---\n: : :\n---\npears' }
    await one.library.refresh()
    expect(one.library.problems('default')).toHaveLength(2)
    expect(await titles(one, 'apples')).toEqual(['a'])
  })

  it('of runbooks hold nothing that may be secret', async () => {
    const one = await rig()
    one.runbooks.push(restart)
    await one.library.refresh()
    expect(JSON.stringify(await one.library.get('shop', 'runbook:restart'))).not.toContain('hunter2')
  })
})
