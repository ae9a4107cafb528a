import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MineConfig, Miner } from './index.ts'

/** Labelled system logs (loghub, for research use): lie beside the repository or nowhere, and never ship. */
const folder = resolve('../shared/data/detection/loghub')

describe.skipIf(!existsSync(folder))(
  'labelled logs of other systems (skipped where the data is absent)',
  () => {
    test('lines are grouped as labelled: 97 % of lines, 98 % of groups by F1, on average', () => {
      const scores = readdirSync(folder)
        .filter((name) => existsSync(`${folder}/${name}/${name}_2k.log`))
        .map(scoreOf)
      const mean = (of: (score: { ga: number; fga: number }) => number): number =>
        scores.reduce((sum, score) => sum + of(score), 0) / scores.length
      expect(mean(({ ga }) => ga)).toBeGreaterThan(0.97)
      expect(mean(({ fga }) => fga)).toBeGreaterThan(0.98)
      // No system is paid for with another.
      for (const { ga, fga } of scores) expect(Math.min(ga, fga)).toBeGreaterThan(0.85)
    })
  },
)

function scoreOf(system: string): { ga: number; fga: number } {
  const text = readFileSync(`${folder}/${system}/${system}_2k.log`, 'utf8').replace(/\r?\n$/, '')
  const miner = new Miner(MineConfig.parse({}))
  const ids = text.split(/\r?\n/).map((line) => miner.push(line))
  const found = ids.map((id) => String(miner.statementOf(id)))
  // The event of a line: the last cell but one, which no cell of these files repeats.
  const truth = readFileSync(`${folder}/${system}/${system}_2k.log_structured.csv`, 'utf8')
    .trimEnd()
    .split(/\r?\n/)
    .slice(1)
    .map((row) => [...row.matchAll(/,(E\d+),/g)].at(-1)![1]!)
  expect(found).toHaveLength(truth.length)
  const [mine, real] = [sizes(found), sizes(truth)]
  const right = [...sizes(found.map((id, at) => `${id} ${truth[at]}`))].filter(([pair, size]) => {
    const [id, event] = pair.split(' ')
    return mine.get(id!) === size && real.get(event!) === size
  })
  return {
    ga: right.reduce((sum, [, size]) => sum + size, 0) / found.length,
    fga: (2 * right.length) / (mine.size + real.size),
  }
}

function sizes(keys: readonly string[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const key of keys) found.set(key, (found.get(key) ?? 0) + 1)
  return found
}
