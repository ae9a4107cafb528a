/** A registry over the real record store, key file and HTTP client, with what a test sees of it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClusterInput } from '@aiops/contract/api/cluster'
import type { Event } from '@aiops/contract/event'
import { onTestFinished } from 'vitest'
import { type Clock, ManualClock } from '../../kernel/clock.ts'
import { createLog, type Log } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { ClusterApi } from '../../port/cluster-api.ts'
import type { ClusterBackends } from '../../port/cluster-backend.ts'
import type { HttpClient, HttpStreams } from '../../port/http-client.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { SecretStore } from '../../port/secret-store.ts'
import { createFleetRegistry, FleetConfig, type FleetDeps, type Reach } from './index.ts'

export type RigOptions = { folder?: string; config?: object; deps?: Partial<FleetDeps>; startMs?: number }

export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-fleet-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The technologies under the registry, which a test hands in. */
export type RigAdapters = {
  records(path: string): Promise<RecordStore>
  secrets(path: string): SecretStore
  http(clock: Clock): HttpClient & HttpStreams
  openApi(reach: Reach, http: HttpClient & HttpStreams): Promise<ClusterApi>
}

/** Time is the test's, the network is real: checks go on while time stands still. */
export async function openRigOver(adapters: RigAdapters, options: RigOptions = {}) {
  const folder = options.folder ?? temporaryFolder()
  const clock = new ManualClock(options.startMs ?? Date.now())
  const events: Event[] = []
  const logged: string[] = []
  const log: Log = createLog({ level: 'debug', destination: { write: (line) => void logged.push(line) } })
  const records = await adapters.records(join(folder, 'records.db'))
  const metrics = createMetrics()
  const reached: Reach[] = []
  const connect = async (reach: Reach): Promise<ClusterBackends> => {
    reached.push(reach)
    return { id: reach.id, name: reach.name, labels: reach.labels }
  }
  const http = adapters.http(clock)
  const secrets = adapters.secrets(join(folder, 'master-keys.json'))
  const fleet = createFleetRegistry(
    {
      ...{ clock, random: seededRandom(7), metrics, log, secrets, http, connect },
      openApi: (reach) => adapters.openApi(reach, http),
      copied: () => {
        throw new Error('nothing was copied')
      },
      storeCopy: async () => ({ accepted: 0, rejected: 0, reason: '' }),
      ...{ clusters: records.clusters, tenants: ['default'], taken: ['local'], documented: () => [] },
      bus: { publish: (_topic, event) => void events.push(event as Event) },
      ...options.deps,
    },
    FleetConfig.parse(options.config ?? {}),
  )
  await fleet.start()
  let open = true
  const close = async (): Promise<void> => {
    if (!open) return
    open = false
    await fleet.stop()
    await records.close()
  }
  onTestFinished(close)
  return { folder, clock, events, logged, records, metrics, fleet, reached, secrets, close }
}
export type Rig = Awaited<ReturnType<typeof openRigOver>>

export const inputOf = (
  name: string,
  change: Partial<Parameters<typeof ClusterInput.parse>[0] & object> = {},
) => ClusterInput.parse({ name, api_server_url: 'https://127.0.0.1:1', platform: 'KUBERNETES', ...change })

/** Lets real input and output happen until it is so, for at most 5 s. */
export async function until(so: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000
  while (!so()) {
    if (performance.now() > endMs) throw new Error('it did not come true within 5 s')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** A backend over plain HTTP. */
export async function serveHttp(handler: RequestListener) {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = (): Promise<unknown> => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  onTestFinished(() => void stop())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop }
}
