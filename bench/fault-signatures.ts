import { parseArgs } from 'node:util'
import { faults, healthyStories } from '../test/infrastructure/fault.ts'
import { type FaultPlay, playFault, playHealthy } from '../test/infrastructure/play.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * Which share of simulated GPU and network-function faults is named first by a rule that the field would accept, through the exporters' text
 * and the product's own queries. `node bench/fault-signatures.ts [--seeds 5] [--only NAME] [--table]`.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    from: { type: 'string', default: '1' },
    only: { type: 'string' },
    table: { type: 'boolean', default: false },
  },
})
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => Number(values.from) + index)
const wanted = ({ name }: { name: string }): boolean =>
  values.only === undefined || name.includes(values.only)
const usedBefore = cpuSeconds()

const plays: FaultPlay[] = []
for (const fault of faults.filter(wanted)) for (const seed of seeds) plays.push(await playFault(fault, seed))
const falseFindings: Record<string, string[]> = {}
for (const story of healthyStories.filter(wanted))
  for (const seed of seeds) {
    const found = await playHealthy(story, seed)
    if (found.length > 0) falseFindings[`${story.name}, seed ${seed}`] = found
  }

const share = (of: readonly FaultPlay[]): string =>
  `${of.filter(({ expected }) => expected).length} of ${of.length}`
const told = ({ fault, seed, first, afterS, settled, together, strays }: FaultPlay) => ({
  ...{ fault, seed, first: first ?? null, after_seconds: afterS ?? null, settled: settled ?? null, together },
  strays,
})
if (values.table) for (const play of plays) console.log(JSON.stringify(told(play)))
console.log(
  JSON.stringify(
    {
      ...machine(),
      faults: new Set(plays.map(({ fault }) => fault)).size,
      healthy_stories: healthyStories.filter(wanted).length,
      seeds: seeds.length,
      named_first: share(plays),
      named_first_gpu: share(plays.filter(({ area }) => area === 'GPU')),
      named_first_cnf: share(plays.filter(({ area }) => area === 'CNF')),
      stands_first_a_minute_later: `${plays.filter(({ settledExpected }) => settledExpected).length} of ${plays.length}`,
      misses: plays.filter(({ expected }) => !expected).map(told),
      strays: plays.filter(({ expected, strays }) => expected && strays.length > 0).map(told),
      false_findings: falseFindings,
      cpu_seconds: cpuSeconds() - usedBefore,
    },
    null,
    2,
  ),
)
