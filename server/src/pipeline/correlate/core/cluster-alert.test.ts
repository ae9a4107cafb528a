import type { Alert } from '@aiops/contract/model/alert'
import { describe, expect, it } from 'vitest'
import { step } from './correlate-core.ts'
import { alertAt, exampleCore, resolvedAt, t0 } from './example.suite.ts'
import { isUnresolved } from './group.ts'
import { signalOfAlert } from './signal.ts'
import type { Core } from './turn.ts'

const take = (core: Core, alert: Alert, nowMs: number) =>
  step(core, { type: 'SIGNAL', nowMs, signal: signalOfAlert(alert) })
const open = (core: Core) => [...core.groups.all.values()].filter(isUnresolved)
const medium = (name: string, second: number, entity: `service/${string}` = 'service/checkout'): Alert =>
  alertAt(entity, { name, severity: 'MEDIUM', atMs: t0 + second * 1_000 })
const send = (core: Core, ...alerts: Alert[]) => {
  for (const alert of alerts) take(core, alert, Date.parse(alert.starts_at) + 1_000)
}

describe('alerts', () => {
  it('of a burst are one incident, and each says why with figures', () => {
    const core = exampleCore()
    send(core, medium('A', 0), medium('B', 2), medium('C', 3, 'service/payments'))
    send(core, alertAt('service/checkout', { name: 'D', atMs: t0 + 90_000 }))
    expect(open(core).map(({ alertCount }) => alertCount)).toEqual([4])
    const reasons = [...(open(core)[0]?.members.values() ?? [])].map(({ reason }) => reason)
    expect(reasons.slice(0, 3)).toEqual([
      'The first sign.',
      'Also checkout, 2 s apart.',
      'checkout calls payments, 1 s apart.',
    ])
    expect(reasons[3]).toBe(
      'Also checkout, 88 s apart. 5.8 times likelier than by chance: 23 an hour expected with it, 4.0 without.',
    )
  })

  it('that flap by themselves stay without an incident, beside one too', () => {
    const core = exampleCore()
    for (let second = 0; second < 600; second += 120) {
      const flap = medium('Flap', second, 'service/cart')
      take(core, flap, t0 + second * 1_000)
      take(core, resolvedAt(flap, t0 + (second + 30) * 1_000), t0 + (second + 30) * 1_000)
    }
    expect(open(core)).toHaveLength(0)
    send(core, medium('A', 650), medium('B', 651), medium('C', 652))
    expect(open(core).map(({ alertCount }) => alertCount)).toEqual([3])
  })

  it('that fire again amid others around them belong to those', () => {
    const core = exampleCore()
    const first = medium('Flap', 0)
    send(core, first)
    take(core, resolvedAt(first, t0 + 20_000), t0 + 20_000)
    send(core, medium('A', 200), medium('B', 201), medium('Flap', 202))
    expect(open(core).map(({ alertCount }) => alertCount)).toEqual([3])
  })

  it('that begin long after an incident did are not drawn into it', () => {
    const core = exampleCore()
    send(core, medium('A', 0), medium('B', 1), medium('C', 2))
    send(core, medium('D', 500), medium('E', 501), medium('F', 502))
    expect(open(core).map(({ alertCount }) => alertCount)).toEqual([3, 3])
  })

  it('too weak a sign alone belong to an incident once another begins beside them', () => {
    const core = exampleCore()
    send(core, medium('A', 0), medium('B', 1), medium('C', 2), medium('D', 280))
    expect(open(core).map(({ alertCount }) => alertCount)).toEqual([3])
    send(core, medium('E', 282))
    expect(open(core).map(({ alertCount }) => alertCount)).toEqual([5])
  })
})
