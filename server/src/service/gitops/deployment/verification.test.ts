import { expect, it } from 'vitest'
import { DeploymentConfig } from './config.ts'
import type { Drive } from './drive.ts'
import { newDeployment } from './record.ts'
import { verify } from './verification.ts'

const nowMs = 1_800_000_000_000
const override = {
  ...{ signals: ['alert:1', 'readings:2'], reviewed_by: null },
  ...{ expires_at: new Date(nowMs + 1).toISOString(), review_by: new Date(nowMs + 1).toISOString() },
}

/** Verified to its end, after which it costs three times as much and answers as before; or the other way round. */
async function verified(isEmergency: boolean, triples: 'cost' | 'latency') {
  const config = DeploymentConfig.parse({
    checks: [
      { name: 'cost', query: 'cost', increase_percent_max: 20, economic: true },
      { name: 'latency', query: 'latency', increase_percent_max: 20 },
    ],
  })
  const base = { query: null, limit: '', before: 1, after: null, passed: null }
  const current = newDeployment(
    'default',
    {
      ...{ id: 'x', service: 'cart', title: 'Move', author: 'aiops-bot', repository: 'infra', stack: 'prod' },
      ...{ changes: [], explanation: '', state: 'VERIFYING', emergency: isEmergency },
      override: isEmergency ? override : null,
      verify_until: new Date(nowMs - 1).toISOString(),
      verification: [
        { ...base, name: 'cost' },
        { ...base, name: 'latency' },
      ],
    },
    { told: true },
    nowMs,
  )
  const drive = {
    ...{ config, current, holder: 'h', signal: new AbortController().signal },
    deps: {
      clock: { now: () => nowMs },
      random: { next: () => 0.5, uuid: () => 'taken-back' },
      deployments: { swap: async () => 'SWAPPED' },
      query: async (_tenant: string, promql: string) => (promql === triples ? 3 : 1),
      changed: () => undefined,
    },
  } as unknown as Drive
  await verify(drive)
  if (drive.current.work.ending === null) await verify(drive)
  const { deployment, work } = drive.current
  return { state: work.ending?.state ?? deployment.state, message: work.ending?.message, deployment }
}

it('takes back what has become dearer, but not what an emergency moved for a price', async () => {
  expect(await verified(false, 'cost')).toMatchObject({ state: 'REVERTING' })
  const kept = await verified(true, 'cost')
  expect(kept).toMatchObject({
    ...{ state: 'KEPT', message: 'Kept, with cost out of its limit: an emergency passes it.' },
    deployment: { verification: [{ name: 'cost', after: 3, passed: false }, { passed: true }] },
  })
})

it('takes back what has become slower, also in an emergency', async () => {
  expect(await verified(true, 'latency')).toMatchObject({ state: 'REVERTING' })
})
