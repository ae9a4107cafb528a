import { PtpStatus } from '@aiops/contract/model/cnf'
import { expect, test } from 'vitest'
import { createPlayer } from '../signature/exposition-reading.suite.ts'
import { aliasOf, rankOfClass } from './ptp-clock.ts'
import { ptpStatus } from './ptp-status.ts'

const cluster = { id: 'c1', name: 'edge-1' }
const text = (offset: number, state: number) => `
openshift_ptp_offset_ns{from="master",process="ptp4l",node="du-1",iface="ens2fx"} ${offset}
openshift_ptp_max_offset_ns{from="master",process="ptp4l",node="du-1",iface="ens2fx"} 999999
openshift_ptp_delay_ns{from="master",process="ptp4l",node="du-1",iface="ens2fx"} 483
openshift_ptp_frequency_adjustment_ns{from="master",process="ptp4l",node="du-1",iface="ens2fx"} 3409
openshift_ptp_clock_state{process="ptp4l",node="du-1",iface="ens2fx"} ${state}
openshift_ptp_clock_state{process="phc2sys",node="du-1",iface="CLOCK_REALTIME"} 1
openshift_ptp_clock_class{process="ptp4l",node="du-1",config="ptp4l.0.config"} 6
openshift_ptp_clock_class{process="ptp4l",node="du-1",config="ptp4l.1.config"} 248
openshift_ptp_interface_role{process="ptp4l",node="du-1",iface="ens2f0"} 1
openshift_ptp_interface_role{process="ptp4l",node="du-1",iface="ens2f1"} 2
openshift_ptp_interface_role{process="ptp4l",node="du-1",iface="ens3f0"} 3
`

test('shows each clock with offset, role and class, and since when it is in its state', async () => {
  const play = createPlayer([])
  await play.play(60_000, text(-9, 1))
  await play.play(60_000, text(999_999, 2))
  const [card, system] = ptpStatus(play.history, cluster)
  expect(card).toEqual({
    ...{ cluster_id: 'c1', cluster_name: 'edge-1', node_name: 'du-1', interface: 'ens2fx', process: 'ptp4l' },
    // 999999 is a sign and no offset.
    ...{ state: 'HOLDOVER', offset_ns: null, max_offset_ns: null, delay_ns: 483 },
    ...{ frequency_adjustment_ns: 3409, clock_class: 248, role: 'SLAVE' },
    ...{ since: '2026-01-01T00:01:15.000Z', last_updated: '2026-01-01T00:02:15.000Z' },
  })
  expect(system).toMatchObject({
    interface: 'CLOCK_REALTIME',
    state: 'LOCKED',
    clock_class: null,
    role: null,
  })
  expect(PtpStatus.array().safeParse([card, system]).success).toBe(true)
})

test('a state that nobody defines is unknown', async () => {
  const play = createPlayer([])
  await play.play(0, text(-9, 7))
  expect(ptpStatus(play.history, cluster)[0]).toMatchObject({ state: 'UNKNOWN', offset_ns: -9 })
})

test('ports of one card share a name, those of others do not', () => {
  expect(['ens2f0', 'ens2f1.100', 'ens2f0np0', 'eth'].map(aliasOf)).toEqual([
    'ens2fx',
    'ens2fx.100',
    'ens2fxnp0',
    'eth',
  ])
})

test('classes rank by what is lost', () => {
  expect([6, 255, 7, 135, 52, 187, 165, 248, 99].map(rankOfClass)).toEqual([0, 0, 1, 2, 3, 3, 3, 4, 4])
})
