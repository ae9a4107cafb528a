import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ClusterInput } from '@aiops/contract/api/cluster'
import { createKeyFile } from '../server/src/adapter/folder/key-file.ts'
import { createHttpClient } from '../server/src/adapter/http/http-client.ts'
import { createClusterApi } from '../server/src/adapter/kubernetes/cluster-api.ts'
import { openSqliteRecordStore } from '../server/src/adapter/kysely/record-store.ts'
import { systemClock as clock, isoTime } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import { systemRandom as random } from '../server/src/kernel/random.ts'
import { accessOf, summaryOf } from '../server/src/service/fleet/access.ts'
import { newHealth } from '../server/src/service/fleet/health.ts'
import { createFleetRegistry, FleetConfig } from '../server/src/service/fleet/index.ts'
import { makePki } from '../server/src/service/fleet/kubernetes-api.suite.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * Health checks of many simulated spokes over TLS, a part of them bad: CPU, memory, and how late checks of the well ones begin, as the
 * spokes see it. `node bench/fleet-checks.ts [--clusters 2000] [--seconds 100]`. The spokes run in a process of their own.
 */
type Ready = { port: number }
type Arrivals = { arrivals: [number, number[]][] }
const badShare = 5
const intervalMs = 30_000

function serveSpokes(): void {
  const arrivals = new Map<number, number[]>()
  const pki = makePki()
  const bad: ((response: ServerResponse) => unknown)[] = [
    () => undefined,
    (response) => response.writeHead(500).end('broken'),
    (response) => response.end('<html>'),
    (response) => response.socket?.destroy(),
  ]
  const server = createServer({ ...pki.server }, (request, response) => {
    const [, spoke = '', ...path] = (request.url ?? '').split('/')
    const number = Number(spoke)
    // Discovery lists them too, without this limit; what is timed is the check.
    if (path.join('/') === 'api/v1/namespaces?limit=1')
      arrivals.set(number, [...(arrivals.get(number) ?? []), performance.now()])
    if (number % badShare === 0) return bad[(number / badShare) % bad.length]?.(response)
    const body = path.join('/').startsWith('api')
      ? { kind: 'NamespaceList', items: [] }
      : { gitVersion: 'v1.31.2' }
    return response.end(JSON.stringify(body))
  })
  server.listen(0, '0.0.0.0', () =>
    process.send?.({ port: (server.address() as AddressInfo).port } satisfies Ready),
  )
  process.on('message', () => process.send?.({ arrivals: [...arrivals] } satisfies Arrivals))
  process.on('disconnect', () => process.exit())
}

async function bench(count: number, seconds: number): Promise<void> {
  const child = fork(import.meta.filename, ['--spokes'])
  const { port } = await new Promise<Ready>((resolve) =>
    child.once('message', (message) => resolve(message as Ready)),
  )
  const folder = mkdtempSync(join(tmpdir(), 'aiops-fleet-bench-'))
  const records = await openSqliteRecordStore(join(folder, 'records.db'))
  const secrets = createKeyFile(join(folder, 'keys.json'))
  for (let i = 0; i < count; i += 1) {
    // Each has an address of its own, so that no session or connection is shared.
    const origin = `https://127.1.${Math.floor(i / 250)}.${1 + (i % 250)}:${port}/${i}`
    const endpoints = { prometheus_url: origin }
    const tls = { insecure_skip_verify: true }
    const input = ClusterInput.parse({
      name: `spoke-${i}`,
      api_server_url: origin,
      platform: 'KUBERNETES',
      endpoints,
      tls,
    })
    const [id, nowMs] = [`spoke-${i}`, clock.now()]
    const at = isoTime(nowMs)
    const record = {
      ...{ ...input, id, tenant_id: 'default', platform_version: null, capabilities: null },
      ...{ created_at: at, updated_at: at, last_seen_at: null },
    }
    const access = accessOf(
      { auth_type: 'SERVICE_ACCOUNT', service_account_token: `token-${i}` },
      record,
      nowMs,
    )
    const sealed = await secrets.seal(Buffer.from(JSON.stringify(access)), { tenant: 'default', id })
    await records.clusters.insert(record, newHealth(nowMs).status)
    await records.clusters.saveCredential({
      cluster_id: id,
      tenant_id: 'default',
      sealed,
      summary: summaryOf(access, nowMs),
    })
  }
  const http = createHttpClient({ clock }, { deny: [], keepAlive: false })
  let events = 0
  const fleet = createFleetRegistry(
    {
      ...{
        clock,
        random,
        metrics: createMetrics(),
        log: silentLog,
        clusters: records.clusters,
        secrets,
        http,
      },
      ...{ tenants: ['default'], taken: [], documented: () => [] },
      connect: async ({ id, name, labels }) => ({ id, name, labels }),
      openApi: async ({ api_server_url, access }) =>
        createClusterApi(
          { http, streams: http, clock },
          { server: api_server_url ?? '', access: () => access('API_SERVER') },
        ),
      copied() {
        throw new Error('nothing is copied here')
      },
      storeCopy: async () => ({ accepted: 0, rejected: 0, reason: '' }),
      bus: {
        publish() {
          events += 1
        },
      },
    },
    FleetConfig.parse({}),
  )
  await fleet.start()
  const warmMs = intervalMs + 5_000
  await clock.sleep(warmMs)
  const [cpuBefore, beganMs] = [cpuSeconds(), performance.now()]
  let rssMax = 0
  const watching = setInterval(() => {
    rssMax = Math.max(rssMax, process.memoryUsage.rss())
  }, 500)
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000 - warmMs))
  clearInterval(watching)
  const [cpu, wall] = [cpuSeconds() - cpuBefore, (performance.now() - beganMs) / 1_000]
  const { by_state } = fleet.summary('default')
  const told = new Promise<Arrivals>((resolve) =>
    child.once('message', (message) => resolve(message as Arrivals)),
  )
  child.send('report')
  const well = (await told).arrivals.filter(([number]) => number % badShare !== 0)
  const offMs = well.flatMap(([, at]) => at.slice(1).map((ms, i) => Math.abs(ms - at[i]! - intervalMs)))
  offMs.sort((a, b) => a - b)
  const result = {
    ...{
      clusters: count,
      bad: Math.ceil(count / badShare),
      seconds_measured: Math.round(wall),
      events,
      by_state,
    },
    cpu_cores: Math.round((cpu / wall) * 1_000) / 1_000,
    rss_mb: Math.round(rssMax / 1_048_576),
    intervals_of_well_clusters: offMs.length,
    off_by_ms: {
      p50: Math.round(offMs[Math.floor(offMs.length / 2)] ?? 0),
      p99: Math.round(offMs[Math.floor(offMs.length * 0.99)] ?? 0),
      max: Math.round(offMs.at(-1) ?? 0),
    },
    off_by_more_than_10_percent: offMs.filter((ms) => ms > intervalMs / 10).length,
    well_clusters_never_checked: count - Math.ceil(count / badShare) - well.length,
    machine: machine(),
  }
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  await fleet.stop()
  await records.close()
  child.disconnect()
  rmSync(folder, { recursive: true, force: true })
}

const { values } = parseArgs({
  options: {
    spokes: { type: 'boolean' },
    clusters: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '100' },
  },
})
if (values.spokes) serveSpokes()
else await bench(Number(values.clusters), Number(values.seconds))
