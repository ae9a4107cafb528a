import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffFiles } from './diff.ts'
import { batchOf, commitsOf, entriesOf } from './output.ts'

const sha = fc.stringMatching(/^[0-9a-f]{40}$/)
const path = fc.stringMatching(/^[^\0]{1,30}$/)

describe('what git answers', () => {
  it('is read back, whatever names and blobs hold', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(sha, path, fc.nat(1_000))), (files) => {
        const text = files
          .map(([hash, name, size]) => `100644 blob ${hash} ${String(size).padStart(7)}\t${name}\0`)
          .join('')
        expect(entriesOf(text).map((entry) => [entry.sha, entry.path, entry.sizeBytes])).toEqual(files)
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(sha, fc.uint8Array({ maxLength: 40 }))), (blobs) => {
        const output = Buffer.concat(
          blobs.flatMap(([hash, bytes]) => [
            Buffer.from(`${hash} blob ${bytes.length}\n`),
            Buffer.from(bytes),
            Buffer.from('\n'),
          ]),
        )
        expect(batchOf(output).map((bytes) => [...(bytes ?? [])])).toEqual(
          blobs.map(([, bytes]) => [...bytes]),
        )
      }),
    )
  })

  it('keeps its place where a blob is missing', () => {
    const there = 'a'.repeat(40)
    expect(batchOf(Buffer.from(`${there} missing\n${there} blob 2\nhi\n`)).map(String)).toEqual([
      'undefined',
      'hi',
    ])
  })

  it('never throws for what is no such answer', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
        expect(() => diffFiles(a, b, c, false, 10)).not.toThrow()
        expect(() => [entriesOf(a), commitsOf(b), batchOf(Buffer.from(c))]).not.toThrow()
      }),
    )
  })
})
