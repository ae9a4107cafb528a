import { describe, expect, it } from 'vitest'
import type { AlertFiring } from '../../port/alert-search-repository.ts'
import { noiseOfRules } from './rule-noise.ts'

const minuteMs = 60_000
const noonMs = Date.UTC(2026, 0, 5, 12)
const firing = (
  startsMin: number,
  lengthMin: number | null,
  change: Partial<AlertFiring> = {},
): AlertFiring => ({
  ...{ source: 'prometheus', name: 'Slow', fingerprint: 'f', severity: 'MEDIUM', incidentId: null },
  startsMs: noonMs + startsMin * minuteMs,
  endsMs: lengthMin === null ? null : noonMs + (startsMin + lengthMin) * minuteMs,
  ...{ receivedMs: noonMs, silenced: false, ...change },
})
const many = (count: number, make: (i: number) => AlertFiring) =>
  Array.from({ length: count }, (_, i) => make(i))
const acted = new Set(['used'])

describe('the noise of alert rules', () => {
  it('counts firings, those that came back, ended soon and helped, for each rule of each source', () => {
    const rules = noiseOfRules(
      [
        firing(0, 2),
        firing(8, 30, { severity: 'HIGH', incidentId: 'used' }),
        firing(60, null, { silenced: true }),
        firing(61, 3, { fingerprint: 'g' }),
        firing(0, 1, { source: 'grafana' }),
      ],
      acted,
    )
    expect(rules).toHaveLength(2)
    expect(rules.find(({ source }) => source === 'prometheus')).toMatchObject({
      ...{ firings: 4, firing_now: 1, flaps: 1, short: 2, used: 1, silenced: 1, severity: 'HIGH' },
      median_seconds: 180,
    })
  })

  it('is the sum of its parts, between 0 and 1', () => {
    for (const used of [acted, new Set<string>()])
      for (const rule of noiseOfRules(
        many(30, (i) => firing(i * 3, 1, { silenced: true })),
        used,
      )) {
        expect(rule.score).toBeCloseTo(rule.parts.reduce((sum, { share, weight }) => sum + share * weight, 0))
        expect(rule.parts.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1)
        expect(rule.score).toBeGreaterThan(0.9)
        expect(rule.score).toBeLessThanOrEqual(1)
      }
  })

  it('advises to delete what fires often and helps nobody, but not where nobody acts on any incident', () => {
    const firings = many(40, (i) => firing(i * 60, 20))
    expect(noiseOfRules(firings, acted)[0]).toMatchObject({
      advice: 'DELETE',
      sentence: 'Delete, or make it a dashboard: it fired 40 times and helped with no incident.',
    })
    expect(noiseOfRules(firings, new Set())[0]).toMatchObject({ advice: 'KEEP' })
    expect(noiseOfRules(firings, new Set())[0]?.parts.map(({ kind }) => kind)).not.toContain('UNUSED')
  })

  it('advises a longer `for` where firings end soon or come back, night where only days are of use, else to keep', () => {
    const advice = (firings: readonly AlertFiring[]) => noiseOfRules(firings, acted)[0]?.advice
    const useful = { incidentId: 'used' }
    expect(advice(many(10, (i) => firing(i * 60, i < 6 ? 2 : 30, i === 9 ? useful : {})))).toBe('RAISE_FOR')
    expect(advice(many(10, (i) => firing(i * 15, 10, useful)))).toBe('RAISE_FOR')
    const night = (i: number) => firing((i % 8) * 24 * 60 + 660 + i, 20, { fingerprint: `f${i}` })
    expect(advice([...many(24, night), ...many(4, (i) => firing(i * 60, 20, useful))])).toBe(
      'SILENCE_AT_NIGHT',
    )
    expect(advice(many(10, (i) => firing(i * 60, 30, useful)))).toBe('KEEP')
    expect(advice(many(4, (i) => firing(i * 60, 1)))).toBe('KEEP')
  })

  it('puts the noisiest first', () => {
    const quiet = many(50, (i) => firing(i * 60, 30, { name: 'Needed', incidentId: 'used' }))
    const loud = many(50, (i) => firing(i * 60, 1))
    expect(noiseOfRules([...quiet, ...loud], acted).map(({ name }) => name)).toEqual(['Slow', 'Needed'])
  })
})
