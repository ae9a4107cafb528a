import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { checkpointLineMax } from '../../port/audit-checkpoint.ts'
import { checkpointLogConformance } from '../../port/checkpoint-log.suite.ts'
import { createCheckpointFile } from './checkpoint-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-checkpoint-file-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

checkpointLogConformance(async (name) => createCheckpointFile(join(folder, name, 'checkpoints.jsonl')))

const linesOf = async (path: string): Promise<string[]> => {
  const lines: string[] = []
  for await (const line of createCheckpointFile(path).lines()) lines.push(line)
  return lines
}

it('makes nothing before the first append, and then a file that its owner alone may read', async () => {
  const path = join(folder, 'new', 'checkpoints.jsonl')
  const log = createCheckpointFile(path)
  expect(await log.exists()).toBe(false)
  expect(existsSync(path)).toBe(false)
  await log.append('{}')
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('passes over a line that a crash cut off, and goes on behind it', async () => {
  const path = join(folder, 'torn.jsonl')
  const log = createCheckpointFile(path)
  await log.append('{"sequence":1}')
  appendFileSync(path, '{"seq')
  expect(await linesOf(path)).toEqual(['{"sequence":1}'])
  await log.append('{"sequence":2}')
  expect(readFileSync(path, 'utf8')).toBe('{"sequence":1}\n{"seq\n{"sequence":2}\n')
  expect(await linesOf(path)).toEqual(['{"sequence":1}', '{"seq', '{"sequence":2}'])
})

it('reads any file as its lines, none longer than a line may be', async () => {
  const path = join(folder, 'any.jsonl')
  const line = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.nat(200_000).map((length) => 'é'.repeat(length)),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (texts) => {
      const lines = texts.map((text) => text.replaceAll('\n', ' '))
      writeFileSync(path, lines.map((text) => `${text}\n`).join(''))
      const expected = lines.map((text) => Buffer.from(text).toString('utf8').slice(0, checkpointLineMax))
      expect(await linesOf(path)).toEqual(expected)
    }),
    { numRuns: 40 },
  )
})
