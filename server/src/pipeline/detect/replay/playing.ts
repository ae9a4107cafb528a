import type { TenantId } from '@aiops/contract/model/tenant'
import type { MetricStore, SeriesRef } from '../../../port/metric-store.ts'
import { RecordedPoints, type RecordedSlice } from './recorded-points.ts'
import type { ReplayLane } from './replay-lane.ts'

export type Playing = {
  tenant: TenantId
  refs: readonly SeriesRef[]
  /** Points from there on only teach what is usual. */
  warmMs: number
  fromMs: number
  toMs: number
  /** The range again right after its end, so many times in all. */
  repeat: number
  pointsMax: number
}

/** What was played of each series: how many points, and when the first and the last one that count. */
export type Played = {
  bySeries: Map<SeriesRef, { points: number; firstMs: number; lastMs: number }>
  points: number
  /** Up to there; `stopped` says why not to the end. */
  toMs: number
  stopped: 'POINTS' | 'TIME' | 'DENSE' | undefined
}

/** As live, the time is told every second; a longer range is cut into so many steps at most. */
const stepMs = 1_000
const stepsMax = 100_000

/** Plays what is recorded, in order of time, through each of the lanes. `late` says whether time is up; `give` is called between slices. */
export async function play(
  points: Pick<MetricStore, 'range'>,
  of: Playing,
  lanes: readonly ReplayLane[],
  { late, give }: { late(): boolean; give(): Promise<void> },
): Promise<Played> {
  const lengthMs = of.toMs - of.fromMs
  const wholeMs = of.fromMs - of.warmMs + lengthMs * of.repeat
  const recorded = new RecordedPoints(points, {
    ...{ tenant: of.tenant, refs: of.refs },
    stepMs: Math.max(stepMs, Math.ceil(wholeMs / stepsMax / stepMs) * stepMs),
  })
  const played: Played = { bySeries: new Map(), points: 0, toMs: of.warmMs, stopped: undefined }
  for (let pass = 0; pass < of.repeat; pass += 1) {
    // The end of the range counts, but for the beginning of the next time.
    const endMs = pass < of.repeat - 1 ? of.toMs : of.toMs + 1
    for (let fromMs = pass === 0 ? of.warmMs : of.fromMs; fromMs < endMs; ) {
      const slice = await recorded.slice(fromMs, endMs)
      if (!slice) return { ...played, stopped: 'DENSE' }
      if (played.points + slice.refs.length > of.pointsMax) return { ...played, stopped: 'POINTS' }
      const shiftMs = pass * lengthMs
      const reached = await feed(slice, recorded.stepMs, shiftMs, lanes, late)
      count(played, slice, reached, { shiftMs, fromMs: of.fromMs })
      if (reached < slice.starts.length - 1) return { ...played, stopped: 'TIME' }
      fromMs = slice.endMs
      await give()
    }
  }
  await Promise.all(lanes.map((lane) => lane.drained()))
  return played
}

/** Answers how many steps were played. */
async function feed(
  { startMs, starts, refs, timesMs, values }: RecordedSlice,
  ofMs: number,
  shiftMs: number,
  lanes: readonly ReplayLane[],
  late: () => boolean,
): Promise<number> {
  const steps = starts.length - 1
  for (let step = 0; step < steps; step += 1) {
    const [from, to] = [starts[step] as number, starts[step + 1] as number]
    const moment = {
      nowMs: startMs + shiftMs + (step + 1) * ofMs,
      refs: refs.subarray(from, to),
      timesMs: timesMs.subarray(from, to).map((timeMs) => timeMs + shiftMs),
      values: values.subarray(from, to),
    }
    for (const lane of lanes) if (lane.step(moment)) await lane.drained()
    if (step % 64 === 63 && late()) {
      await Promise.all(lanes.map((lane) => lane.drained()))
      return step + 1
    }
  }
  return steps
}

function count(
  played: Played,
  { refs, timesMs, starts, endMs }: RecordedSlice,
  steps: number,
  { shiftMs, fromMs }: { shiftMs: number; fromMs: number },
): void {
  const total = starts[steps] as number
  for (let i = 0; i < total; i += 1) {
    const ref = refs[i] as number
    const timeMs = (timesMs[i] as number) + shiftMs
    const known = played.bySeries.get(ref)
    if (known) {
      known.points += 1
      known.lastMs = Math.max(known.lastMs, timeMs)
    } else played.bySeries.set(ref, { points: 1, firstMs: Math.max(fromMs, timeMs), lastMs: timeMs })
  }
  played.points += total
  played.toMs =
    total === refs.length ? endMs + shiftMs : (timesMs[Math.max(0, total - 1)] as number) + shiftMs
}
