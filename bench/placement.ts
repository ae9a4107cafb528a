import { parseArgs } from 'node:util'
import { ProviderSimulator } from '../server/src/edge/cli/cost/simulator.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { Turn } from '../server/src/kernel/turn.ts'
import { PlacementConfig } from '../server/src/service/placement/config.ts'
import { DecisionRound } from '../server/src/service/placement/decision-round.ts'
import { toldPlacement } from '../server/src/service/placement/provider/provider-book.ts'
import { TenantLedger } from '../server/src/service/placement/tenant-ledger.ts'
import { cpuSeconds, machine } from './machine.ts'
import { confidenceFigure, daysFigure, round, savingsFigure } from './placement-simulation.ts'

/**
 * Placement decisions in figures: bills and moves of seeded days, what confidences were worth, whether realised savings hold the truth, and
 * CPU for many services.
 *   node bench/placement.ts [--days 200] [--seed 200000] [--services 10000] [--only days|confidence|savings|speed]
 * Seeds below 200,000 were used to choose settings; the figures are of those from 200,000 on.
 */
const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '200' },
    seed: { type: 'string', default: '200000' },
    services: { type: 'string', default: '10000' },
    only: { type: 'string' },
  },
})
const first = Number(values.seed)
const seeds = (count: number, from = first): number[] => Array.from({ length: count }, (_, at) => from + at)
const wanted = (name: string): boolean => values.only === undefined || values.only === name

const result: Record<string, unknown> = { machine: machine() }
if (wanted('days')) {
  const days = []
  for (const move of [0.25, 1, 5]) days.push(await daysFigure(seeds(Number(values.days)), move))
  result.days = days
}
if (wanted('confidence')) result.confidence = confidenceFigure(seeds(60), 50)
if (wanted('savings'))
  result.savings = [
    savingsFigure(seeds(300), { hours: 24, seen: 'ALL', beforeHours: 6 }),
    savingsFigure(seeds(300), { hours: 24, seen: 'HALF', beforeHours: 6 }),
    savingsFigure(seeds(300), { hours: 24, seen: 'NONE', beforeHours: 6 }),
    savingsFigure(seeds(300), { hours: 6, seen: 'NONE', beforeHours: 6 }),
    savingsFigure(seeds(300), { hours: 24, seen: 'NONE', beforeHours: 48 }),
  ]
if (wanted('speed')) result.speed = await speed(Number(values.services))
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)

/** One full round: three providers each, six hours of history, every test and sentence. */
async function speed(services: number) {
  const config = PlacementConfig.parse({})
  const ledger = new TenantLedger('default', undefined as never, config)
  const stepMs = 300_000
  const simulator = new ProviderSimulator({
    seed: first,
    services,
    providers: ['aws', 'alibaba', 'gcp'],
    stepMs,
    startMs: 1_800_000_000_000,
  })
  for (let step = 0; step < 72; step += 1) {
    simulator.step()
    for (const reading of simulator.readings()) ledger.book.read(reading)
  }
  for (const [service, provider] of simulator.placements)
    ledger.place(toldPlacement(ledger.book, service, provider, simulator.nowMs - 86_400_000))
  const round_ = new DecisionRound(
    {
      ...{ incidents: async () => new Map(), prices: () => ({ fresh: true, detail: 'fresh' }) },
      ...{ budgetFrozen: () => null, killSwitch: () => null },
    },
    config,
  )
  const states = new Map<string, number>()
  const before = cpuSeconds()
  const context = await round_.context(ledger, simulator.nowMs)
  await round_.run(ledger, context, ledger.book.services.keys(), new Turn(systemClock), ({ state }) =>
    states.set(state, (states.get(state) ?? 0) + 1),
  )
  return {
    services,
    providers: 3,
    cpu_seconds: round(cpuSeconds() - before),
    states: Object.fromEntries(states),
  }
}
