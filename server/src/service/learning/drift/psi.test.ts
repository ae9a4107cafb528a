import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../kernel/random.ts'
import { driftOf, isOftenUnreal } from './model-drift.ts'
import { stabilityOf } from './psi.ts'

const random = seededRandom(11)
const draws = (count: number, shift = 0, stretch = 1): number[] =>
  Array.from({ length: count }, () => shift + stretch * (random.next() + random.next() + random.next()))
const day = 86_400_000
const nowMs = 1_700_000_000_000
const iso = (ms: number): string => new Date(ms).toISOString()

describe('the population stability index', () => {
  it('of the same distribution is below what chance alone gives in most cases, however few the values', () => {
    for (const size of [25, 60, 400]) {
      let beyond = 0
      for (let round = 0; round < 200; round += 1) {
        const found = stabilityOf(draws(size), draws(size))
        if (found && found.psi > found.chance) beyond += 1
      }
      expect(beyond / 200).toBeLessThan(0.12)
    }
  })

  it('of a moved or wider distribution is critical', () => {
    for (const other of [draws(200, 1), draws(200, -0.75, 1.5)]) {
      const found = stabilityOf(draws(200), other)
      expect(found?.psi).toBeGreaterThan(0.25)
      expect(found?.psi).toBeGreaterThan(found?.chance ?? 9)
    }
  })

  it('is never negative, says nothing of few values, and bears many equal ones', () => {
    expect(stabilityOf(draws(19), draws(100))).toBeUndefined()
    const values = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 20, maxLength: 60 })
    fc.assert(
      fc.property(values, values, (a, b) => {
        const found = stabilityOf(a, b)
        expect(found?.psi).toBeGreaterThanOrEqual(-1e-9)
        expect(Number.isFinite(found?.psi)).toBe(true)
      }),
    )
  })
})

describe('the drift of a model', () => {
  const training = {
    start: iso(nowMs - 10 * day),
    end: iso(nowMs - 3 * day),
    labels: 9,
    users: 2,
    left_out: {},
  }
  const champion = { training, created_at: iso(nowMs - 3 * day) }
  const seen = (metric: string, sizes: number[], atMs: number) =>
    sizes.map((size) => ({ metric, ratio: Math.exp(size), detectedMs: atMs }))
  const before = nowMs - 5 * day
  const since = nowMs - day
  const inputs = { nowMs, champion, labels: [], staleMs: 30 * day, unrealShareMax: 0.1 }

  it('is told by metric, the worst first in its sentence', () => {
    const drift = driftOf({
      ...inputs,
      seen: [
        ...[...seen('same', draws(80), before), ...seen('same', draws(80), since)],
        ...[...seen('moved', draws(80), before), ...seen('moved', draws(80, 1.5), since)],
        ...seen('new', draws(5), since),
      ],
    })
    expect(drift.status).toBe('CRITICAL')
    expect(Object.fromEntries(drift.features.map(({ feature, status }) => [feature, status]))).toEqual({
      ...{ same: 'STABLE', moved: 'CRITICAL', new: 'UNKNOWN' },
    })
    expect(drift.sentence).toContain('most of moved (PSI')
  })

  it('is not known without a champion, and a champion grows stale', () => {
    expect(driftOf({ ...inputs, champion: undefined, seen: [] })).toMatchObject({
      ...{ status: 'UNKNOWN', age_hours: null, stale: false },
      sentence: 'Nothing was learned yet that could drift.',
    })
    expect(driftOf({ ...inputs, staleMs: day, seen: [] }).stale).toBe(true)
  })

  it('counts how much of a day’s labels were unreal, from ten labels on', () => {
    const label = (verdict: 'TRUE' | 'NOISE', state: 'ACCEPTED' | 'QUARANTINED' = 'ACCEPTED') => ({
      ...{ verdict, state, updated_at: iso(nowMs - 1_000) },
    })
    const labels = [...Array.from({ length: 8 }, () => label('TRUE')), label('NOISE'), label('NOISE')]
    const drift = driftOf({ ...inputs, seen: [], labels: [...labels, label('NOISE', 'QUARANTINED')] })
    expect(drift).toMatchObject({ labels: 10, unreal_share: 0.2 })
    expect(isOftenUnreal(drift, 0.1)).toBe(true)
    expect(isOftenUnreal(driftOf({ ...inputs, seen: [], labels: labels.slice(1) }), 0.1)).toBe(false)
  })
})
