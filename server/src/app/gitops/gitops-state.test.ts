import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createHttpClient } from '../../adapter/http/http-client.ts'
import { openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import { systemClock } from '../../kernel/clock.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { TerraformStateConfig } from '../../service/gitops/state/index.ts'
import { createIdentity, IdentityConfig } from '../../service/identity/index.ts'
import { openTerraformStates } from './gitops-state.ts'

it('keeps states under master keys of their own, and what was done by force in the audit log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-gitops-state-'))
  const records = await openSqliteRecordStore(join(folder, 'records.db'))
  onTestFinished(async () => {
    await records.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const clock = systemClock
  const audited: unknown[] = []
  const audit = { append: async (record: unknown) => void audited.push(record) }
  const { states, routes } = await openTerraformStates(
    {
      ...{ clock, metrics: createMetrics(), states: records.states, folder, secrets: 'file:' },
      identity: createIdentity({ audit, clock }, IdentityConfig.parse({})),
      http: createHttpClient({ clock }, { deny: [], keepAlive: false }),
    },
    TerraformStateConfig.parse({}),
  )
  const key = { tenant: 'default', project: 'infra', name: 'prod' }
  await states.write(key, Buffer.from('{"serial":1,"lineage":"l"}'), { actor: 'ci', lockId: null })
  expect(statSync(join(folder, 'terraform', 'master-keys.json')).mode & 0o777).toBe(0o600)
  expect(routes).toHaveLength(6)
  await states.lock(key, Buffer.from('{"ID":"a"}'), 'ci')
  await states.release(key, 'dana')
  expect(audited).toMatchObject([
    { actor: 'ci', action: 'writeTerraformState' },
    { actor: 'dana', action: 'unlockTerraformState', outcome: 'SUCCESS' },
  ])
})
