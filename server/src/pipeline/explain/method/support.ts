import type { CaseSeries } from '../case.ts'
import { type Change, quantile, ramp, type Split } from './change.ts'

/** What a series of the case can have at most in the time before: samples, by where they come from, and milliseconds. */
export type Usual = { ofSpans: number; others: number; lengthMs: number }

type Measured = { series: CaseSeries; change: Change }

export function usualOf(signals: readonly (Measured | undefined)[], split: Split): Usual {
  const usual: Usual = { ofSpans: 1, others: 1, lengthMs: 0 }
  for (const signal of signals) {
    if (!signal) continue
    const { series, change } = signal
    const source = isOfSpans(series) ? 'ofSpans' : 'others'
    usual[source] = Math.max(usual[source], change.countBefore)
    usual.lengthMs = Math.max(usual.lengthMs, split.baseEndMs - Math.max(split.startMs, series.timesMs[0]!))
  }
  return usual
}

/**
 * 0..1: in how much of the time before the series spoke. Who speaks regularly speaks all the time, however seldom that is beside others;
 * but what is made of spans has the intervals of all spans to fill.
 */
export function supportOf(series: CaseSeries, count: number, usual: Usual, split: Split): number {
  if (isOfSpans(series)) return ramp(count / usual.ofSpans, 0.02, 0.4)
  const regular = keepsTime(series, usual.lengthMs, split) ? ramp(count, regularNone, regularEnough) : 0
  return Math.max(ramp(count / usual.others, 0.02, 0.4), regular)
}

/** 0..1: a series that speaks only now and then has little to say by speaking once more. */
export const heard = (support: number, count: number): number => Math.max(support, ramp(count, 8, 60))

/**
 * 0..1: how far what traces say of an entity's own part is believed before what all its requests show. Few traced requests leave room for
 * what they missed; nothing else is there to believe where it is not measured.
 */
export const trustIn = (own: { support: number }, whole: { support: number } | undefined): number =>
  whole && whole.support > own.support ? own.support / whole.support : 1

/** Made of the requests that were traced, in intervals of one length: an interval without a request has no value but that of the rate. */
const isOfSpans = ({ metric }: CaseSeries): boolean => metric.startsWith('traces.')

/** Samples before from which on it can be told that they come regularly, and that nobody doubts. */
const regularNone = 3
const regularEnough = 12
/** Of the time before, how much the usual gap times the samples must fill. */
const filled = 0.85
/** In usual gaps: a scrape or two may fail. */
const gapLongest = 4
const gapsMax = 1_000

/** One sample after another at equal distances, from the beginning to the end. */
function keepsTime(
  { timesMs, values }: CaseSeries,
  lengthMs: number,
  { startMs, baseEndMs }: Split,
): boolean {
  const gaps: number[] = []
  let last: number | undefined
  let count = 0
  for (let i = 0; i < timesMs.length; i += 1) {
    const at = timesMs[i]!
    if (at < startMs || Number.isNaN(values[i]!)) continue
    if (at >= baseEndMs) break
    if (last !== undefined && gaps.length < gapsMax) gaps.push(at - last)
    last = at
    count += 1
  }
  if (gaps.length === 0) return false
  gaps.sort((a, b) => a - b)
  return count * quantile(gaps, 0.5) >= filled * lengthMs && gaps.at(-1)! <= gapLongest * quantile(gaps, 0.5)
}
