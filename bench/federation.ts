import { parseArgs } from 'node:util'
import { machine } from './machine.ts'
import { cpuOf, residentMbOf } from './receiver.ts'
import { type SpokeRig, startSpokes } from './spoke-rig.ts'

/**
 * A query over simulated clusters, some of them slow, broken or lying: what healthy ones lose by them. The real program asks over HTTP
 * on the loopback. Rounds of the healthy ones alone and of all take turns, so that what else the machine does falls on both; the first
 * rounds with the bad ones, until their breakers are open, are told apart.
 *   node bench/federation.ts [--clusters 100] [--bad 20] [--latency 50] [--series 20] [--rounds 40]
 */
const { values } = parseArgs({
  options: {
    clusters: { type: 'string', default: '100' },
    bad: { type: 'string', default: '20' },
    latency: { type: 'string', default: '50' },
    series: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '40' },
  },
})
const [count, bad, latencyMs, series, rounds] = [
  values.clusters,
  values.bad,
  values.latency,
  values.series,
  values.rounds,
].map(Number) as [number, number, number, number, number]

/** What rounds of one sort took: milliseconds of healthy clusters, and of the whole query. */
class Rounds {
  readonly #rig: SpokeRig
  readonly #healthyMs: number[] = []
  readonly #totalMs: number[] = []
  #unnamed = 0
  #wronged = 0
  constructor(rig: SpokeRig) {
    this.#rig = rig
  }
  /** Each cluster must answer or be named as missing, and no healthy one be named. */
  async ask(clusters: readonly string[]): Promise<void> {
    const { results, missing, total_query_time_ms } = await this.#rig.ask(clusters)
    this.#totalMs.push(total_query_time_ms)
    const named = new Set(missing.map(({ cluster_id }) => cluster_id))
    const healthy = new Set(this.#rig.healthy)
    for (const { cluster_id, query_time_ms } of results)
      if (healthy.has(cluster_id)) this.#healthyMs.push(query_time_ms)
    const answered = new Set(
      results.filter(({ status }) => status === 'SUCCESS').map((one) => one.cluster_id),
    )
    this.#unnamed += clusters.filter((id) => !named.has(id) && !answered.has(id)).length
    this.#wronged += this.#rig.healthy.filter((id) => named.has(id)).length
  }
  get figures() {
    return {
      ...{ rounds: this.#totalMs.length, unnamed: this.#unnamed, wronged: this.#wronged },
      ...{ healthy_ms: spread(this.#healthyMs), total_ms: spread(this.#totalMs) },
    }
  }
}

const rig = await startSpokes({ count, bad, latencyMs, series })
try {
  const warm = new Rounds(rig)
  for (let round = 0; round < 5; round += 1) await warm.ask(rig.healthy)
  const [aloneAtFirst, first, alone, later] = Array.from({ length: 4 }, () => new Rounds(rig)) as [
    Rounds,
    Rounds,
    Rounds,
    Rounds,
  ]
  const began = performance.now()
  let openSeconds: number | null = null
  for (let round = 0; round < 30 && openSeconds === null; round += 1) {
    await aloneAtFirst.ask(rig.healthy)
    await first.ask(rig.ids)
    // What flaps also answers, so that its breaker may stay closed.
    const open = new Set(
      (await rig.breakers()).filter((one) => one.breaker !== 'CLOSED').map((one) => one.cluster_id),
    )
    if ([...rig.ways].every(([id, way]) => way.includes('flaps') || open.has(id)))
      openSeconds = Math.round((performance.now() - began) / 100) / 10
  }
  const cpu = cpuOf(rig.pid).seconds
  for (let round = 0; round < rounds; round += 1) {
    await alone.ask(rig.healthy)
    await later.ask(rig.ids)
  }
  const change = (one: Rounds, base: Rounds): number =>
    Math.round((one.figures.healthy_ms.p99 / base.figures.healthy_ms.p99 - 1) * 1_000) / 10
  const figures = {
    ...{ machine: machine(), clusters: count, bad, latency_ms: latencyMs, series_each: series },
    until_all_breakers_open_seconds: openSeconds,
    ...{ alone_at_first: aloneAtFirst.figures, at_first: first.figures },
    ...{ alone: alone.figures, breakers_open: later.figures },
    healthy_p99_change_percent: {
      at_first: change(first, aloneAtFirst),
      breakers_open: change(later, alone),
    },
    server: {
      cpu_seconds: Math.round((cpuOf(rig.pid).seconds - cpu) * 100) / 100,
      rss_mb: residentMbOf(rig.pid),
    },
  }
  console.log(JSON.stringify(figures, null, 2))
} finally {
  await rig.stop()
}

function spread(all: number[]): { p50: number; p99: number; max: number } {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 }
}
