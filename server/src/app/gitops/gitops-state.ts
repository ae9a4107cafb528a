import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { terraformStateRoutes } from '../../edge/terraform-state/index.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { HttpClient } from '../../port/http-client.ts'
import type { SecretStore } from '../../port/secret-store.ts'
import type { StateRepository } from '../../port/state-repository.ts'
import type { TerraformStates } from '../../port/terraform-states.ts'
import type { WebRoute } from '../../port/web-route.ts'
import { createTerraformStates, type TerraformStateConfig } from '../../service/gitops/state/index.ts'
import type { Identity } from '../../service/identity/index.ts'
import { openSecretStore } from '../storage/secret-store.ts'

type Parts = {
  clock: Clock
  metrics: Metrics
  states: StateRepository
  identity: Identity
  http: HttpClient
  folder: string
  /** `adapters.secrets`. */
  secrets: string
}

/**
 * The state backend, with master keys of its own beside those of the fleet, which a rotation there must not touch. `sealing`: those keys,
 * for plan files, which hold what states hold.
 */
export async function openTerraformStates(
  { clock, metrics, states, identity, http, ...parts }: Parts,
  config: TerraformStateConfig,
): Promise<{ states: TerraformStates; routes: readonly WebRoute[]; sealing: SecretStore }> {
  const folder = join(parts.folder, 'terraform')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const secrets = await openSecretStore(ownKeys(parts.secrets), { http, folder, environment: process.env })
  const service = createTerraformStates(
    {
      ...{ clock, metrics, states, secrets },
      audit: ({ tenant, actor, action, resource, details }) =>
        identity.audit({ actor, tenant, permissions: [] }, action, resource, 'SUCCESS', details),
    },
    config,
  )
  const routes = terraformStateRoutes({ states: service, sizeBytesMax: config.size_bytes_max })
  return { states: service, routes, sealing: secrets }
}

/** `kubernetes:NAME` → `kubernetes:NAME-state`; a file lies in a folder of its own instead. */
function ownKeys(value: string): string {
  const [scheme = 'auto', name = ''] = [
    value.slice(0, value.indexOf(':')),
    value.slice(value.indexOf(':') + 1),
  ]
  return scheme === 'file' ? value : `${scheme}:${name || 'aiops-master-keys'}-state`
}
