import { expect, it } from 'vitest'
import { step } from './correlate-core.ts'
import { alertAt, exampleCore, t0 } from './example.suite.ts'
import { memoryOf, recall } from './memory.ts'
import { signalOfAlert } from './signal.ts'
import type { Core } from './turn.ts'

const minute = 60_000
const onsets = ['MEDIUM', 'HIGH', 'BURST'] as const

/** Lone alerts of two severities, one every seven minutes. */
function watch(core: Core, fromMin: number, toMin: number): void {
  for (let at = fromMin; at < toMin; at += 7) {
    const severity = at % 2 ? 'MEDIUM' : 'HIGH'
    const alert = alertAt('service/search', { name: `A${at}`, atMs: t0 + at * minute, severity })
    step(core, { type: 'SIGNAL', nowMs: t0 + at * minute + 1_000, signal: signalOfAlert(alert) })
    step(core, { type: 'TICK', nowMs: t0 + at * minute + 6 * minute })
  }
}

it('knows after a restart how often alerts begin by themselves, as if it had gone on', () => {
  const [before, guessing] = [exampleCore(), exampleCore()]
  watch(before, 0, 200)
  const after = exampleCore()
  expect(recall(after, JSON.stringify(memoryOf(before)))).toBe(true)
  // What still waits comes again, and counts at the time it was seen.
  const waiting = [...before.groups.latent].filter(({ onset }) => onset !== null)
  for (const { onset } of waiting) if (onset) after.background.note(onset.kind, onset.at * 5 * minute)
  for (const later of [200, 230, 290]) {
    const rates = (core: Core) => onsets.map((onset) => core.background.perHour(onset, t0 + later * minute))
    expect(rates(after)).toEqual(rates(before))
  }
  const now = t0 + 200 * minute
  expect(after.background.perHour('MEDIUM', now)).not.toBe(guessing.background.perHour('MEDIUM', now))
})

it('does not count the beginning of an incident a second time', () => {
  const before = exampleCore()
  step(before, { type: 'SIGNAL', nowMs: t0, signal: signalOfAlert(alertAt('service/search')) })
  const [group] = before.groups.all.values()
  expect(memoryOf(before).onsets).toEqual([{ id: group?.id, ...group?.onset }])
})

it('takes text that is no memory for none', () => {
  for (const text of [
    '',
    '{',
    'null',
    '{"version":2}',
    '{"version":1,"background":{"bins":[{}]},"onsets":[]}',
  ])
    expect(recall(exampleCore(), text)).toBe(false)
})
