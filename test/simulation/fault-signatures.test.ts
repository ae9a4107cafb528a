import { expect, test } from 'vitest'
import { ManualClock } from '../../server/src/kernel/clock.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { seededRandom } from '../../server/src/kernel/random.ts'
import { createInfrastructure, InfrastructureConfig } from '../../server/src/service/infrastructure/index.ts'
import { readingOf } from '../../server/src/service/infrastructure/signature/exposition-reading.suite.ts'
import { expectations } from '../infrastructure/expectation.ts'
import { faults, healthyStories } from '../infrastructure/fault.ts'
import { type FaultPlay, playFault, playHealthy } from '../infrastructure/play.ts'
import { World } from '../infrastructure/world.ts'

const seeds = Number(process.env.FAULT_SEEDS ?? '2')
const healthySeeds = Number(process.env.HEALTHY_SEEDS ?? '1')
const table = process.env.FAULT_TABLE !== undefined
const leastShare = 0.9
const timeoutMs = 600_000

const of = (area: 'GPU' | 'CNF') => faults.filter((fault) => fault.area === area)
const plays: FaultPlay[] = []

async function play(area: 'GPU' | 'CNF'): Promise<FaultPlay[]> {
  const played: FaultPlay[] = []
  for (const fault of of(area))
    for (let seed = 1; seed <= seeds; seed += 1) played.push(await playFault(fault, seed))
  plays.push(...played)
  return played
}
const row = ({ fault, seed, expected, first, afterS, together }: FaultPlay): string =>
  `${expected ? 'named ' : 'MISSED'} ${fault} (seed ${seed}): ${first ?? 'nothing'}${
    afterS === undefined ? '' : ` after ${afterS} s`
  }${together.length > 1 ? `, with ${together.slice(1).join(', ')}` : ''}`

test('there are at least 22 faults of GPUs, 22 of network functions and 12 healthy stories, each with a name of its own', () => {
  const names = [...faults, ...healthyStories].map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(of('GPU').length).toBeGreaterThanOrEqual(22)
  expect(of('CNF').length).toBeGreaterThanOrEqual(22)
  expect(healthyStories.length).toBeGreaterThanOrEqual(12)
})

test('every fault is expected to be named by rules that exist', () => {
  const infrastructure = createInfrastructure(
    {
      ...{ clock: new ManualClock(), random: seededRandom(1), metrics: createMetrics(), log: silentLog },
      ...{ bus: { publish: () => undefined }, clusters: async () => [] },
    },
    InfrastructureConfig.parse({}),
  )
  const rules = new Set(infrastructure.rules().map(({ id }) => id))
  expect(Object.keys(expectations).sort()).toEqual(faults.map(({ name }) => name).sort())
  expect(
    Object.values(expectations)
      .flat()
      .filter((rule) => !rules.has(rule)),
  ).toEqual([])
})

test('every line of every simulated exporter is read', () => {
  for (const fields of ['DEFAULT', 'EXTENDED'] as const) {
    const world = new World(1, { areas: ['GPU', 'CNF'], fields })
    for (let i = 0; i < 4; i += 1) world.step()
    for (const { text = '' } of world.targets()) {
      const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
      const { samples } = readingOf(text, 0)
      expect(samples.length).toBe(lines.length)
      expect(lines.length).toBeGreaterThan(0)
      expect(samples.filter(({ value }) => Number.isNaN(value))).toEqual([])
    }
  }
})

test('one seed gives one play', { timeout: timeoutMs }, async () => {
  const fault = of('GPU').find(({ name }) => name === 'fan-stops')
  if (!fault) throw new Error('no such fault')
  expect(await playFault(fault, 3)).toEqual(await playFault(fault, 3))
})

test(`of all plays of faults at least ${leastShare * 100} % are named first by a rule that the field would accept`, {
  timeout: timeoutMs,
}, async () => {
  const played = [...(await play('GPU')), ...(await play('CNF'))]
  if (table) console.log(played.map(row).join('\n'))
  const missed = played.filter(({ expected }) => !expected)
  expect(1 - missed.length / played.length, missed.map(row).join('\n')).toBeGreaterThanOrEqual(leastShare)
})

test('before a fault, and of what it does not strike, nothing is found', () => {
  const strays = plays.filter((played) => played.strays.length > 0)
  expect(strays.map(({ fault, seed, strays: of }) => `${fault} (seed ${seed}): ${of.join(', ')}`)).toEqual([])
})

test.each(healthyStories.map((story) => [story.name, story] as const))(
  'an hour of what looks odd and is well, %s: nothing is found',
  { timeout: timeoutMs },
  async (_, story) => {
    for (let seed = 1; seed <= healthySeeds; seed += 1) expect(await playHealthy(story, seed)).toEqual([])
  },
)
