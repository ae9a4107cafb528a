import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../kernel/random.ts'
import { DetectConfig } from '../config.ts'
import { Engine, type EngineReply } from '../engine.ts'
import type { Transition } from '../opened.ts'
import { registrationsOf } from '../registration.ts'
import { type Profile, plainProfile } from '../rule/profile.ts'
import { settingsOf } from '../settings.ts'
import { unpacked } from './snapshot.ts'

const startMs = 1_700_000_000_000
const stepMs = 10_000
const width = 6
const config = DetectConfig.parse({ agile_step: '1s', update_interval: '1s' })
const plain = plainProfile(config)
/** Plain, a limit, a season, a small budget, and two more that fall silent in turn. */
const profiles: readonly Profile[] = [
  plain,
  { ...plain, above: 21 },
  { ...plain, season: 'HOURLY' },
  { ...plain, budget: 0.01, cooldownMs: 0, tier: 'BASIC', season: 'NONE' },
  plain,
  plain,
]
const registrations = () =>
  registrationsOf(
    profiles.map((profile, index) => ({
      ...{ index, profile },
      place: { entity: index, cohort: 0, steady: true },
    })),
  )

/** Noise with jumps, the same for every engine. */
function steps(count: number): { nowMs: number; points: [number, number][] }[] {
  const random = seededRandom(7)
  return Array.from({ length: count }, (_, step) => ({
    nowMs: startMs + step * stepMs,
    points: Array.from({ length: width }, (_, index): [number, number] => {
      const jump = step % 97 > 88 && index !== 2 ? 12 : 0
      const season = index === 2 && step % 360 < 60 ? 30 : 0
      return [index, 10 + random.next() + season + jump]
    }).filter(([index]) => index < 4 || step % 200 < 150 || index % 2 === Math.floor(step / 200) % 2),
  }))
}

function feed(engine: Engine, from: ReturnType<typeof steps>): Transition[] {
  const told: Transition[] = []
  const take = ({ transitions }: EngineReply) => told.push(...structuredClone(transitions))
  for (const { nowMs, points } of from) {
    take(
      engine.handle({
        ...{ kind: 'points', nowMs },
        series: Uint32Array.from(points, ([index]) => index),
        timesMs: new Float64Array(points.length).fill(nowMs),
        values: Float64Array.from(points, ([, value]) => value),
      }),
    )
    take(engine.handle({ kind: 'tick', nowMs: nowMs + 1_000 }))
    take(engine.handle({ kind: 'tick', nowMs: nowMs + stepMs - 1 }))
  }
  return told
}

function snapshotOf(engine: Engine, nowMs: number): Uint8Array<ArrayBuffer> {
  const { answer } = engine.handle({ kind: 'ask', id: 1, question: { kind: 'snapshot', nowMs } })
  if (answer?.answer.kind !== 'snapshot') throw new Error('no snapshot')
  return answer.answer.bytes
}

describe('an engine that goes on from a snapshot', () => {
  it('does not take its first windows after having been away for a fall', () => {
    const before = new Engine(settingsOf(config))
    before.handle({ kind: 'register', series: registrations() })
    const only = (count: number, fromMs: number, value?: number) =>
      steps(count).map(({ points }, i) => ({
        nowMs: fromMs + i * stepMs,
        points: points
          .filter(([index]) => index === 4)
          .map(([index, usual]): [number, number] => [index, value ?? usual]),
      }))
    feed(before, only(60, startMs))
    const lastMs = startMs + 60 * stepMs
    const backMs = lastMs + 15_000
    const after = (settle_for: string) => {
      const engine = new Engine(settingsOf(DetectConfig.parse({ agile_step: '1s', settle_for })))
      const bytes = snapshotOf(before, lastMs)
      engine.handle({ kind: 'ask', id: 1, question: { kind: 'restore', bytes, nowMs: backMs } })
      engine.handle({ kind: 'register', series: { ...registrations(), kept: new Uint8Array(width).fill(1) } })
      const phases = [only(3, backMs, 0), only(10, backMs + 30_000), only(4, backMs + 130_000, 0)]
      return phases.map((phase) =>
        feed(engine, phase)
          .filter(({ index }) => index === 4)
          .map(({ kind }) => kind),
      )
    }
    expect(after('30s')).toEqual([[], [], ['OPENED']])
    expect(after('0s')[0]).toEqual(['OPENED'])
  })

  it('says byte for byte what one that never stopped says, wherever it was stopped', () => {
    const all = steps(800)
    const whole = new Engine(settingsOf(config))
    whole.handle({ kind: 'register', series: registrations() })
    const cuts = [5, 300, 386, 500, 651]
    const tails: { cut: number; bytes: Uint8Array<ArrayBuffer>; from: number }[] = []
    const told: Transition[] = []
    for (const [step, one] of all.entries()) {
      if (cuts.includes(step))
        tails.push({ cut: step, bytes: snapshotOf(whole, one.nowMs), from: told.length })
      told.push(...feed(whole, [one]))
    }
    const shapes = new Set(told.map(({ opened }) => opened.shape))
    expect([...shapes]).toEqual(expect.arrayContaining(['THRESHOLD_BREACH', 'SPIKE', 'MISSING']))
    for (const { cut, bytes, from } of tails) {
      const after = new Engine(settingsOf(config))
      const nowMs = all[cut]?.nowMs ?? 0
      const { answer } = after.handle({ kind: 'ask', id: 2, question: { kind: 'restore', bytes, nowMs } })
      expect(answer?.answer).toEqual({ kind: 'restore' })
      after.handle({ kind: 'register', series: { ...registrations(), kept: new Uint8Array(width).fill(1) } })
      expect(JSON.stringify(feed(after, all.slice(cut))), `cut at ${cut}`).toBe(
        JSON.stringify(told.slice(from)),
      )
      expect(unpacked(snapshotOf(after, 1)), `state after ${cut}`).toEqual(unpacked(snapshotOf(whole, 1)))
    }
  })

  it('does not take the time it was away for silence', () => {
    const engine = new Engine(settingsOf(config))
    engine.handle({ kind: 'register', series: registrations() })
    const all = steps(100)
    feed(engine, all)
    const backMs = startMs + 400 * stepMs
    const after = new Engine(settingsOf(config))
    const bytes = snapshotOf(engine, startMs + 100 * stepMs)
    after.handle({ kind: 'ask', id: 1, question: { kind: 'restore', bytes, nowMs: backMs } })
    after.handle({ kind: 'register', series: { ...registrations(), kept: new Uint8Array(width).fill(1) } })
    const late = all.slice(0, 5).map((one, i) => ({ ...one, nowMs: backMs + i * stepMs }))
    expect(feed(after, late).filter(({ opened }) => opened.shape === 'MISSING')).toEqual([])
  })

  it('refuses what another version wrote, and what is none', () => {
    const bytes = snapshotOf(new Engine(settingsOf(config)), startMs)
    expect(typeof unpacked(bytes)).toBe('object')
    expect(unpacked(Uint8Array.of(1, 2, 3))).toContain('cannot be read')
    expect(unpacked(new Uint8Array())).toContain('cannot be read')
    const other = Buffer.from(bytes)
    // One name that is kept is another one.
    other.write('silEnce', other.indexOf('silence', other.indexOf('snapshot')))
    expect(typeof unpacked(other)).toBe('string')
  })
})
