import type { Correction, ModelVersion, ShadowScore } from '@aiops/contract/model/detection-model'
import type { LabelScore } from '@aiops/contract/model/feedback'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blended, isSameEffect, nextStep, percents } from './rollout.ts'

const nowMs = 1_700_000_000_000
const rules = { shadowDecisions: 20, canaryDecisions: 10, canaryStepMs: 600_000, regressionMax: 0.02 }
const scoreOf = (toldReal: number, toldUnreal: number, real = 10, unreal = 10): LabelScore => {
  const precision = toldReal + toldUnreal === 0 ? null : toldReal / (toldReal + toldUnreal)
  const recall = real === 0 ? null : toldReal / real
  const f1 = precision && recall ? (2 * precision * recall) / (precision + recall) : null
  return { real, unreal, told_real: toldReal, told_unreal: toldUnreal, precision, recall, f1 }
}
const same = { before: scoreOf(10, 10), after: scoreOf(10, 10) }
const shadowOf = (more: Partial<ShadowScore> = {}): ShadowScore => ({
  ...{ decisions: 50, champion_told: 50, candidate_told: 30, differing: 20, champion_us: 1, candidate_us: 1 },
  ...{ unseen: same, ...more },
})
const versionOf = (more: Partial<ModelVersion> = {}): ModelVersion => ({
  ...{ model_id: 'corrections', number: 2, tenant_id: 'default', state: 'SHADOW', percent: 0, sha256: '' },
  ...{ inputs_sha256: '', size_bytes: 0, parameters: {}, validation: null, shadow: null, corrections: 1 },
  training: { start: null, end: null, labels: 0, users: 0, left_out: {} },
  ...{
    parent: 1,
    created_at: '',
    created_by: '',
    trigger: '',
    reason: '',
    promoted_at: null,
    retired_at: null,
  },
  entered_at: new Date(nowMs - 3_600_000).toISOString(),
  ...more,
})
const correctionOf = (service: string, factor: number): Correction => ({
  ...{ match: { __name__: 'x', service }, factor, scope: 'SERIES', window: null, real: 0, unreal: 3 },
  ...{ chance_real: 0.2, users: 1, series: 1, labels: [], sentence: '' },
})

describe('a roll-out', () => {
  it('goes from shadow over 1, 10 and 50 to 100 percent, each after decisions enough', () => {
    const steps = [0, 1, 10, 50].map((percent) =>
      nextStep(versionOf({ percent, state: percent === 0 ? 'SHADOW' : 'CANARY' }), shadowOf(), nowMs, rules),
    )
    expect(steps.map((step) => (step.kind === 'ADVANCE' ? step.percent : step.kind))).toEqual([...percents])
    expect(nextStep(versionOf(), shadowOf({ decisions: 19 }), nowMs, rules).kind).toBe('STAY')
    const fresh = versionOf({
      percent: 1,
      state: 'CANARY',
      entered_at: new Date(nowMs - 1_000).toISOString(),
    })
    expect(nextStep(fresh, shadowOf(), nowMs, rules)).toMatchObject({
      kind: 'STAY',
      reason: 'waits 10 min for its next step',
    })
  })

  it('ends where real ones are lost, more unreal ones told, or decisions slow', () => {
    const lost = shadowOf({ unseen: { before: scoreOf(10, 2), after: scoreOf(6, 1) } })
    const more = shadowOf({ unseen: { before: scoreOf(10, 2), after: scoreOf(10, 9) } })
    const all = shadowOf({ unseen: { before: scoreOf(10, 2), after: scoreOf(0, 0) } })
    const slow = shadowOf({ champion_us: 1, candidate_us: 50 })
    for (const shadow of [lost, more, all, slow])
      expect(nextStep(versionOf({ percent: 10, state: 'CANARY' }), shadow, nowMs, rules).kind).toBe(
        'ROLL_BACK',
      )
    const trained = versionOf({ validation: { before: scoreOf(10, 5), after: scoreOf(5, 1) } })
    expect(nextStep(trained, shadowOf(), nowMs, rules)).toMatchObject({
      ...{ kind: 'ROLL_BACK', reason: expect.stringContaining('trained on in turns') },
    })
  })

  it('is not ended by two labels', () => {
    const few = shadowOf({ unseen: { before: scoreOf(2, 0, 2, 0), after: scoreOf(1, 0, 2, 0) } })
    expect(nextStep(versionOf(), few, nowMs, rules).kind).toBe('ADVANCE')
  })

  it('keeps each series on one side, and those that were first stay so', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 }), (services) => {
        const old = services.map((service) => correctionOf(service, 2))
        const next = services.map((service) => correctionOf(service, 3))
        let before = new Set<string>()
        for (const percent of [0, ...percents]) {
          const found = blended(old, next, percent)
          expect(found).toHaveLength(services.length)
          const moved = new Set(
            found.filter(({ factor }) => factor === 3).map(({ match }) => match.service as string),
          )
          for (const service of before) expect(moved.has(service)).toBe(true)
          before = moved
        }
        expect(before.size).toBe(services.length)
      }),
    )
  })

  it('takes about its share', () => {
    const all = Array.from({ length: 5_000 }, (_, i) => correctionOf(`s${i}`, 2))
    for (const percent of percents) {
      const share = blended([], all, percent).length / 50
      expect(Math.abs(share - percent)).toBeLessThan(2)
    }
  })

  it('is of something that changes what is told', () => {
    const a = [correctionOf('a', 2), correctionOf('b', 3)]
    expect(isSameEffect(a, [correctionOf('b', 3.05), correctionOf('a', 2)])).toBe(true)
    expect(isSameEffect(a, [correctionOf('b', 3.4), correctionOf('a', 2)])).toBe(false)
    expect(isSameEffect(a, [correctionOf('a', 2)])).toBe(false)
    expect(
      isSameEffect(a, [
        correctionOf('a', 2),
        { ...correctionOf('b', 3), scope: 'METRIC', match: { __name__: 'b' } },
      ]),
    ).toBe(false)
  })
})
