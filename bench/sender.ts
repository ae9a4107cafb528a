import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuOf, type Receiver, settled } from './receiver.ts'
import { type Labels, loadLabels, WriteTemplate } from './write-request.ts'

export type Load = {
  series: number
  /** The number of the first series: other numbers are other series. */
  first: number
  labels: number
  perRequest: number
  senders: number
  version: 1 | 2
  stepMs: number
  /** Samples a second of all senders together while `paced`. */
  rate?: number
}
export type Measured = {
  samples: number
  refused: number
  wall_seconds: number
  server_cpu_seconds: number
  of_them_system: number
  samples_per_cpu_second: number
  samples_per_second: number
  ack_ms: { p50: number; p99: number; max: number }
}

/** Senders with a connection and a share of the series each, as in `load`; one request of each at a time, as fast as they are answered. */
export class Senders {
  readonly #receiver: Receiver
  readonly #load: Load
  readonly #agents: Agent[]
  /** Keeps to the load's rate, where it has one. */
  paced = false
  #step = 0
  readonly #due: number[] = []
  readonly #startMs: number
  readonly #inOrder: Batch[][]

  /** Times of `steps` steps end now, if they fit into the hour that receivers take. */
  constructor(receiver: Receiver, load: Load, steps: number) {
    this.#receiver = receiver
    this.#load = load
    this.#agents = Array.from({ length: load.senders }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
    this.#startMs = Date.now() - Math.min(steps * load.stepMs, 3_000_000)
    this.#inOrder = this.#templates(0)
  }

  /** All series, one sample each, so many times. With `shuffled` the order of series is another in each of four bodies that take turns. */
  async send(steps: number, shuffled = false): Promise<Measured> {
    const orders = shuffled ? [1, 2, 3, 4].map((seed) => this.#templates(seed)) : [this.#inOrder]
    const { pid } = this.#receiver
    await settled(pid)
    const before = cpuOf(pid)
    const began = performance.now()
    const latencies: number[] = []
    const counts = { samples: 0, refused: 0 }
    for (let step = 0; step < steps; step += 1) {
      const templates = orders[step % orders.length]!
      this.#step += 1
      const timeMs = this.#startMs + this.#step * this.#load.stepMs
      await Promise.all(templates.map((own, sender) => this.#one(own, sender, timeMs, latencies, counts)))
    }
    const wall = (performance.now() - began) / 1_000
    await settled(pid)
    const after = cpuOf(pid)
    const spent = after.seconds - before.seconds
    return {
      ...counts,
      wall_seconds: round(wall, 100),
      server_cpu_seconds: round(spent, 100),
      of_them_system: round(after.system - before.system, 100),
      samples_per_cpu_second: Math.round(counts.samples / spent),
      samples_per_second: Math.round(counts.samples / wall),
      ack_ms: percentiles(latencies),
    }
  }

  close(): void {
    for (const agent of this.#agents) agent.destroy()
  }

  async #one(
    batches: readonly Batch[],
    sender: number,
    timeMs: number,
    latencies: number[],
    counts: { samples: number; refused: number },
  ): Promise<void> {
    const turn = this.#step
    for (const { template, series } of batches) {
      await this.#turn(sender, template.count)
      const body = template.body(timeMs, (at) => sampleOf(series[at]!, turn))
      const began = performance.now()
      const status = await this.#post(body, this.#agents[sender]!)
      latencies.push(performance.now() - began)
      if (status >= 200 && status < 300) counts.samples += template.count
      else counts.refused += template.count
    }
  }

  /** Waits until this sender's share of the rate lets its next request go; at once where there is no rate. */
  async #turn(sender: number, samples: number): Promise<void> {
    const { rate, senders } = this.#load
    if (!this.paced || rate === undefined) return
    const due = this.#due[sender] ?? performance.now()
    this.#due[sender] = Math.max(due, performance.now() - 1_000) + (samples * senders * 1_000) / rate
    const waitMs = due - performance.now()
    if (waitMs > 0) await sleep(waitMs)
  }

  #templates(seed: number): Batch[][] {
    const { series, first, labels, senders, perRequest, version } = this.#load
    return Array.from({ length: senders }, (_, sender) => {
      const own: number[] = []
      for (let i = sender; i < series; i += senders) own.push(first + i)
      if (seed > 0) shuffle(own, seed + sender)
      const batches: Batch[] = []
      for (let at = 0; at < own.length; at += perRequest) {
        const batch = own.slice(at, at + perRequest)
        const sets: Labels[] = batch.map((i) => loadLabels(i, labels))
        batches.push({ template: new WriteTemplate(sets, version), series: batch })
      }
      return batches
    })
  }

  #post(body: Buffer, agent: Agent): Promise<number> {
    const version2 = this.#load.version === 2
    return new Promise((resolve, reject) => {
      const sent = request(
        this.#receiver.url,
        {
          agent,
          method: 'POST',
          headers: {
            'content-type': `application/x-protobuf${version2 ? ';proto=io.prometheus.write.v2.Request' : ''}`,
            'content-encoding': 'snappy',
            'content-length': body.length,
            'x-prometheus-remote-write-version': version2 ? '2.0.0' : '0.1.0',
            'user-agent': 'aiops-bench',
          },
        },
        (answer) => {
          answer.resume()
          answer.on('end', () => resolve(answer.statusCode ?? 0))
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }
}

type Batch = { template: WriteTemplate; series: readonly number[] }

/** A counter that rises steadily, or a gauge that wobbles around its level. */
const sampleOf = (i: number, turn: number): number =>
  i % 3 === 0 ? turn * 10 + i : 100 + ((i * 31 + turn * 17) % 97) / 10

/** Fisher–Yates by a linear congruential generator: the same order for the same seed. */
function shuffle(list: number[], seed: number): void {
  let state = seed * 2_654_435_761
  for (let i = list.length - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const j = state % (i + 1)
    const at = list[i]!
    list[i] = list[j]!
    list[j] = at
  }
}

function percentiles(latencies: number[]): Measured['ack_ms'] {
  latencies.sort((a, b) => a - b)
  const at = (share: number): number =>
    round(latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0, 10)
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}

const round = (value: number, by: number): number => Math.round(value * by) / by
