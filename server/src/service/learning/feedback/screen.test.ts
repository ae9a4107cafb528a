import type { Feedback } from '@aiops/contract/model/feedback'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../kernel/random.ts'
import { screen } from './screen.ts'

const nowMs = 1_700_000_000_000
const rules = { bulkLabels: 20, bulkWindowMs: 300_000, outlierSigmas: 3, volumeShareMax: 0.8 }
const random = seededRandom(3)
let count = 0
const label = (
  user: string,
  verdict: Feedback['verdict'],
  more: { ratio?: number; series?: number; agoMs?: number } = {},
) => {
  count += 1
  const at = new Date(nowMs - (more.agoMs ?? count * 400_000)).toISOString()
  const labels = { __name__: 'x', service: `s${more.series ?? count % 12}` }
  const one: Feedback = {
    ...{ id: `f${count}`, tenant_id: 'default', target: 'ANOMALY', target_id: `a${count}`, subject: '' },
    ...{ severity: 'LOW', verdict, explanation: '', cause: null, user, state: 'ACCEPTED', reasons: [] },
    anomalies: [
      {
        ...{ anomaly_id: `a${count}`, series: { name: 'x', labels }, shape: 'SPIKE', severity: 'LOW' },
        ...{ ratio: more.ratio ?? 1.5 + random.next(), started_at: at, detected_at: at, model_version: 'm' },
      },
    ],
    ...{ created_at: at, updated_at: at, reviewed_by: null, reviewed_at: null, review_comment: '' },
  }
  return one
}
/** Of twelve series, the even ones have real anomalies. */
const honest = (user: string, n: number): Feedback[] =>
  Array.from({ length: n }, (_, i) => {
    const series = Math.floor(random.next() * 12)
    return label(user, (series % 2 === 0) !== (i % 20 === 19) ? 'TRUE' : 'NOISE', { series })
  })
const hostile = (user: string, n: number): Feedback[] =>
  Array.from({ length: n }, (_, i) => label(user, 'FALSE', { series: (i % 6) * 2 }))
const heldOf = (user: string, labels: Feedback[]) => {
  const own = new Set(labels.filter((one) => one.user === user).map(({ id }) => id))
  return new Map([...screen(labels, nowMs, rules)].filter(([id]) => own.has(id)))
}

describe('screening', () => {
  it('holds all labels of one who disagrees with most others, and none of those', () => {
    const labels = [
      ...honest('anna', 16),
      ...honest('ben', 16),
      ...honest('cem', 16),
      ...hostile('mallory', 40),
    ]
    expect(heldOf('mallory', labels).size).toBe(40)
    for (const user of ['anna', 'ben', 'cem']) expect(heldOf(user, labels).size).toBe(0)
  })

  it('says nothing of who is right between two', () => {
    const labels = [...honest('anna', 40), ...hostile('mallory', 40)]
    expect(heldOf('mallory', labels).size + heldOf('anna', labels).size).toBe(0)
  })

  it('lets people be who look after other series than the rest', () => {
    const noisy = Array.from({ length: 30 }, (_, i) => label('ops', 'NOISE', { series: (i % 6) * 2 + 1 }))
    const labels = [...honest('anna', 30), ...honest('ben', 30), ...honest('cem', 30), ...noisy]
    expect(heldOf('ops', labels).size).toBe(0)
  })

  it('holds many of one kind in a few minutes, and not the same over a day', () => {
    const fast = Array.from({ length: 25 }, (_, i) => label('anna', 'NOISE', { agoMs: i * 5_000 }))
    expect([...heldOf('anna', fast).values()].every((reasons) => reasons.includes('BULK'))).toBe(true)
    const slow = Array.from({ length: 25 }, (_, i) => label('anna', 'NOISE', { agoMs: i * 60_000 }))
    expect(heldOf('anna', slow).size).toBe(0)
    const real = Array.from({ length: 25 }, (_, i) => label('anna', 'TRUE', { agoMs: i * 5_000 }))
    expect(heldOf('anna', real).size).toBe(0)
  })

  it('holds one that calls noise what is far larger than what others call so', () => {
    const others = ['anna', 'ben'].flatMap((user) =>
      Array.from({ length: 15 }, () => label(user, 'NOISE', { series: 1 })),
    )
    const large = label('cem', 'NOISE', { ratio: 40, series: 1 })
    const usual = label('cem', 'NOISE', { ratio: 2, series: 1 })
    expect([...heldOf('cem', [...others, large, usual]).keys()]).toEqual([large.id])
  })

  it('holds what one of several gave nearly all of a day', () => {
    const most = Array.from({ length: 60 }, (_, i) =>
      label('anna', i % 2 ? 'TRUE' : 'NOISE', { agoMs: i * 600_000 }),
    )
    const few = [label('ben', 'TRUE', { agoMs: 1 }), label('cem', 'NOISE', { agoMs: 1 })]
    expect([...heldOf('anna', [...most, ...few]).values()][0]).toEqual(['HIGH_VOLUME'])
    expect(heldOf('anna', most).size).toBe(0)
  })

  it('leaves alone what a person has reviewed', () => {
    const fast = Array.from({ length: 25 }, (_, i) => ({
      ...label('anna', 'NOISE', { agoMs: i * 5_000 }),
      ...{ reviewed_by: 'ben', reviewed_at: new Date(nowMs).toISOString() },
    }))
    expect(heldOf('anna', fast).size).toBe(0)
  })
})
