import { fileURLToPath } from 'node:url'
import { compressSync } from 'snappy'
import { type Server, startServer } from '../journey/server.ts'
import { residentBytes } from './process-memory.ts'
import { writeRequest } from './write-request.ts'

export type StoppedResult = {
  /** Answers by status: while the detector ran, while it stood still, once it went on. */
  before: Record<string, number>
  during: Record<string, number>
  after: Record<string, number>
  /** Refusals that did not say when to come again. */
  withoutRetryAfter: number
  acknowledged: number
  lost: number
  mebibytes: { atFirstRefusal: number; mostAfterIt: number }
}

const SERIES = 100
const SENDERS = 4
const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' }
const labelsOf = (i: number) => ({ __name__: 'stopped', id: String(i) })
const preload = fileURLToPath(new URL('stop-detector.ts', import.meta.url))

/**
 * The detector thread of the real program is stopped while ten times as many senders send, `seconds` long: its queues fill, senders are
 * told to wait, memory stays where it was when they were full, and all that was acknowledged is there.
 */
export async function stoppedConsumer(folder: string, seconds: number): Promise<StoppedResult> {
  const result: StoppedResult = {
    ...{ before: {}, during: {}, after: {}, withoutRetryAfter: 0, acknowledged: 0, lost: 0 },
    mebibytes: { atFirstRefusal: 0, mostAfterIt: 0 },
  }
  const given = process.env.NODE_OPTIONS
  process.env.NODE_OPTIONS = `${given ?? ''} --import ${preload}`
  const server = await startServer(folder, [
    ...['ingest.host.enabled=false', 'ingest.remote_write_age_max=2h', 'detect.queue_points_max=20000'],
  ]).finally(() => {
    if (given === undefined) delete process.env.NODE_OPTIONS
    else process.env.NODE_OPTIONS = given
  })
  try {
    const load = new Load(server, result)
    await load.run(result.before, SENDERS, 5)
    process.kill(server.pid, 'SIGUSR2')
    await load.run(result.during, SENDERS * 10, seconds)
    process.kill(server.pid, 'SIGUSR2')
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    await load.run(result.after, SENDERS, 5)
    result.acknowledged = load.acknowledged.size * SERIES
    result.lost = await load.lost()
    return result
  } finally {
    await server.stop('SIGKILL')
  }
}

/** Each request is one point in time of all series, its value the number of the request. */
class Load {
  readonly acknowledged = new Set<number>()
  readonly #server: Server
  readonly #result: StoppedResult
  readonly #startMs = Date.now() - 60 * 60_000
  #next = 0

  constructor(server: Server, result: StoppedResult) {
    this.#server = server
    this.#result = result
  }

  async run(statuses: Record<string, number>, senders: number, seconds: number): Promise<void> {
    const until = performance.now() + seconds * 1_000
    const one = async (): Promise<void> => {
      while (performance.now() < until) {
        const status = await this.#send()
        statuses[status] = (statuses[status] ?? 0) + 1
        this.#weigh()
        if (status !== 204) await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    await Promise.all(Array.from({ length: senders }, one))
  }

  /** Acknowledged samples that are not there. */
  async lost(): Promise<number> {
    let lost = 0
    for (let id = 0; id < SERIES; id += 20) {
      const found = await this.#valuesOf(id)
      for (const number of this.acknowledged) if (!found.has(number)) lost += 1
    }
    return lost
  }

  /** The queues are full at the first refusal: from then on nothing more is to be kept. */
  #weigh(): void {
    const { mebibytes, during } = this.#result
    if (!during['429']) return
    const now = Math.round(residentBytes(this.#server.pid) / 1_048_576)
    mebibytes.atFirstRefusal ||= now
    mebibytes.mostAfterIt = Math.max(mebibytes.mostAfterIt, now)
  }

  async #send(): Promise<number> {
    const number = this.#next++
    const series = Array.from({ length: SERIES }, (_, i) => labelsOf(i))
    const answer = await fetch(`${this.#server.url}/api/v1/write`, {
      ...{ method: 'POST', headers },
      body: new Uint8Array(compressSync(writeRequest(series, this.#startMs + number, number)) as Buffer),
    })
    await answer.arrayBuffer()
    if (answer.ok) this.acknowledged.add(number)
    else if (!answer.headers.has('retry-after')) this.#result.withoutRetryAfter += 1
    return answer.status
  }

  async #valuesOf(id: number): Promise<Set<number>> {
    const values = new Set<number>()
    const window = 5_000
    for (let from = 0; from < this.#next; from += window) {
      const { results } = await this.#server.client.getRange({
        query: {
          match: `stopped{id="${id}"}`,
          start: new Date(this.#startMs + from).toISOString(),
          end: new Date(this.#startMs + from + window - 1).toISOString(),
          max_points: 11_000,
        },
      })
      for (const { points } of results) for (const [, value] of points) if (value !== null) values.add(value)
    }
    return values
  }
}
