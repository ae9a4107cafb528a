import type { DetectConfig } from '../config.ts'
import { openWorkerLink } from '../link.ts'
import { registrationsOf } from '../registration.ts'
import { plainProfile } from '../rule/profile.ts'
import { settingsOf } from '../settings.ts'

export type Latency = { p50_ms: number; p99_ms: number }

const startMs = 1_700_000_000_000

/** Milliseconds from handing a batch to the detector thread to having its answer, by share of batches. The method's own delay (points a change must last) comes beside it. */
export async function latencyOf(
  config: DetectConfig,
  { series, rounds, stepMs }: { series: number; rounds: number; stepMs: number },
): Promise<Latency> {
  let answered = Promise.withResolvers<void>()
  const link = await openWorkerLink(settingsOf(config), {
    reply: () => answered.resolve(),
    failed: (error) => answered.reject(error),
  })
  const ask = (command: Parameters<typeof link.send>[0]): Promise<void> => {
    answered = Promise.withResolvers<void>()
    link.send(command)
    return answered.promise
  }
  try {
    const profile = plainProfile(config)
    await ask({
      kind: 'register',
      series: registrationsOf(
        Array.from({ length: series }, (_, index) => ({
          index,
          profile,
          place: { entity: index >> 4, cohort: 0, steady: true },
        })),
      ),
    })
    const taken: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const nowMs = startMs + round * stepMs
      const points = {
        nowMs,
        series: Uint32Array.from({ length: series }, (_, index) => index),
        timesMs: new Float64Array(series).fill(nowMs),
        values: Float64Array.from(
          { length: series },
          (_, index) => 100 + ((index * 31 + round * 17) % 64) / 8,
        ),
      }
      const begun = performance.now()
      await ask({ kind: 'points', ...points })
      // The first half warms up.
      if (round >= rounds / 2) taken.push(performance.now() - begun)
    }
    taken.sort((a, b) => a - b)
    const at = (share: number): number => taken[Math.floor(share * (taken.length - 1))] ?? Number.NaN
    return { p50_ms: at(0.5), p99_ms: at(0.99) }
  } finally {
    await link.close()
  }
}
