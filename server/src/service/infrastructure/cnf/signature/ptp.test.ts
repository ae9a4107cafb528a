import { describe, expect, test } from 'vitest'
import { createPlayer } from '../../signature/exposition-reading.suite.ts'
import { cnfSignatures } from '../index.ts'
import { node as inventoryNode, inventoryOf } from '../inventory.suite.ts'

const minute = 60_000

type Node = Partial<{
  state: number
  offset: number
  realtime: number
  realtimeOffset: number
  clockClass: number
  role: number
  secondRole: number
  running: number
  restarts: number
}>

/** What linuxptp-daemon tells of one ordinary clock. */
const node = (name: string, of: Node = {}): string => {
  const { state = 1, offset = -9, realtime = 1, realtimeOffset = 12 } = of
  const { clockClass = 6, role = 1, secondRole, running = 1, restarts = 4 } = of
  return `
openshift_ptp_offset_ns{from="master",process="ptp4l",node="${name}",iface="ens2fx"} ${offset}
openshift_ptp_offset_ns{from="phc",process="phc2sys",node="${name}",iface="CLOCK_REALTIME"} ${realtimeOffset}
openshift_ptp_clock_state{process="ptp4l",node="${name}",iface="ens2fx"} ${state}
openshift_ptp_clock_state{process="phc2sys",node="${name}",iface="CLOCK_REALTIME"} ${realtime}
openshift_ptp_clock_class{process="ptp4l",node="${name}",config="ptp4l.0.config"} ${clockClass}
openshift_ptp_interface_role{process="ptp4l",node="${name}",iface="ens2f0"} ${role}
${secondRole === undefined ? '' : `openshift_ptp_interface_role{process="ptp4l",node="${name}",iface="ens2f1"} ${secondRole}`}
openshift_ptp_process_status{process="ptp4l",node="${name}",config="ptp4l.0.config"} ${running}
openshift_ptp_process_status{process="phc2sys",node="${name}",config="ptp4l.0.config"} 1
openshift_ptp_process_restart_count{process="ptp4l",node="${name}",config="ptp4l.0.config"} ${restarts}
`
}

const player = () => createPlayer(cnfSignatures())

/** Healthy for ten minutes, then as given for five. */
async function after(broken: (elapsedMs: number) => string, healthy = node('du-1')) {
  const play = player()
  expect(await play.play(10 * minute, healthy)).toEqual([])
  await play.play(5 * minute, broken)
  return play.open()
}

describe('precision time', () => {
  test('a healthy clock is nothing to report', async () => {
    expect(await player().play(20 * minute, node('du-1'))).toEqual([])
  })

  test('a clock in free run is named, with since when, and its offset of 999999 is not taken for one', async () => {
    const [finding, ...others] = await after(() =>
      node('du-1', {
        state: 0,
        offset: 999_999,
        realtime: 0,
        realtimeOffset: 999_999,
        clockClass: 248,
        role: 5,
      }),
    )
    expect(finding).toMatchObject({
      rule: 'ptp-freerun',
      severity: 'CRITICAL',
      object: { kind: 'PTPClock', namespace: '', name: 'du-1' },
      parent: { kind: 'Node', namespace: '', name: 'du-1' },
      since: '2026-01-01T00:10:15.000Z',
    })
    expect(others).toEqual([])
    expect(finding?.evidence[0]?.source).toBe(
      'openshift_ptp_clock_state{iface="ens2fx",node="du-1",process="ptp4l"}',
    )
    expect(finding?.evidence.map(({ text }) => text).join()).not.toContain('999999')
  })

  test('the system’s clock is found in free run though it had no holdover, and the card’s holdover explains it', async () => {
    const [finding, ...others] = await after(() =>
      node('du-1', { state: 2, realtime: 0, realtimeOffset: 999_999, clockClass: 7 }),
    )
    expect(finding?.rule).toBe('ptp-holdover')
    expect(others).toEqual([])
    expect(finding?.evidence.map(({ text }) => text).join('\n')).toContain(
      'CLOCK_REALTIME by phc2sys: FREERUN',
    )
  })

  test('a short holdover is no finding', async () => {
    const findings = await after((ms) => node('du-1', ms < 45_000 ? { state: 2 } : {}))
    expect(findings).toEqual([])
  })

  test('an offset beyond the limit is reported once it has lasted, and a severe one as critical', async () => {
    expect(await after(() => node('du-1', { offset: 350 }))).toMatchObject([
      { rule: 'ptp-offset-high', severity: 'MEDIUM' },
    ])
    expect(await after(() => node('du-1', { offset: -2_000 }))).toMatchObject([
      { rule: 'ptp-offset-high', severity: 'CRITICAL' },
    ])
    expect(await after((ms) => node('du-1', { offset: ms % minute === 0 ? 400 : 8 }))).toEqual([])
  })

  test('a locked clock without an offset is told from one with a large offset', async () => {
    const findings = await after(() => node('du-1', { offset: 999_999 }))
    expect(findings.map(({ rule }) => rule)).toEqual(['ptp-offset-unknown'])
  })

  test('a system clock that leaves its locked card is that, not a lost master', async () => {
    const findings = await after(() => node('du-1', { realtime: 0, realtimeOffset: 999_999 }))
    expect(findings.map(({ rule }) => rule)).toEqual(['ptp-system-clock-astray'])
  })

  test('a degraded class under a locked clock is the master’s loss', async () => {
    const findings = await after(() => node('du-1', { clockClass: 187 }))
    expect(findings).toMatchObject([{ rule: 'ptp-class-degraded', severity: 'HIGH' }])
    expect(await after(() => node('du-1', { clockClass: 255 }))).toEqual([])
    expect(await after(() => node('du-1', { clockClass: 7 }))).toMatchObject([{ severity: 'MEDIUM' }])
  })

  test('a dead process explains the state of its clocks', async () => {
    const findings = await after(() => node('du-1', { running: 0, state: 0, offset: 999_999, realtime: 0 }))
    expect(findings.map(({ rule }) => rule)).toEqual(['ptp-process-down'])
  })

  test('a faulty port explains the free run behind it', async () => {
    const findings = await after(() => node('du-1', { role: 3, state: 0, offset: 999_999, realtime: 0 }))
    expect(findings.map(({ rule }) => rule)).toEqual(['ptp-port-faulty'])
  })

  test('a port that was never plugged in is nothing to report', async () => {
    expect(await player().play(10 * minute, node('du-1', { secondRole: 3 }))).toEqual([])
  })

  test('restarts count from when they happen, not from when the daemon was made', async () => {
    const once = await after(() => node('du-1', { restarts: 5 }))
    expect(once.map(({ rule }) => rule)).toEqual(['ptp-process-restarts'])
    const loop = await after((ms) =>
      node('du-1', { restarts: 5 + Math.floor(ms / 30_000), state: 0, offset: 999_999, realtime: 0 }),
    )
    expect(loop).toMatchObject([{ rule: 'ptp-process-restarts', severity: 'CRITICAL' }])
  })

  test('many nodes that lose their master at once are one finding, of the grandmaster', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `du-${index}`)
    const all = (of: (index: number) => Node) => names.map((name, index) => node(name, of(index))).join('')
    const findings = await after(
      (ms) =>
        all((index) => (ms >= index * 15_000 && index < 6 ? { state: 2, realtime: 0, clockClass: 7 } : {})),
      all(() => ({})),
    )
    expect(findings).toMatchObject([
      {
        rule: 'ptp-grandmaster-lost',
        object: { kind: 'PTPGrandmaster' },
        since: '2026-01-01T00:10:15.000Z',
      },
    ])
    expect(findings[0]?.title).toContain('6 of 8 nodes')
  })

  test('one of many nodes that loses its master is its own finding', async () => {
    const names = ['du-1', 'du-2', 'du-3', 'du-4']
    const all = (bad: string) =>
      names.map((name) => node(name, name === bad ? { state: 2, realtime: 0 } : {})).join('')
    const findings = await after(() => all('du-2'), all(''))
    expect(findings).toMatchObject([{ rule: 'ptp-holdover', object: { name: 'du-2' } }])
  })

  test('a degraded class of all nodes at once is one finding too', async () => {
    const all = (clockClass: number) =>
      ['du-1', 'du-2', 'du-3'].map((name) => node(name, { clockClass })).join('')
    const findings = await after(() => all(248), all(6))
    expect(findings.map(({ rule }) => rule)).toEqual(['ptp-grandmaster-lost'])
    expect(findings[0]?.title).toContain('lost its own reference')
  })

  test('a grandmaster without satellites says so', async () => {
    const receiver = (state: number) =>
      `openshift_ptp_clock_state{process="gnss",node="gm-1",iface="ens7f0"} ${state}
       openshift_ptp_clock_state{process="dpll",node="gm-1",iface="ens7f0"} ${state === 1 ? 1 : 2}
       openshift_ptp_clock_class{process="ptp4l",node="gm-1",config="ptp4l.0.config"} ${state === 1 ? 6 : 7}`
    const findings = await after(() => receiver(0), receiver(1))
    expect(findings.map(({ rule }) => rule)).toEqual(['ptp-gnss-lost'])
  })

  test('a node that falls silent is told from a collection that is broken and from a node that is gone', async () => {
    const both = node('du-1') + node('du-2')
    expect((await after(() => node('du-1'), both)).map(({ rule, object }) => [rule, object.name])).toEqual([
      ['ptp-silent', 'du-2'],
    ])
    expect(await after(() => '', both)).toEqual([])
    const play = createPlayer(cnfSignatures(), { inventory: inventoryOf([], [inventoryNode('du-1')]) })
    await play.play(10 * minute, both)
    expect(await play.play(5 * minute, node('du-1'))).toEqual([])
  })
})
