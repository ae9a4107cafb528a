import type { Finding } from '@aiops/contract/model/finding'
import { expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import type { PlainAlert } from '../../pipeline/ingest/index.ts'
import { exampleFinding } from '../../service/kubernetes/finding.suite.ts'
import { createFindingAlerts } from './finding-alerts.ts'

async function start(findings: Finding[], tenants = ['default']) {
  const clock = new ManualClock(Date.parse('2026-01-01T01:00:00Z'))
  const sent: PlainAlert[] = []
  const state = { findings, refuses: false }
  const part = createFindingAlerts(
    {
      ...{ clock, log: silentLog, tenants, findings: () => state.findings },
      ingest: {
        async acceptAlerts(_tenant, _source, alerts) {
          if (state.refuses) throw new Fault('QUEUE_FULL', 'later')
          sent.push(...alerts)
          return []
        },
      },
    },
    { severityMin: 'MEDIUM', perRequestMax: 100 },
  )
  await part.start()
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 5_000) {
      await clock.advance(Math.min(left, 5_000))
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
    }
  }
  return { sent, state, pass, part }
}

it('says a finding as the field says its alert', async () => {
  const { sent, pass } = await start([exampleFinding()])
  await pass(5_000)
  expect(sent).toHaveLength(1)
  expect(sent[0]).toMatchObject({
    ...{
      name: 'KubePodCrashLooping',
      status: 'FIRING',
      severity: 'high',
      starts_at: '2026-01-01T00:00:00.000Z',
    },
    labels: {
      cluster: 'paris',
      namespace: 'shop',
      pod: 'cart-1',
      deployment: 'cart',
      rule: 'pod-crash-loop',
    },
  })
})

it('renews it while it goes on, and resolves it when it is over', async () => {
  const { sent, state, pass } = await start([exampleFinding()])
  await pass(130_000)
  expect(sent.map(({ status }) => status)).toEqual(['FIRING', 'FIRING', 'FIRING'])
  state.findings = []
  await pass(5_000)
  expect(sent.at(-1)).toMatchObject({ status: 'RESOLVED', fingerprint: sent[0]?.fingerprint })
  await pass(120_000)
  expect(sent).toHaveLength(4)
})

it('leaves out what is of little weight', async () => {
  const { sent, pass } = await start([exampleFinding({ severity: 'LOW' })])
  await pass(10_000)
  expect(sent).toEqual([])
})

it('says again what could not be taken', async () => {
  const { sent, state, pass } = await start([exampleFinding()])
  state.refuses = true
  await pass(10_000)
  state.refuses = false
  await pass(5_000)
  expect(sent).toHaveLength(1)
})

it('names an alert after its rule where the field has no name for it', async () => {
  const { sent, pass } = await start([exampleFinding({ alert_name: null, rule: 'pvc-lost' })])
  await pass(5_000)
  expect(sent[0]?.name).toBe('PvcLost')
})
