import { startSpokes } from '../../bench/spoke-rig.ts'
import { percentile } from './process-memory.ts'

export type SpokesResult = {
  bad: number
  /** Of a bad spoke by how it is bad: seconds until its breaker opened; once it was well, until it answered again. */
  openedSeconds: Record<string, number>
  recoveredSeconds: Record<string, number>
  neverOpened: string[]
  neverRecovered: string[]
  /** Healthy clusters that an answer called missing. */
  wronged: number
  healthyP99Ms: number
}

const [openWithinMs, recoverWithinMs, everyMs] = [45_000, 90_000, 1_000]

/**
 * A hundred spokes, `bad` of them bad in every way there is, asked once a second: each bad one's breaker must open within 30 s, and once
 * it is well again it must answer within 60 s. Healthy ones must never be missing.
 */
export async function badSpokes(bad: number): Promise<SpokesResult> {
  const rig = await startSpokes({ count: 100, bad, latencyMs: 20, series: 5 })
  try {
    const healthyMs: number[] = []
    let wronged = 0
    const healthy = new Set(rig.healthy)
    const opened = new Map<string, number>()
    const recovered = new Map<string, number>()
    const asking = new Set<Promise<void>>()
    const ask = async (sinceMs: number, healed: boolean): Promise<void> => {
      const { results, missing } = await rig.ask(rig.ids)
      wronged += missing.filter(({ cluster_id }) => healthy.has(cluster_id)).length
      for (const { cluster_id, query_time_ms, status } of results) {
        if (healthy.has(cluster_id)) healthyMs.push(query_time_ms)
        else if (healed && status === 'SUCCESS' && !recovered.has(cluster_id))
          recovered.set(cluster_id, performance.now() - sinceMs)
      }
      for (const { cluster_id, breaker } of await rig.breakers())
        if (!healed && breaker !== 'CLOSED' && !opened.has(cluster_id))
          opened.set(cluster_id, performance.now() - sinceMs)
    }
    /** Once a second, whether those before are answered or not, as dashboards do. */
    const phase = async (healed: boolean, withinMs: number, done: () => boolean): Promise<void> => {
      const sinceMs = performance.now()
      while (!done() && performance.now() - sinceMs < withinMs) {
        const asked = ask(sinceMs, healed).finally(() => asking.delete(asked))
        asking.add(asked)
        await new Promise((resolve) => setTimeout(resolve, everyMs))
      }
      await Promise.all(asking)
    }
    // What flaps also answers, so that nothing is promised of its breaker.
    const constant = [...rig.ways].filter(([, way]) => !way.includes('flaps')).map(([id]) => id)
    await phase(false, openWithinMs, () => constant.every((id) => opened.has(id)))
    rig.heal()
    await phase(true, recoverWithinMs, () => recovered.size >= bad)
    const slowestByWay = (times: ReadonlyMap<string, number>): Record<string, number> => {
      const seconds: Record<string, number> = {}
      for (const [id, ms] of times) {
        const way = rig.ways.get(id) ?? id
        seconds[way] = Math.max(seconds[way] ?? 0, Math.round(ms / 100) / 10)
      }
      return seconds
    }
    const without = (times: ReadonlyMap<string, number>, ids: readonly string[]): string[] =>
      ids.filter((id) => !times.has(id)).map((id) => rig.ways.get(id) ?? id)
    return {
      bad,
      ...{ openedSeconds: slowestByWay(opened), recoveredSeconds: slowestByWay(recovered) },
      ...{ neverOpened: without(opened, constant), neverRecovered: without(recovered, [...rig.ways.keys()]) },
      ...{ wronged, healthyP99Ms: Math.round(percentile(healthyMs, 0.99)) },
    }
  } finally {
    await rig.stop()
  }
}
