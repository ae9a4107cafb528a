import { expect, test } from 'vitest'
import { ProviderSimulator } from '../../server/src/edge/cli/cost/simulator.ts'
import { ManualClock } from '../../server/src/kernel/clock.ts'
import { Turn } from '../../server/src/kernel/turn.ts'
import { PlacementConfig } from '../../server/src/service/placement/config.ts'
import { coursesOf, replay } from '../../server/src/service/placement/replay/replay.ts'
import { type Trace, TraceBuilder } from '../../server/src/service/placement/replay/trace.ts'

const startMs = 1_800_000_000_000
const stepMs = 60_000
const turn = (): Turn => new Turn(new ManualClock())

function dayOf(seed: number): Trace {
  const simulator = new ProviderSimulator({
    seed,
    services: 1,
    providers: ['aws', 'alibaba'],
    stepMs,
    startMs,
  })
  const builder = new TraceBuilder(startMs, startMs + 86_399_000, stepMs)
  for (const [service, provider] of simulator.placements) builder.place(service, provider, startMs)
  for (let step = 0; step < 1_440; step += 1) {
    for (const reading of simulator.readings()) builder.add({ ...reading, timeMs: simulator.nowMs })
    simulator.step()
  }
  return builder.trace()
}

test('over seeded days the bill is below never moving and always the cheapest, within 1.15 of hindsight, with at most 6 moves', async () => {
  const config = PlacementConfig.parse({ migration: { flat_usd: 0.25 } })
  const sums = new Map<string, number>()
  const moves: number[] = []
  for (let seed = 5_000; seed < 5_015; seed += 1) {
    const played = await replay(dayOf(seed), config, turn())
    for (const { name, bill_usd } of coursesOf(played)) sums.set(name, (sums.get(name) ?? 0) + bill_usd)
    moves.push(played.services[0]!.courses['this configuration'].moves.length)
  }
  const ours = sums.get('this configuration')!
  expect(ours).toBeLessThanOrEqual(Math.min(sums.get('never move')!, sums.get('always cheapest')!))
  expect(ours / sums.get('hindsight')!).toBeLessThanOrEqual(1.15)
  expect(Math.max(...moves)).toBeLessThanOrEqual(6)
})
