import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecretFolder } from '../adapter/folder/secret-folder.ts'
import { createHttpClient } from '../adapter/http/http-client.ts'
import { createHostProbe } from '../adapter/procfs/host-probe.ts'
import { openDeadLetterFile, openSegmentLog } from '../adapter/segment/index.ts'
import { lockFolder } from '../adapter/sqlite/index.ts'
import { createGateway } from '../edge/gateway/index.ts'
import { systemClock } from '../kernel/clock.ts'
import { Fault, messageOf } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { createMetrics } from '../kernel/metric.ts'
import { systemRandom } from '../kernel/random.ts'
import { passOnReceivers } from '../pipeline/ingest/index.ts'
import { createIdentity } from '../service/identity/index.ts'
import { createRelay, type Relay } from '../service/relay/index.ts'
import { createEdgeHealth } from './cluster/edge-health.ts'
import type { LoadedConfig } from './config.ts'
import { createHostSender } from './host-sender.ts'
import type { Platform } from './platform.ts'
import { version } from './version.ts'

/** Beside the body: path and headers. */
const aboutBytesMax = 65_536

/** `--role edge`: the senders' paths over a log on disk, and a loop that sends on. It has no store, no query and no web app. */
export async function createEdgePlatform({ config }: LoadedConfig, log: Log): Promise<Platform> {
  const clock = systemClock
  const random = systemRandom
  const metrics = createMetrics({ process: true })
  const base = { clock, random, metrics, log }
  mkdirSync(config.data_folder, { recursive: true, mode: 0o700 })
  const unlock = lockFolder(config.data_folder)
  const folder = join(config.data_folder, 'relay')
  const { buffer_bytes_max, dead_letter_bytes_max, when_full, tls } = config.edge
  const relayLog = await openSegmentLog({
    ...{ folder, bytesMax: buffer_bytes_max, whenFull: when_full },
    newId: () => random.uuid(clock.now()),
    entryBytesMax: config.ingest.body_bytes_max + aboutBytesMax,
  })
  const http = createHttpClient({ clock }, config.act.outbound)
  const relay: Relay = createRelay(
    {
      ...{ ...base, relayLog, http },
      deadLetters: await openDeadLetterFile(folder, dead_letter_bytes_max),
      secrets: createSecretFolder(config.act.secret_folder || join(config.data_folder, 'secrets')),
      ca: tls.ca_file === '' ? undefined : certificatesIn(tls.ca_file),
    },
    config.edge,
  )
  const identity = createIdentity({ audit: auditTo(log), clock }, config.auth)
  const receivers = passOnReceivers({ clock, random, keep: (entry) => relay.keep(entry) }, config.ingest)
  const health = createEdgeHealth({ relay, clock, dataFolder: config.data_folder }, version)
  const gateway = createGateway(
    {
      ...{ ...base, receivers, identity, version },
      handlers: { getHealth: async () => health(), getReady: async () => ({ ready: true }) },
      webFolder: join(folder, 'no-web-app'),
    },
    config.server,
  )
  const host = createHostSender(
    {
      clock,
      log,
      relay,
      tenant: config.auth.tenants[0],
      probe: config.ingest.host.enabled ? createHostProbe() : null,
    },
    config.edge.host_interval,
  )
  return {
    get url() {
      return gateway.url
    },
    async start() {
      await relay.start()
      host.start()
      await gateway.start()
    },
    async stop() {
      await gateway.stop()
      await host.stop()
      await relay.stop()
      await relayLog.close()
      http.close()
      unlock()
    },
  }
}

function certificatesIn(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Fault('CONFIG_INVALID', `edge.tls.ca_file cannot be read: ${messageOf(error)}.`)
  }
}

/** There are no records here: who was refused is in the log. */
const auditTo = (log: Log): Parameters<typeof createIdentity>[0]['audit'] => ({
  append: async ({ actor, action, resource, outcome }) =>
    log.warn({ actor, action, resource, outcome }, 'a request was not allowed'),
})
