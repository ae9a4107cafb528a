import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { startReceiver } from './receiver.ts'
import type { SpokesReady } from './spokes.ts'

export type SpokeAnswer = {
  results: { status: string; query_time_ms: number; cluster_id: string }[]
  missing: { cluster_id: string; reason: string }[]
  total_query_time_ms: number
}
export type SpokeRig = {
  ids: readonly string[]
  healthy: readonly string[]
  /** How each bad one is bad. */
  ways: ReadonlyMap<string, string>
  pid: number
  metricsUrl: string
  /** One query over the last hour. */
  ask(clusters: readonly string[]): Promise<SpokeAnswer>
  breakers(): Promise<{ cluster_id: string; breaker: string; last_error?: string }[]>
  /** From now on the bad ones are as well as the others. */
  heal(): void
  stop(): Promise<void>
}

/** The real program with simulated spokes, some of them bad, each on a socket of its own on the loopback. */
export async function startSpokes(
  sizes: { count: number; bad: number; latencyMs: number; series: number },
  settings: readonly string[] = [],
): Promise<SpokeRig> {
  const folder = mkdtempSync(join(tmpdir(), 'federation-'))
  const healed = join(folder, 'healed')
  const worker = new Worker(new URL('./spokes.ts', import.meta.url), { workerData: sizes })
  const { spokes, caPem } = await new Promise<SpokesReady>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  const ids = spokes.map((_, i) => `spoke-${String(i).padStart(3, '0')}`)
  writeFileSync(join(folder, 'ca.pem'), caPem)
  mkdirSync(join(folder, 'data', 'clusters'), { recursive: true })
  const clusters = ids.map((name, i) => {
    const { url } = spokes[i]!
    const tls = url.startsWith('https') ? { tls: { ca_file: join(folder, 'ca.pem') } } : {}
    return { name, prometheus: { url, ...tls } }
  })
  writeFileSync(join(folder, 'data', 'clusters', 'spokes.yml'), JSON.stringify({ clusters }))
  const preload = fileURLToPath(new URL('./flapping-names.ts', import.meta.url))
  const before = process.env.NODE_OPTIONS
  Object.assign(process.env, {
    FLAPPING_NAMES_HEALED: healed,
    NODE_OPTIONS: `${before ?? ''} --import=${preload}`,
  })
  const server = await startReceiver('aiops', join(folder, 'data'), [
    'federation.cache_points=0',
    ...settings,
  ])
  if (before === undefined) delete process.env.NODE_OPTIONS
  else process.env.NODE_OPTIONS = before
  if (typeof server === 'string') throw new Error(server)
  const { origin } = new URL(server.url)
  const json = async <T>(path: string, init?: RequestInit): Promise<T> => {
    const response = await fetch(origin + path, init)
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  return {
    ...{
      ids,
      healthy: ids.slice(0, sizes.count - sizes.bad),
      pid: server.pid,
      metricsUrl: server.metricsUrl,
    },
    ways: new Map(spokes.flatMap(({ way }, i) => (way === '' ? [] : [[ids[i]!, way] as const]))),
    ask: (asked) => {
      const end = Math.floor(Date.now() / 60_000) * 60_000
      return json('/api/v1/metrics/query_range', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...{ query: 'up', cluster_ids: asked, step: '1m' },
          ...{ start_time: new Date(end - 3_600_000).toISOString(), end_time: new Date(end).toISOString() },
        }),
      })
    },
    breakers: async () =>
      (await json<{ clusters: { cluster_id: string; breaker: string }[] }>('/api/v1/query/clusters'))
        .clusters,
    heal() {
      worker.postMessage('heal')
      writeFileSync(healed, '')
    },
    async stop() {
      await server.stop()
      await worker.terminate()
      rmSync(folder, { recursive: true })
    },
  }
}
