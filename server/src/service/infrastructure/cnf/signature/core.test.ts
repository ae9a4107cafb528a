import { describe, expect, test } from 'vitest'
import { createPlayer } from '../../signature/exposition-reading.suite.ts'
import { cnfSignatures } from '../index.ts'
import { inventoryOf, pod } from '../inventory.suite.ts'

const minute = 60_000
const amf = 'namespace="core",pod="amf-0"'
const smf = 'namespace="core",pod="smf-0"'
const upf = 'namespace="core",pod="upf-0"'

/** Counters that go on from where they were. */
function counter() {
  const totals = new Map<string, number>()
  return (line: string, rise: number) => {
    totals.set(line, (totals.get(line) ?? 1_000_000) + rise)
    return `${line} ${totals.get(line)}\n`
  }
}

type Core = Partial<{
  attempts: number
  registered: number
  sessions: number
  rejects: number
  paged: number
  n4Fails: number
  peers: number
  gnbs: number
  ues: number
  out: number
}>

function createCore() {
  const count = counter()
  return (of: Core = {}) => {
    const { attempts = 40, registered = attempts, sessions = attempts, rejects = 0, paged = attempts } = of
    const { n4Fails = 0, peers = 2, gnbs = 6, ues = 500, out = 900 } = of
    return [
      count(`fivegs_amffunction_rm_reginitreq{${amf}}`, attempts),
      count(`fivegs_amffunction_rm_reginitsucc{${amf}}`, registered),
      count(`fivegs_amffunction_amf_authreq{${amf}}`, attempts),
      count(`fivegs_amffunction_amf_authreject{${amf}}`, rejects),
      count(`fivegs_amffunction_mm_paging5greq{${amf}}`, attempts),
      count(`fivegs_amffunction_mm_paging5gsucc{${amf}}`, paged),
      `fivegs_amffunction_rm_registeredsubnbr{${amf},plmnid="00101"} ${ues}\n`,
      `gnb{${amf}} ${gnbs}\n`,
      count(`fivegs_smffunction_sm_pdusessioncreationreq{${smf},plmnid="",snssai=""}`, attempts),
      count(`fivegs_smffunction_sm_pdusessioncreationsucc{${smf},plmnid="00101",snssai="1"}`, sessions),
      count(`fivegs_smffunction_sm_n4sessionestabreq{${smf}}`, attempts),
      n4Fails > 0 ? `fivegs_smffunction_sm_n4sessionestabfail{${smf},cause="64"} ${n4Fails}\n` : '',
      `pfcp_peers_active{${smf}} ${peers}\n`,
      count(`fivegs_ep_n3_gtp_indatapktn3upf{${upf}}`, 1_000),
      count(`fivegs_ep_n3_gtp_outdatapktn3upf{${upf}}`, out),
    ].join('')
  }
}

async function found(of: (index: number) => Core, inventory = inventoryOf([])) {
  const play = createPlayer(cnfSignatures(), { inventory })
  const core = createCore()
  expect(await play.play(10 * minute, () => core())).toEqual([])
  await play.play(5 * minute, (_, index) => core(of(index)))
  return play.open()
}
const rulesOf = (findings: { rule: string }[]) => findings.map(({ rule }) => rule).sort()

describe('a 5G core', () => {
  test('at work is nothing to report', async () => {
    expect(await found(() => ({}))).toEqual([])
  })

  test.each([
    ['core-registration-failing', { registered: 30 }],
    ['core-pdu-session-failing', { sessions: 12 }],
    ['core-auth-rejects', { rejects: 20, registered: 20 }],
    ['core-paging-failing', { paged: 35 }],
    ['core-n3-one-way', { out: 0 }],
  ])('%s is found among what is counted, though the totals look well', async (rule, core) => {
    expect(rulesOf(await found(() => core))).toEqual([rule])
  })

  test('a cause of failures that was never counted before is read from its first sample', async () => {
    const findings = await found((index) => ({ n4Fails: 5 * (index + 1), sessions: 30 }))
    expect(rulesOf(findings)).toEqual(['core-n4-failing'])
  })

  test('a ratio of few attempts says nothing', async () => {
    // One attempt a minute, all failing.
    const play = createPlayer(cnfSignatures())
    const core = createCore()
    const few = (index: number) =>
      core(index % 4 === 0 ? { attempts: 1, registered: 0, sessions: 0, paged: 0 } : { attempts: 0 })
    expect(await play.play(15 * minute, (_, index) => few(index))).toEqual([])
  })

  test('a counter that began anew with its pod is no failure', async () => {
    const play = createPlayer(cnfSignatures())
    const [before, after] = [createCore(), createCore()]
    await play.play(10 * minute, () => before())
    const fresh = (text: string) =>
      text.replaceAll(/ (1\d{6})\n/g, (_, total) => ` ${Number(total) - 1_000_000}\n`)
    expect(await play.play(10 * minute, () => fresh(after()))).toEqual([])
  })

  test('a lost PFCP peer explains the sessions that fail with it', async () => {
    const findings = await found((index) => ({ peers: 1, sessions: 20, n4Fails: index + 1 }))
    expect(findings).toMatchObject([
      { rule: 'core-pfcp-peer-lost', severity: 'HIGH', object: { kind: 'Pod', name: 'smf-0' } },
    ])
    expect(findings[0]?.title).toContain('1 of 2 PFCP peers')
    expect(await found(() => ({ peers: 0 }))).toMatchObject([
      { rule: 'core-pfcp-peer-lost', severity: 'CRITICAL' },
    ])
  })

  test('a lost gNB explains the devices that went with it', async () => {
    expect(rulesOf(await found(() => ({ gnbs: 4, ues: 300 })))).toEqual(['core-gnb-lost'])
  })

  test('a fifth of all devices lost within five minutes is found, fewer or few are not', async () => {
    expect(rulesOf(await found(() => ({ ues: 380 })))).toEqual(['core-ue-drop'])
    expect(await found(() => ({ ues: 450 }))).toEqual([])
    const play = createPlayer(cnfSignatures())
    await play.play(10 * minute, `ran_ue{${amf}} 6`)
    expect(await play.play(4 * minute, `ran_ue{${amf}} 2`)).toEqual([])
  })

  test('a UPF that is down explains what its SMF suffers', async () => {
    const of = (ready: boolean) =>
      inventoryOf([
        pod('upf-0', {
          namespace: 'core',
          ready,
          labels: { app: 'open5gs-upf' },
          owner: { kind: 'StatefulSet', name: 'upf' },
        }),
        pod('smf-0', {
          namespace: 'core',
          labels: { app: 'open5gs-smf' },
          owner: { kind: 'StatefulSet', name: 'smf' },
        }),
      ])
    const play = createPlayer(cnfSignatures(), { inventory: of(true) })
    const core = createCore()
    await play.play(10 * minute, () => core())
    play.setInventory(of(false))
    await play.play(5 * minute, () => core({ peers: 0, sessions: 0, out: 900 }))
    expect(play.rules()).toEqual(['cnf-down'])
  })

  test('names of TS 28.552 are understood without open5gs’ prefix', async () => {
    const count = counter()
    const play = createPlayer(cnfSignatures())
    const text = (succeeded: number) =>
      count('RM_RegInitReq_total{instance="amf:9090"}', 50) +
      count('RM_RegInitSucc_total{instance="amf:9090"}', succeeded)
    await play.play(10 * minute, () => text(50))
    expect(await play.play(5 * minute, () => text(10))).toEqual(['core-registration-failing'])
    expect(play.open()[0]?.object).toEqual({ kind: 'NetworkFunction', namespace: '', name: 'amf:9090' })
  })
})

describe('radio', () => {
  const du = 'namespace="du-a",pod="du-0",node="du-1",ru="3"'
  const fronthaul = (count: ReturnType<typeof counter>, late: number) =>
    count(`oran_fh_rx_on_time_total{${du}}`, 100_000) +
    count(`oran_fh_rx_late_total{${du}}`, late) +
    count(`oran_fh_rx_early_total{${du}}`, 0)

  test('late packets of the fronthaul are found, a handful is not', async () => {
    const play = createPlayer(cnfSignatures())
    const count = counter()
    expect(await play.play(10 * minute, () => fronthaul(count, 1))).toEqual([])
    expect(await play.play(5 * minute, () => fronthaul(count, 900))).toEqual(['fronthaul-late'])
  })

  test('late packets follow from a clock that runs free on the same node', async () => {
    const play = createPlayer(cnfSignatures())
    const count = counter()
    const clock = (state: number) =>
      `openshift_ptp_clock_state{process="ptp4l",node="du-1",iface="ens2fx"} ${state}\n`
    await play.play(10 * minute, () => fronthaul(count, 0) + clock(1))
    expect(await play.play(5 * minute, () => fronthaul(count, 900) + clock(0))).toEqual(['ptp-freerun'])
  })

  test('values of one period are taken as they are, not as running totals', async () => {
    const period = (succeeded: number) =>
      `pm_rrc_connestabatt{managed_element="gnb-1",object="NRCellDU=7",granularity_period_seconds="900"} 200
pm_rrc_connestabsucc{managed_element="gnb-1",object="NRCellDU=7",granularity_period_seconds="900"} ${succeeded}`
    const play = createPlayer(cnfSignatures())
    expect(await play.play(3 * minute, period(199))).toEqual([])
    expect(await play.play(3 * minute, period(120))).toEqual(['ran-rrc-setup-failing'])
  })

  test('a cell is full when that lasts', async () => {
    const load = (value: number) =>
      `pm_rru_prbtotdl{managed_element="gnb-1",object="NRCellDU=7",granularity_period_seconds="900"} ${value}`
    const play = createPlayer(cnfSignatures())
    expect(await play.play(10 * minute, load(99))).toEqual([])
    expect(await play.play(10 * minute, load(99))).toEqual(['ran-cell-full'])
  })
})
