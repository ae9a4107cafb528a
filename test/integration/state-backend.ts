/** The product's own state backend behind its own gateway, with keys, on loopback; and a stack to plan with it. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKeyFile } from '../../server/src/adapter/folder/key-file.ts'
import { openSqliteRecordStore } from '../../server/src/adapter/kysely/record-store.ts'
import { createGateway, GatewayConfig, type Handlers } from '../../server/src/edge/gateway/index.ts'
import { terraformStateRoutes } from '../../server/src/edge/terraform-state/index.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import type { StateKey } from '../../server/src/port/state-repository.ts'
import type { TerraformStates } from '../../server/src/port/terraform-states.ts'
import { createTerraformStates, TerraformStateConfig } from '../../server/src/service/gitops/state/index.ts'
import {
  createIdentity,
  createLentKeys,
  IdentityConfig,
  type LentKeys,
} from '../../server/src/service/identity/index.ts'

export type StateBackend = {
  states: TerraformStates
  lent: LentKeys
  /** Of the http backend, and who may write it. */
  address(name: string): { url: string; username: string; password: string }
  key(name: string): StateKey
  stop(): Promise<void>
}

const project = 'shop/infra'
const password = 'key-of-the-pipeline'

export async function startStateBackend(): Promise<StateBackend> {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-state-backend-'))
  const records = await openSqliteRecordStore(join(folder, 'records.db'))
  const [clock, metrics] = [systemClock, createMetrics()]
  const lent = createLentKeys(clock)
  const sha256 = createHash('sha256').update(password).digest('hex')
  const identity = createIdentity(
    { audit: records.audit, clock, lent },
    IdentityConfig.parse({
      api_keys: [{ name: 'pipeline', role: 'operator', tenant: 'default', sha256 }],
    }),
  )
  const config = TerraformStateConfig.parse({})
  const states = createTerraformStates(
    {
      ...{ clock, metrics, states: records.states, secrets: createKeyFile(join(folder, 'state-keys.json')) },
      audit: async () => undefined,
    },
    config,
  )
  const gateway = createGateway(
    {
      ...{ clock, metrics, identity, log: silentLog, receivers: [], version: '1.2.3' },
      handlers: {} as Handlers,
      web: terraformStateRoutes({ states, sizeBytesMax: config.size_bytes_max }),
      webFolder: join(folder, 'no-web-app'),
    },
    GatewayConfig.parse({ port: 0 }),
  )
  await gateway.start()
  return {
    ...{ states, lent },
    address: (name) => ({
      url: `${gateway.url}/api/v4/projects/${encodeURIComponent(project)}/terraform/state/${name}`,
      ...{ username: 'pipeline', password },
    }),
    key: (name) => ({ tenant: 'default', project, name }),
    async stop() {
      await gateway.stop()
      await records.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
