import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { encodeChunk } from './chunk-codec.ts'
import { ChunkReader } from './chunk-reader.ts'
import { ChunkWriter } from './chunk-writer.ts'
import type { SealedPart } from './message.ts'
import { unpackColumns } from './sample-columns.ts'
import { prepareFile } from './schema.ts'

let folder: string
let db: DatabaseSync
let totals: { bytes: number; samples: number }
let writer: ChunkWriter
let seq: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-chunks-'))
  prepareFile(join(folder, 'telemetry.db'))
  begin()
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true })
})
function begin(): void {
  db = new DatabaseSync(join(folder, 'telemetry.db'))
  db.exec('DELETE FROM chunk_block')
  totals = { bytes: 0, samples: 0 }
  seq = 0
  writer = new ChunkWriter(db, (bytes, samples) => {
    totals.bytes += bytes
    totals.samples += samples
  })
}

type Chunk = { ref: number; samples: [number, number][] }
const hourMs = 3_600_000
/** Chunks of one checkpoint; each takes as many numbers as it touches cells. */
function put(chunks: readonly Chunk[], tenant = 'default'): void {
  const bodies = chunks.map(({ ref, samples }) => {
    const times = Float64Array.from(samples, ([time]) => time)
    return encodeChunk(
      ref,
      times,
      Float64Array.from(samples, ([, value]) => value),
      samples.length,
    )
  })
  const seqs = chunks.map(({ samples }) => {
    const cells = Math.floor(samples.at(-1)![0] / (6 * hourMs)) - Math.floor(samples[0]![0] / (6 * hourMs))
    seq += cells + 1
    return seq
  })
  let end = 0
  const part: SealedPart = {
    tenant,
    part: chunks[0]!.ref >>> 6,
    refs: Uint32Array.from(chunks, ({ ref }) => ref),
    seqs: Float64Array.from(seqs),
    ends: Uint32Array.from(bodies, (body) => {
      end += body.length
      return end
    }),
    body: Buffer.concat(bodies),
  }
  writer.put(part)
}
function merge(): void {
  while (writer.mergeNext());
}
function read(ref: number): [number, number][] {
  const reader = new ChunkReader(db, (kind) => {
    throw new Error(`damaged ${kind}`)
  })
  const [run] = unpackColumns(reader.read({ refs: [ref], startMs: 0, endMs: 8e15, samplesMax: 1e9 })!)
  return run ? [...run.timesMs].map((time, i) => [time, run.values[i]!]) : []
}
const rows = () =>
  db.prepare('SELECT count(*) AS rows, sum(size) AS bytes, sum(count) AS samples FROM chunk_block').get()!

test('whatever is sealed, late and again, reads back as the last value of each moment, before and after merging', () => {
  const chunk = fc.record({
    ref: fc.constantFrom(0, 1, 63),
    start: fc.nat(20 * 60),
    gaps: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
  })
  fc.assert(
    fc.property(
      fc.array(fc.array(chunk, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 40 }),
      (all) => {
        db.close()
        begin()
        const oracle = new Map<number, Map<number, number>>([0, 1, 63].map((ref) => [ref, new Map()]))
        let value = 0
        for (const chunks of all) {
          put(
            chunks.map(({ ref, start, gaps }) => {
              let at = start
              const samples = gaps.map((gap): [number, number] => {
                at += gap
                value += 1
                return [at * 60_000, value]
              })
              for (const [time, one] of samples) oracle.get(ref)!.set(time, one)
              return { ref, samples }
            }),
          )
          if (value % 3 === 0) merge()
        }
        for (const [ref, samples] of oracle) expect(read(ref)).toEqual([...samples].sort(([a], [b]) => a - b))
        const stored = rows()
        expect({ bytes: stored.bytes, samples: stored.samples }).toEqual(totals)
      },
    ),
    { numRuns: 60 },
  )
})

test('small blocks become few: a day of checkpoints of one part makes a handful for each six hours', () => {
  for (let minute = 0; minute < 24 * 60; minute += 8) {
    const samples = (ref: number): [number, number][] =>
      Array.from({ length: 32 }, (_, i) => [minute * 60_000 + i * 15_000, (ref * i) % 7])
    put(Array.from({ length: 64 }, (_, ref) => ({ ref, samples: samples(ref) })))
    merge()
  }
  expect(rows().samples).toBe(64 * 4 * 60 * 24)
  expect(rows().rows).toBeLessThan(4 * 3 + 8)
  expect(read(63)).toHaveLength(4 * 60 * 24)
})

test('tenants that share a part have blocks of their own, and what is older goes from one of them only', () => {
  const samples = Array.from({ length: 60 }, (_, i): [number, number] => [i * 60_000, i])
  put([{ ref: 0, samples }], 'a')
  put([{ ref: 1, samples }], 'b')
  while (!writer.dropBefore(30 * 60_000, 'a', 10));
  expect(read(0)).toEqual(samples.slice(30))
  expect(read(1)).toEqual(samples)
  while (!writer.dropBefore(hourMs, undefined, 10));
  expect(rows().rows).toBe(0)
  expect(totals).toEqual({ bytes: 0, samples: 0 })
})
