import { CnfKpi } from '@aiops/contract/model/cnf'
import { expect, test } from 'vitest'
import { createPlayer } from '../signature/exposition-reading.suite.ts'
import { cnfKpis } from './cnf-kpis.ts'
import { CnfConfig } from './config.ts'
import { coreCounterOf, pmCounterOf } from './names.ts'

const cluster = { id: 'c1', name: 'core-1' }
const amf = 'namespace="core",pod="amf-0"'
const text = (ms: number, perSecond: number) => `
fivegs_amffunction_rm_reginitreq{${amf}} ${1_000 + (ms / 1_000) * perSecond}
fivegs_amffunction_rm_reginitsucc{${amf}} ${1_000 + (ms / 1_000) * perSecond * 0.75}
fivegs_amffunction_rm_registeredsubnbr{${amf},plmnid="00101"} 40
fivegs_amffunction_rm_registeredsubnbr{${amf},plmnid="00102"} 2
gnb{${amf}} 3
`
const kpisAfter = async (perSecond: number) => {
  const play = createPlayer([])
  await play.play(10 * 60_000, (ms) => text(ms, perSecond))
  return cnfKpis(play.history, cluster)
}

test('ratios are of the window, with their attempts and target', async () => {
  const kpis = await kpisAfter(1)
  expect(kpis.find(({ name }) => name === 'registration_success')).toEqual({
    ...{ cluster_id: 'c1', cluster_name: 'core-1', name: 'registration_success', function: 'AMF' },
    ...{ instance: 'amf-0', unit: 'RATIO', value: 0.75, attempts: 300, target: 0.99, window_seconds: 300 },
    at: '2026-01-01T00:10:00.000Z',
  })
  expect(kpis.find(({ name }) => name === 'registered_ues')).toMatchObject({ unit: 'COUNT', value: 42 })
  expect(kpis.find(({ name }) => name === 'gnbs')).toMatchObject({ value: 3, function: 'AMF' })
  expect(CnfKpi.array().safeParse(kpis).success).toBe(true)
})

test('too few attempts have no ratio, and say how few', async () => {
  expect((await kpisAfter(0.02)).find(({ name }) => name === 'registration_success')).toMatchObject({
    value: null,
    attempts: 6,
  })
})

test('counters of the core and of the radio are known by any of their spellings', () => {
  expect(
    ['fivegs_amffunction_rm_reginitreq', 'RM_RegInitReq_total', 'amf_rm_reginitreq'].map(coreCounterOf),
  ).toEqual(Array(3).fill('registration_attempts'))
  expect(coreCounterOf('fivegs_amffunction_amf_authreject')).toBe('auth_rejects')
  expect(
    ['RRC.ConnEstabSucc.sum', 'ran_rrc_conn_estab_succ_total', 'RRC_ConnEstabSucc'].map(pmCounterOf),
  ).toEqual(Array(3).fill('rrc_successes'))
  expect(
    ['RX_LATE', 'oran_fh_rx_late_total', 'RX_LATE_C', 'xran_rx_late_packets', 'oran_rx_total'].map(
      pmCounterOf,
    ),
  ).toEqual([...Array(4).fill('fronthaul_late'), 'fronthaul_total'])
  for (const name of [
    'constructor',
    '__proto__',
    'http_requests_total',
    'rm',
    'oranfh'.repeat(20),
    'x'.repeat(1e5),
  ])
    expect([coreCounterOf(name), pmCounterOf(name)]).toEqual([undefined, undefined])
})

test('every setting says what it is, and the defaults hold together', () => {
  for (const [name, setting] of Object.entries(CnfConfig.shape))
    expect(setting.description, name).toBeTruthy()
  expect(CnfConfig.parse({}).ptp_offset_severe_ns).toBeGreaterThan(CnfConfig.parse({}).ptp_offset_ns)
})
