// What search in the knowledge base costs: `node --expose-gc bench/knowledge-search.ts [--documents 20000] [--questions 400]`.
// Documents drawn with a Zipf vocabulary of 60,000 words, 200 services and headings; about 2 KB each. CPU of this process, never wall time.
import { parseArgs } from 'node:util'
import type { KnowledgeDocument } from '../contract/src/model/knowledge.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { type Random, seededRandom } from '../server/src/kernel/random.ts'
import { Turn } from '../server/src/kernel/turn.ts'
import { VectorShelf } from '../server/src/service/library/meaning/vector-shelf.ts'
import { searchShelf } from '../server/src/service/library/search/search.ts'
import { Shelf } from '../server/src/service/library/shelf.ts'
import { cpuSeconds, machine } from './machine.ts'

const { values } = parseArgs({
  options: { documents: { type: 'string', default: '20000' }, questions: { type: 'string', default: '400' } },
})
const [documents, questions] = [Number(values.documents), Number(values.questions)]
const random = seededRandom(1)
const [vocabulary, services] = [60_000, 200]

/** Zipf with exponent 1, by the inverse of its continuous form. */
const wordAt = (at: number): string => `w${Math.floor(at).toString(36)}`
const word = (of: Random): string => wordAt(vocabulary ** of.next())
const service = (of: Random): string => `svc-${Math.floor(of.next() * services)}`
const sentence = (of: Random, count: number): string =>
  Array.from({ length: count }, () => (of.next() < 0.03 ? service(of) : word(of))).join(' ')

function drawn(at: number): KnowledgeDocument {
  const section = (): string => `## ${sentence(random, 3)}\n\n${sentence(random, 110)}.\n`
  const text = Array.from({ length: 3 + Math.floor(random.next() * 3) }, section).join('\n')
  const now = '2026-01-01T00:00:00.000Z'
  return {
    ...{
      id: `d${at}`,
      kind: 'DOCUMENT',
      title: sentence(random, 5),
      text,
      url: null,
      origin: 'API',
      source: null,
    },
    ...{ entities: [`service/${service(random)}`], tags: [word(random)], created_by: 'a', created_at: now },
    ...{ updated_by: 'a', updated_at: now, version: 1, size_bytes: text.length },
  }
}

const heap = (): number => {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1_048_576
}
const quantile = (sorted: readonly number[], of: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0

// As in the program: the text lies in the records, and only what is shown is read from there.
const texts = Array.from({ length: documents }, (_, at) => drawn(at))
const bytes = texts.reduce((sum, { text }) => sum + text.length, 0)
const shelf = new Shelf('bench', new Turn(systemClock))
const [before, started] = [heap(), cpuSeconds()]
for (const document of texts) await shelf.put(document, null)
const indexing = cpuSeconds() - started
const memory = heap() - before

const byId = new Map(texts.map((document) => [document.id, document]))
const load = async (_: Shelf, id: string) => byId.get(id)
const costs: number[] = []
for (let at = 0; at < questions; at += 1) {
  const asked =
    at % 3 === 0
      ? service(random)
      : `${sentence(random, 2 + Math.floor(random.next() * 6))} ${service(random)}`
  const begun = cpuSeconds()
  await searchShelf(shelf, { text: asked, kinds: [], limit: 10 }, { clock: systemClock, meaning: null, load })
  costs.push((cpuSeconds() - begun) * 1_000)
}
costs.sort((a, b) => a - b)

const changing = cpuSeconds()
for (let at = 0; at < 500; at += 1) await shelf.put(texts[Math.floor(random.next() * documents)]!, null)
const change = ((cpuSeconds() - changing) / 500) * 1_000

const vectors = new VectorShelf()
const [passages, dimensions] = [50_000, 384]
const noise = (): Float32Array => Float32Array.from({ length: dimensions }, () => random.next() - 0.5)
const beforeVectors = heap()
for (let at = 0; at < passages; at += 1) vectors.put(`d${at}`, [noise()])
const vectorMemory = heap() - beforeVectors
const comparing = cpuSeconds()
for (let at = 0; at < 20; at += 1) await vectors.nearest(noise(), 200, () => true, new Turn(systemClock))
const nearest = ((cpuSeconds() - comparing) / 20) * 1_000

process.stdout.write(
  `${JSON.stringify(machine())}\n${JSON.stringify(
    {
      documents,
      text_mb: Math.round(bytes / 1_048_576),
      words: shelf.index.termCount,
      index_cpu_s: Number(indexing.toFixed(2)),
      index_memory_mb: Math.round(memory),
      search_cpu_ms: { p50: quantile(costs, 0.5), p95: quantile(costs, 0.95), max: costs.at(-1) },
      replace_cpu_ms: Number(change.toFixed(2)),
      vectors: {
        passages,
        dimensions,
        memory_mb: Math.round(vectorMemory),
        search_cpu_ms: Number(nearest.toFixed(1)),
      },
    },
    null,
    1,
  )}\n`,
)
