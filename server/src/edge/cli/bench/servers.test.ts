import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { seededRandom } from '../../../kernel/random.ts'
import { DetectConfig } from '../../../pipeline/detect/index.ts'
import { plantFaults, scoreCulprits } from './culprit.ts'
import { readServers, scoreServers } from './servers.ts'

const config = DetectConfig.parse({})
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aiops-bench-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function write(rows: number, jumpAt: number): Promise<void> {
  const random = seededRandom(4)
  const row = (i: number): string =>
    [0, 1, 2]
      .map((metric) => 10 * metric + random.next() + (i >= jumpAt && i < jumpAt + 5 ? 40 : 0))
      .join(',')
  const table = (from: number, count: number): string =>
    `a,b,c\n${Array.from({ length: count }, (_, i) => row(from + i)).join('\n')}\n`
  await writeFile(join(folder, 'm_train.csv'), table(-2_000, 1_500))
  await writeFile(join(folder, 'm_test.csv'), table(0, rows))
  const labels = Array.from({ length: rows }, (_, i) => (i >= jumpAt && i < jumpAt + 5 ? 1 : 0))
  await writeFile(join(folder, 'm_test_label.csv'), `label\n${labels.join('\n')}\n`)
}

it('recordings are read with their history and labels, and a jump of all metrics is found', async () => {
  await write(600, 300)
  const sets = await readServers(folder)
  expect(sets).toMatchObject([{ name: 'm', columns: ['a', 'b', 'c'] }])
  expect(sets[0]?.history).toHaveLength(1_500)
  expect(scoreServers(sets, config).files[0]).toMatchObject({ events: 1, found: 1 })
})

it('faults are planted away from labels, alike for a seed, and their metric is named', async () => {
  await write(2_000, 1_900)
  const sets = await readServers(folder)
  const set = sets[0]
  if (!set) throw new Error('a recording was written')
  const { faults } = plantFaults(set, seededRandom(9))
  expect(faults.length).toBeGreaterThan(3)
  for (const { to } of faults) expect(to).toBeLessThan(1_900 - 100)
  expect(plantFaults(set, seededRandom(9)).faults).toEqual(faults)
  expect(scoreCulprits(sets, config, 9).top3).toBeGreaterThan(0.7)
})
