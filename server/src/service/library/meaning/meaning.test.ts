import { afterEach, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { Embedder } from '../../../port/embedder.ts'
import {
  asked,
  documentInput,
  type LibraryRig,
  openLibraryRig,
  type RigOptions,
} from '../library-rig.suite.ts'
import { VectorShelf } from './vector-shelf.ts'

/** Knows two things: memory, and disks. */
const conceptOf = (text: string): Float32Array => {
  const has = (words: RegExp): number => (words.test(text.toLowerCase()) ? 1 : 0)
  const vector = [has(/memory|oom|heap/), has(/disk|volume|storage/), 0.1]
  const length = Math.hypot(...vector)
  return Float32Array.from(vector, (one) => one / length)
}
type Fake = Embedder & { sent: string[][]; fails: boolean }
const fakeEmbedder = (local = true): Fake => ({
  ...{ model: 'fake', local, sent: [], fails: false },
  async embed(texts) {
    this.sent.push([...texts])
    if (this.fails) throw new Error('no')
    return texts.map(conceptOf)
  },
})

const ground = {
  openRecords: () => openSqliteRecordStore(':memory:'),
  openBus: () => createMemoryBus({ log: silentLog, metrics: createMetrics() }),
}
let rigs: LibraryRig[] = []
afterEach(async () => {
  for (const { library, records } of rigs) {
    await library.stop()
    await records.close()
  }
  rigs = []
})
async function rig(options: RigOptions): Promise<LibraryRig> {
  const made = await openLibraryRig(ground, options)
  rigs.push(made)
  return made
}

describe('search by meaning', () => {
  it('finds what says the same in other words, and says which model took part', async () => {
    const one = await rig({ embedder: fakeEmbedder() })
    await one.library.create('default', 'a', documentInput('Heap', 'The heap is exhausted.'))
    await one.library.create('default', 'a', documentInput('Volumes', 'The volume is full.'))
    await one.library.refresh()
    const found = await one.library.search('default', asked('OOM'))
    expect(found.hits[0]).toMatchObject({ document: { title: 'Heap' }, parts: { lexical: 0 } })
    expect(found.hits[0]?.parts.semantic).toBeGreaterThan(0.9)
    expect(found.hits[0]?.passages[0]?.text).toBe('The heap is exhausted.')
    expect(found.semantic).toEqual({ model: 'fake', documents: 2, documents_total: 2 })
  })

  it('asks once for what has not changed, over a restart too', async () => {
    const embedder = fakeEmbedder()
    const one = await rig({ embedder })
    await one.library.create('default', 'a', documentInput('Heap', 'The heap is exhausted.'))
    await one.library.refresh()
    await one.library.refresh()
    await one.library.stop()
    const two = await rig({ embedder, records: one.records })
    await two.library.refresh()
    rigs = [two]
    expect(embedder.sent).toHaveLength(1)
    expect((await two.library.search('default', asked('OOM'))).hits[0]?.document.title).toBe('Heap')
  })

  it('is not, where the policy of the tenant does not let its texts be read', async () => {
    const embedder = fakeEmbedder(false)
    const one = await rig({ embedder, mayEmbed: (tenant) => tenant === 'shop' })
    await one.library.create('default', 'a', documentInput('Heap', 'The heap is exhausted.'))
    await one.library.refresh()
    const found = await one.library.search('default', asked('heap'))
    expect([found.semantic, found.hits.length, found.notes.length]).toEqual([null, 1, 1])
    expect(embedder.sent).toEqual([])
  })

  it('lets no secret leave this network, and what leaves is in the audit log', async () => {
    const embedder = fakeEmbedder(false)
    const one = await rig({ embedder })
    await one.library.create(
      'default',
      'a',
      documentInput('Heap', 'password=hunter2hunter2 AKIAIOSFODNN7EXAMPLE'),
    )
    await one.library.refresh()
    expect(JSON.stringify(embedder.sent)).not.toContain('AKIAIOSFODNN7EXAMPLE')
    expect(one.audited).toMatchObject([{ tenant: 'default', model: 'fake', texts: 1, outcome: 'DONE' }])
  })

  it('gives way to words where the embedder fails, rests, and then goes on', async () => {
    const embedder = fakeEmbedder()
    const one = await rig({ embedder })
    await one.library.create('default', 'a', documentInput('Heap', 'The heap is exhausted.'))
    embedder.fails = true
    await one.library.refresh()
    const found = await one.library.search('default', asked('heap'))
    expect([found.semantic, found.hits.length, found.notes.length]).toEqual([null, 1, 1])
    const calls = embedder.sent.length
    await one.library.search('default', asked('heap'))
    expect(embedder.sent).toHaveLength(calls)
    embedder.fails = false
    await one.clock.advance(60_000)
    await one.library.refresh()
    expect((await one.library.search('default', asked('OOM'))).hits[0]?.document.title).toBe('Heap')
  })
})

describe('vectors', () => {
  it('are compared exactly after any coming and going', async () => {
    const shelf = new VectorShelf()
    const left = new Map<string, Float32Array[]>()
    const { next } = seededRandom(7)
    for (let step = 0; step < 300; step += 1) {
      const id = `d${Math.floor(next() * 20)}`
      const vectors = Array.from({ length: Math.floor(next() * 4) }, () =>
        Float32Array.of(next(), next(), next(), next(), next()),
      )
      if (next() < 0.3) {
        shelf.remove(id)
        left.delete(id)
      } else {
        shelf.put(id, vectors)
        left.set(id, vectors)
      }
    }
    const question = Float32Array.of(1, 0.5, 0, -0.5, 2)
    const expected = [...left]
      .filter(([, vectors]) => vectors.length > 0)
      .map(([id, vectors]) => ({
        id,
        score: Math.max(
          ...vectors.map((one) => one.reduce((sum, value, at) => sum + value * question[at]!, 0)),
        ),
      }))
      .sort((a, b) => b.score - a.score)
    const found = await shelf.nearest(question, 100, () => true, new Turn({ monotonic: () => 0 }))
    expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
    for (const [at, { score }] of found.entries()) expect(score).toBeCloseTo(expected[at]?.score ?? 0, 5)
  })
})
