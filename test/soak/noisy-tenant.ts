import { compressSync } from 'snappy'
import { type Server, startServer, temporaryFolder } from '../journey/server.ts'
import { percentile, residentBytes } from './process-memory.ts'
import { writeRequest } from './write-request.ts'

export type NoisyResult = {
  /** Requests of the loud tenant by status. */
  loud: Record<string, number>
  quietP99Ms: { alone: number; beside: number }
  quietP95Ms: { alone: number; beside: number }
  quietRefused: number
  residentMebibytes: { before: number; most: number }
}

type Shape = {
  settings: readonly string[]
  /** Series of request `n` of the loud tenant. */
  loudSeries: (n: number) => readonly Readonly<Record<string, string>>[]
  loudRequests: number
}

const headers = (tenant: string) => ({
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-scope-orgid': tenant,
})

/** One tenant invents series without end: it is cut off at its limit, and another one's requests stay as quick as they were. */
export const cardinalityBomb = (seriesWanted: number): Promise<NoisyResult> =>
  besideQuiet({
    settings: ['store.series_max=20000'],
    loudSeries: (n) =>
      Array.from({ length: 500 }, (_, i) => ({ __name__: 'bomb', pod: `pod-${n * 500 + i}`, job: 'x' })),
    loudRequests: Math.ceil(seriesWanted / 500),
  })

/** One tenant sends ten times what it may: it is told to wait, and another one's requests stay as quick as they were. */
export const noisyTenant = (requests: number): Promise<NoisyResult> =>
  besideQuiet({
    settings: ['ingest.tenant_limits={loud: {items_per_second: 2000, burst_seconds: 1}}'],
    loudSeries: () => Array.from({ length: 500 }, (_, i) => ({ __name__: 'noise', pod: `pod-${i}` })),
    loudRequests: requests,
  })

async function besideQuiet({ settings, loudSeries, loudRequests }: Shape): Promise<NoisyResult> {
  const folder = temporaryFolder('noisy')
  const server = await startServer(folder.path, [
    'ingest.host.enabled=false',
    'auth.tenants=[default, loud, quiet]',
    ...settings,
  ])
  try {
    const result: NoisyResult = {
      loud: {},
      quietP99Ms: { alone: 0, beside: 0 },
      quietP95Ms: { alone: 0, beside: 0 },
      quietRefused: 0,
      residentMebibytes: { before: mebibytes(server), most: 0 },
    }
    const alone = await quiet(server, () => false, result, 150)
    let done = false
    const loud = (async () => {
      for (let n = 0; n < loudRequests; n += 1) {
        const body = compressSync(writeRequest(loudSeries(n), Date.now(), 1)) as Buffer
        const answer = await fetch(`${server.url}/api/v1/write`, {
          method: 'POST',
          headers: headers('loud'),
          body: new Uint8Array(body),
        })
        await answer.arrayBuffer()
        result.loud[answer.status] = (result.loud[answer.status] ?? 0) + 1
        if (n % 50 === 0)
          result.residentMebibytes.most = Math.max(result.residentMebibytes.most, mebibytes(server))
      }
      done = true
    })()
    const beside = await quiet(server, () => done, result)
    await loud
    for (const [name, share] of [
      ['quietP95Ms', 0.95],
      ['quietP99Ms', 0.99],
    ] as const)
      result[name] = { alone: percentile(alone, share), beside: percentile(beside, share) }
    result.residentMebibytes.most = Math.max(result.residentMebibytes.most, mebibytes(server))
    return result
  } finally {
    await server.stop('SIGKILL')
    folder.remove()
  }
}

const mebibytes = (server: Server): number => Math.round(residentBytes(server.pid) / 1_048_576)

/** Ten requests of ten samples a second until `over`, or for `least` requests; milliseconds of each. */
async function quiet(server: Server, over: () => boolean, result: NoisyResult, least = 0): Promise<number[]> {
  const times: number[] = []
  const series = Array.from({ length: 10 }, (_, i) => ({ __name__: 'quiet', pod: `q-${i}` }))
  while (least > 0 ? times.length < least : !over()) {
    const body = compressSync(writeRequest(series, Date.now(), 1)) as Buffer
    const began = performance.now()
    const answer = await fetch(`${server.url}/api/v1/write`, {
      method: 'POST',
      headers: headers('quiet'),
      body: new Uint8Array(body),
    })
    await answer.arrayBuffer()
    times.push(performance.now() - began)
    if (!answer.ok) result.quietRefused += 1
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return times
}
