import { hourly } from '@aiops/contract/model/money'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { Turn } from '../../../kernel/turn.ts'
import { PlacementConfig } from '../config.ts'
import { RandomStream } from '../decision/random-stream.ts'
import { coursesOf, replay } from './replay.ts'
import { replaySettings } from './replay-settings.ts'
import { type Trace, TraceBuilder } from './trace.ts'
import { readTraceText } from './trace-file.ts'

const startMs = 1_800_000_000_000
const stepMs = 60_000
const turn = (): Turn => new Turn(new ManualClock())

/** A day of two providers whose rates wander about their levels. */
function dayOf(seed: number, services: number): Trace {
  const random = new RandomStream(seed)
  const builder = new TraceBuilder(startMs, startMs + 86_399_000, stepMs)
  for (let index = 0; index < services; index += 1) {
    const pair = {
      service: `s${index}`,
      latency_ms: 100,
      credits: null,
      available_gpus: 1,
      region: null,
      instance: null,
    }
    builder.place(pair.service, 'aws', startMs)
    for (const [provider, level] of [
      ['aws', 1.2],
      ['alibaba', 0.9],
    ] as const) {
      let x = 0
      for (let step = 0; step < 1_440; step += 1) {
        x = 0.99 * x + 0.015 * random.normal()
        const cost_hourly_usd = hourly(level * Math.exp(x))
        builder.add({ ...pair, provider, cost_hourly_usd, timeMs: startMs + step * stepMs })
      }
    }
  }
  return builder.trace()
}

test('the same period and settings are replayed the same', async () => {
  const config = PlacementConfig.parse({ migration: { flat_usd: 0.25 } })
  const twice = [await replay(dayOf(9, 2), config, turn()), await replay(dayOf(9, 2), config, turn())]
  expect(JSON.stringify(twice[0])).toBe(JSON.stringify(twice[1]))
  expect(coursesOf(twice[0]!).find(({ name }) => name === 'hindsight')?.regret_usd).toBe(0)
})

test('nothing told is nothing claimed', async () => {
  const empty = await replay(
    new TraceBuilder(startMs, startMs + 1_000, 1_000).trace(),
    PlacementConfig.parse({}),
    turn(),
  )
  expect(empty).toMatchObject({
    services: [],
    samples: 0,
    coverage: 0,
    notices: ['Nothing was told of any service in this period.'],
  })
})

test('settings of a replay are those in force but for what is given, and a wrong one is named', () => {
  const config = PlacementConfig.parse({ dwell: '3h' })
  const own = replaySettings(config, { COST: 1 }, { migration: { flat_usd: 2 }, cooldown: '2h' })
  expect(own).toMatchObject({
    dwell: '3h',
    cooldown: '2h',
    migration: { flat_usd: 2, egress_usd_per_gib: 0.09 },
  })
  expect(own.weights).toEqual({ cost: 1, latency: 0, credits: 0, availability: 0 })
  expect(() => replaySettings(config, undefined, { dwell: 'soon' })).toThrow(
    'A setting of the replay is wrong.',
  )
  expect(() => replaySettings(config, undefined, { __proto__: { x: 1 }, nonsense: 1 })).toThrow()
})

test('a file of telemetry is read as JSON lines of either form, and as CSV', () => {
  const line =
    '{"service1":{"current_provider":"aws","aws":{"cost":1,"timestamp":"2026-01-01T00:00:00Z"},"alibaba":{"cost":2,"timestamp":"2026-01-01T00:00:00Z"}}}'
  const single = '{"service":"service1","provider":"aws","cost_hourly_usd":3,"at":"2026-01-01T00:02:00Z"}'
  const { trace, left } = readTraceText(`${line}\n${single}\nnonsense\n`)
  expect(trace.services[0]).toMatchObject({ service: 'service1', providers: ['alibaba', 'aws'], start: 1 })
  expect([...trace.services[0]!.cost[1]!]).toEqual([1, Number.NaN, 3])
  expect(left).toBe(1)
  const csv =
    'service,provider,cost_hourly_usd,latency_ms,at\ncart,aws,1.5,80,2026-01-01T00:00:00Z\ncart,aws,x,80,2026-01-01T00:01:00Z\n'
  const table = readTraceText(csv)
  expect(table.trace.services[0]!.cost[0]![0]).toBe(1.5)
  expect(table.left).toBe(1)
  expect(() => readTraceText('nothing here')).toThrow('There is no reading in it')
})
