import { Anomaly } from '@aiops/contract/model/anomaly'
import { describe, expect, it } from 'vitest'
import { isoTime } from '../../../kernel/clock.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { SeriesDescription } from '../../../port/metric-store.ts'
import { anomalyOf } from '../anomaly.ts'
import { DetectConfig } from '../config.ts'
import { Engine } from '../engine.ts'
import type { Transition } from '../opened.ts'
import { registrationsOf } from '../registration.ts'
import { plainProfile } from '../rule/profile.ts'
import { settingsOf } from '../settings.ts'

const startMs = 1_700_000_000_000
const stepMs = 10_000
const width = 5
const config = DetectConfig.parse({ agile_step: '1h' })
const plain = plainProfile(config)
type Fault = (row: number, metric: number) => number

const registered = (profile = plain, entities = 1) =>
  registrationsOf(
    Array.from({ length: width * entities }, (_, index) => ({
      ...{ index, profile },
      place: { entity: Math.floor(index / width), cohort: 0, steady: true },
    })),
  )

/** Metrics of a service that follow its load, each with noise of its own; by row. */
function* service(rows: number, seed: number, fault: Fault = () => 0, from = 0) {
  const random = seededRandom(seed)
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  const own = new Float64Array(width)
  let load = 0
  for (let row = 0; row < rows; row += 1) {
    load = 0.95 * load + 0.3 * gaussian()
    const values = Array.from({ length: width }, (_, metric) => {
      own[metric] = 0.7 * (own[metric] as number) + gaussian()
      return 200 + (metric + 1) * (0.2 * load + 0.15 * (own[metric] as number)) + fault(row, metric)
    })
    if (row >= from) yield { row, values }
  }
}

function run(engine: Engine, rows: Iterable<{ row: number; values: number[] }>): Transition[] {
  const told: Transition[] = []
  for (const { row, values } of rows) {
    const nowMs = startMs + row * stepMs
    const { transitions } = engine.handle({
      ...{ kind: 'points', nowMs, series: Uint32Array.from(values.keys()) },
      ...{ timesMs: new Float64Array(width).fill(nowMs), values: Float64Array.from(values) },
    })
    told.push(...structuredClone(transitions))
  }
  return told
}

const opened = (told: readonly Transition[]) =>
  told.filter(({ kind, opened }) => kind === 'OPENED' && opened.shape === 'MULTIVARIATE')

function engineOf(profile = plain, settings = config): Engine {
  const engine = new Engine(settingsOf(settings))
  engine.handle({ kind: 'register', series: registered(profile) })
  return engine
}

/** Every metric rises by less than must be told of it alone; the third goes first. */
const faultFrom = 1_500
const creeping: Fault = (row, metric) =>
  row >= faultFrom + (metric === 2 ? 0 : 2) && row < faultFrom + 25 ? 3 * (metric + 1) : 0

describe('the metrics of a service, as their points come', () => {
  it('make one anomaly for what none of them says alone, which names the likeliest and ends', () => {
    const told = run(engineOf(), service(1_700, 3, creeping))
    expect(told.filter(({ opened }) => opened.shape !== 'MULTIVARIATE')).toEqual([])
    const [first, ...more] = opened(told)
    expect(more).toEqual([])
    const atRow = ((first?.atMs ?? 0) - startMs) / stepMs
    expect(atRow).toBeGreaterThan(faultFrom)
    expect(atRow).toBeLessThan(faultFrom + 12)
    expect(first?.opened.together).toContain(2)
    expect(first?.opened.tier).toBe('ROBUST')
    expect(told.at(-1)).toMatchObject({ kind: 'ENDED', reason: 'RECOVERED', index: first?.index })
  })

  it('are recorded as LOW, with the metrics that are likeliest wrong', () => {
    const [transition] = opened(run(engineOf(), service(faultFrom + 12, 3, creeping)))
    if (!transition) throw new Error('nothing was told')
    const of = (name: string): SeriesDescription => ({
      ...{ ref: 1, tenant: 'default', meta: { kind: 'GAUGE' } },
      labels: { __name__: name, 'service.name': 'cart' },
    })
    const known = { id: 'a', detected_at: isoTime(startMs), incident_id: null }
    const anomaly = anomalyOf(known, of('one'), plain, transition, [of('two')])
    expect(Anomaly.parse(anomaly)).toMatchObject({
      ...{ shape: 'MULTIVARIATE', severity: 'LOW', entity: 'service/cart', together: ['one', 'two'] },
      sentence: expect.stringMatching(
        /^metrics at cart are unusual together, most of all one: .*; then two$/,
      ),
    })
  })

  it('say nothing together while one of the likeliest says it by itself', () => {
    const loud: Fault = (row, metric) => (row >= faultFrom && metric === 1 ? 300 : 0)
    const told = run(engineOf(), service(1_560, 3, loud))
    expect(told.some(({ kind, index }) => kind === 'OPENED' && index === 1)).toBe(true)
    expect(opened(told)).toEqual([])
  })

  it('are quiet: at most one false word in thirty healthy hours', () => {
    let told = 0
    for (let seed = 1; seed <= 5; seed += 1) told += opened(run(engineOf(), service(3_000, 50 + seed))).length
    expect(told).toBeLessThanOrEqual(1)
  })

  it('are not judged together where the settings say so', () => {
    const off = engineOf({ ...plain, together: false })
    expect(opened(run(off, service(1_560, 3, creeping)))).toEqual([])
    const none = DetectConfig.parse({ agile_step: '1h', multivariate: { groups_max: 0 } })
    expect(opened(run(engineOf(plain, none), service(1_560, 3, creeping)))).toEqual([])
    expect(off.sizeBytes).toBeLessThan(engineOf().sizeBytes)
  })

  it('go on after a restart as if there had been none, in the middle of an anomaly too', () => {
    const whole = engineOf()
    const all = [...service(1_700, 3, creeping)]
    for (const cut of [700, faultFrom + 12]) {
      const before = engineOf()
      run(before, all.slice(0, cut))
      const nowMs = startMs + cut * stepMs
      const saved = before.handle({ kind: 'ask', id: 1, question: { kind: 'snapshot', nowMs } })
      if (saved.answer?.answer.kind !== 'snapshot') throw new Error('no snapshot')
      const { bytes } = saved.answer.answer
      const after = new Engine(settingsOf(config))
      after.handle({ kind: 'ask', id: 2, question: { kind: 'restore', bytes, nowMs } })
      after.handle({
        kind: 'register',
        series: { ...registered(), kept: new Uint8Array(width).fill(1) },
      })
      expect(JSON.stringify(run(after, all.slice(cut)))).toBe(JSON.stringify(run(before, all.slice(cut))))
    }
    expect(opened(run(whole, all))).toHaveLength(1)
  })

  it('are not held up by a point that claims to be of next year', () => {
    const engine = engineOf()
    const all = [...service(1_600, 3, creeping)]
    run(engine, all.slice(0, 800))
    const nowMs = startMs + 800 * stepMs
    const series = Uint32Array.of(4)
    const timesMs = Float64Array.of(nowMs + 3e10)
    engine.handle({ kind: 'points', nowMs, series, timesMs, values: Float64Array.of(200) })
    expect(opened(run(engine, all.slice(800)))).toHaveLength(1)
  })

  it('end what was told of them once they are not judged together any more', () => {
    const engine = engineOf()
    const [first] = opened(run(engine, service(faultFrom + 12, 3, creeping)))
    const index = first?.index ?? -1
    const { table, ...rest } = registered({ ...plain, together: false })
    engine.handle({ kind: 'reprofile', series: { ...rest, table } })
    const tick = () => engine.handle({ kind: 'tick', nowMs: startMs + 1_600 * stepMs }).transitions
    expect(tick()).toMatchObject([{ index, kind: 'ENDED', opened: { shape: 'MULTIVARIATE' } }])
    const next = new Engine(settingsOf(config))
    if (first) next.handle({ kind: 'adopt', index, opened: first.opened })
    const { transitions } = next.handle({ kind: 'tick', nowMs: startMs })
    expect(transitions).toMatchObject([{ index, kind: 'ENDED' }])
  })

  it('take no more memory than the bounds allow, and give it back', () => {
    const bounded = DetectConfig.parse({ multivariate: { groups_max: 2, members_max: 4 } })
    const engine = new Engine(settingsOf(bounded))
    const alone = new Engine(settingsOf(bounded))
    engine.handle({ kind: 'register', series: registered(plain, 40) })
    alone.handle({ kind: 'register', series: registered({ ...plain, together: false }, 40) })
    expect(engine.sizeBytes - alone.sizeBytes).toBeLessThan(2 * 4 * 300 + 400)
    engine.handle({ kind: 'release', indexes: Array.from({ length: width * 40 }, (_, index) => index) })
    engine.handle({ kind: 'register', series: registered(plain, 1) })
    expect(engine.sizeBytes - alone.sizeBytes).toBeLessThan(4 * 300 + 400)
  })
})
