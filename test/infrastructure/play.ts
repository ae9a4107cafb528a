import { setImmediate } from 'node:timers/promises'
import type { Finding } from '@aiops/contract/model/finding'
import { ManualClock } from '../../server/src/kernel/clock.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { seededRandom } from '../../server/src/kernel/random.ts'
import { createInfrastructure, InfrastructureConfig } from '../../server/src/service/infrastructure/index.ts'
import { expectations } from './expectation.ts'
import type { Fault, HealthyStory } from './fault.ts'
import { ScrapedPrometheus } from './scrape.ts'
import { Moment, stepS, World } from './world.ts'

/** Before anything happens, so that there is a past. */
const calmS = 600
const settlingS = 60
const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO']
const startMs = Date.UTC(2026, 0, 15, 3)

export type FaultPlay = {
  fault: string
  area: Fault['area']
  seed: number
  /** The first rule that was named for what was struck; undefined where none was. */
  first: string | undefined
  /** Seconds from onset to it. */
  afterS: number | undefined
  expected: boolean
  /** What stands first a minute later, when consequences are told from what brought them about. */
  settled: string | undefined
  settledExpected: boolean
  /** All that were opened with the first, best first. */
  together: string[]
  /** Findings before the onset, or of what was not struck. */
  strays: string[]
}

/** The product, asking a Prometheus that scrapes a simulated world, reading after reading. */
export async function observe(world: World) {
  const clock = new ManualClock(startMs)
  const prometheus = new ScrapedPrometheus()
  const metrics = createMetrics()
  const cluster = {
    ...{ tenant: 'default', id: 'c1', name: 'site-1', metrics: prometheus, api: undefined },
    inventory: () => world.inventory(),
  }
  const infrastructure = createInfrastructure(
    {
      ...{ clock, random: seededRandom(1), metrics, log: silentLog },
      ...{ bus: { publish: () => undefined }, clusters: async () => [cluster] },
    },
    InfrastructureConfig.parse({}),
  )
  const readings = metrics.counter('aiops_infrastructure_readings_total', '', ['outcome'])
  const count = async (): Promise<number> =>
    (await readings.get()).values.reduce((sum, { value }) => sum + value, 0)
  world.step()
  prometheus.scrape(world.targets(), clock.now())
  await infrastructure.start()
  return {
    async step(): Promise<readonly Finding[]> {
      world.step()
      prometheus.scrape(world.targets(), clock.now() + stepS * 1000)
      const before = await count()
      await clock.advance(stepS * 1000)
      // The reading goes on beside the clock; a bound, as a reading may be left out.
      for (let turns = 0; turns < 200 && (await count()) === before; turns += 1) await setImmediate()
      for (let turns = 0; turns < 4; turns += 1) await setImmediate()
      return infrastructure.findings('default')
    },
    nowMs: () => clock.now(),
    outcomes: async () => (await readings.get()).values,
    stop: () => infrastructure.stop(),
  }
}

/** Plays one fault until something is named for what it strikes, or its time is over. */
export async function playFault(fault: Fault, seed: number): Promise<FaultPlay> {
  const world = new World(seed, { areas: [fault.area], fields: fault.fields })
  const product = await observe(world)
  const strays = new Set<string>()
  const play: FaultPlay = {
    ...{ fault: fault.name, area: fault.area, seed, first: undefined, afterS: undefined },
    ...{ expected: false, settled: undefined, settledExpected: false, together: [], strays: [] },
  }
  try {
    for (let s = 0; s < calmS; s += stepS)
      for (const { rule, object } of await product.step()) strays.add(`${rule} of ${object.name} before`)
    const names = new Set(fault.struck(world))
    const isExpected = (rule: string | undefined): boolean =>
      rule !== undefined && (expectations[fault.name] ?? []).includes(rule)
    for (let s = 0; s < fault.minutes * 60; s += stepS) {
      fault.bend(world, new Moment(s))
      for (const name of fault.struck(world)) names.add(name)
      const open = await product.step()
      for (const finding of open)
        if (!isOf(finding, names)) strays.add(`${finding.rule} of ${finding.object.name}`)
      const together = ranked(open.filter((finding) => isOf(finding, names)))
      if (play.first === undefined && together[0] !== undefined) {
        Object.assign(play, { first: together[0], afterS: s, together, expected: isExpected(together[0]) })
      }
      if (play.afterS === undefined || s < play.afterS + settlingS) continue
      Object.assign(play, { settled: together[0], settledExpected: isExpected(together[0]) })
      break
    }
  } finally {
    await product.stop()
  }
  return { ...play, strays: [...strays] }
}

/** Plays an hour of what is well; what was found nevertheless. */
export async function playHealthy(story: HealthyStory, seed: number, minutes = 60): Promise<string[]> {
  const world = new World(seed, story.options)
  story.begin?.(world)
  const product = await observe(world)
  const found = new Set<string>()
  try {
    for (let s = 0; s < minutes * 60; s += stepS) {
      story.bend?.(world, new Moment(s))
      for (const { rule, object, title } of await product.step())
        found.add(`${rule} of ${object.name}: ${title}`)
    }
  } finally {
    await product.stop()
  }
  return [...found]
}

/** Whatever is struck appears in what the finding says of itself. */
function isOf(finding: Finding, names: ReadonlySet<string>): boolean {
  const text = JSON.stringify([finding.object, finding.parent, finding.title, finding.evidence])
  return [...names].some((name) => text.includes(name))
}

/** Rules of what is open, best first: what the product itself calls a consequence of another last, then by severity. */
function ranked(open: readonly Finding[]): string[] {
  const rules = new Set(open.map(({ rule }) => rule))
  const consequence = ({ causes, rule: own }: Finding) =>
    causes.some(({ rule }) => rule !== null && rule !== own && rules.has(rule)) ? 1 : 0
  const sorted = [...open].sort(
    (a, b) =>
      consequence(a) - consequence(b) || severities.indexOf(a.severity) - severities.indexOf(b.severity),
  )
  return [...new Set(sorted.map(({ rule }) => rule))]
}
