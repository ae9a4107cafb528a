import { durationMs } from '@aiops/contract/model/time'
import { Fault, isFault, messageOf } from '../../../kernel/fault.ts'
import type { MetricBackend, RemotePoints } from '../../../port/cluster-backend.ts'
import type { CopyConfig } from './config.ts'
import { joined, type Span, uncovered } from './coverage.ts'

export type Gap = Span & { reason: string }
/** How far a cluster was copied, and what is missing before that. Kept over restarts. */
export type CopyState = {
  /** Everything up to here was copied, or is among the gaps. */
  filledMs: number
  gaps: Gap[]
  samples: number
  rejected: number
  /** Between samples, as last seen. */
  intervalMs: number | undefined
  /** The newest sample, so that a gap is seen whole, however the copy was cut into parts. */
  lastMs?: number | undefined
}
export type CopiedSeries = Pick<RemotePoints, 'labels' | 'timesMs' | 'values' | 'histograms'>
/** Resolves once it is durable. */
export type StoreCopy = (
  series: readonly CopiedSeries[],
) => Promise<{ accepted: number; rejected: number; reason: string }>

const chunkMsMin = 30_000
const gapsMax = 200
/** Of one answer. */
const timeoutMs = 60_000

/**
 * Copies what is missing up to `untilMs`, oldest first, chunk by chunk; each chunk is durable before the next is asked for, so that a copy
 * that is broken off goes on where it was. Samples come as they were scraped, by range vectors, not as a range query would round them.
 * Throws what the backend or the store throws; what was said by then is in `state`.
 */
export async function copyUpTo(
  untilMs: number,
  state: CopyState,
  deps: {
    backend: MetricBackend
    name: string
    store: StoreCopy
    config: CopyConfig
    signal: AbortSignal
    /** After each chunk. */
    keep(): Promise<void>
  },
): Promise<void> {
  const { config, signal } = deps
  const oldestMs = untilMs - durationMs(config.reach_back)
  if (state.filledMs < oldestMs) {
    const reason = `It is older than fleet.copy.reach_back (${config.reach_back}).`
    note(state, { fromMs: state.filledMs, toMs: oldestMs, reason })
    state.filledMs = oldestMs
    state.lastMs = undefined
  }
  let chunkMs = durationMs(config.chunk)
  while (state.filledMs < untilMs && !signal.aborted) {
    const span = { fromMs: state.filledMs, toMs: Math.min(untilMs, state.filledMs + chunkMs) }
    const found = await chunkOf(span, deps)
    if (found === 'TOO_LARGE') {
      if (chunkMs > chunkMsMin) {
        chunkMs = Math.max(chunkMsMin, Math.floor(chunkMs / 2))
        continue
      }
      note(state, { ...span, reason: `Its answer for ${chunkMsMin / 1_000} s is too large.` })
    } else {
      await stored(found, state, deps.store)
      const { gaps, intervalMs, lastMs } = uncovered(found, span, state)
      state.intervalMs = intervalMs
      state.lastMs = lastMs
      for (const gap of gaps) note(state, { ...gap, reason: 'Its Prometheus holds nothing of that time.' })
    }
    state.filledMs = span.toMs
    await deps.keep()
  }
}

async function chunkOf(
  { fromMs, toMs }: Span,
  { backend, name, config, signal }: Parameters<typeof copyUpTo>[2],
): Promise<CopiedSeries[] | 'TOO_LARGE'> {
  const all: CopiedSeries[] = []
  for (const selector of config.selectors) {
    try {
      const query = `${selector}[${toMs - fromMs}ms]`
      const { value } = await backend.instant(query, toMs, { timeoutMs, signal })
      if (value.type !== 'matrix')
        throw new Fault('UPSTREAM_FAILED', 'It answered a range vector with what is none.')
      for (const one of value.series) all.push(afterStart(one, fromMs, name))
    } catch (error) {
      if (isFault(error) && isTooLarge(error)) return 'TOO_LARGE'
      throw error
    }
  }
  return all.filter(({ timesMs, histograms }) => timesMs.length > 0 || histograms.length > 0)
}

/** Prometheus 2 counts the beginning of a range among it, Prometheus 3 does not: each sample is taken once. */
function afterStart(one: RemotePoints, fromMs: number, name: string): CopiedSeries {
  const first = one.timesMs.findIndex((time) => time > fromMs)
  const at = first < 0 ? one.timesMs.length : first
  const { cluster, ...labels } = one.labels
  const taken = cluster === undefined || cluster === name
  return {
    labels: { ...labels, ...(taken ? {} : { exported_cluster: cluster }), cluster: name, copied_from: name },
    timesMs: one.timesMs.slice(at),
    values: one.values.slice(at),
    histograms: one.histograms.filter(({ timeMs }) => timeMs > fromMs),
  }
}

/** Samples of one request to the store. */
const samplesMax = 200_000

async function stored(series: readonly CopiedSeries[], state: CopyState, store: StoreCopy): Promise<void> {
  let part: CopiedSeries[] = []
  let samples = 0
  const flush = async (): Promise<void> => {
    if (part.length === 0) return
    const { accepted, rejected } = await store(part)
    state.samples += accepted
    state.rejected += rejected
    part = []
    samples = 0
  }
  for (const one of series) {
    part.push(one)
    samples += one.timesMs.length + one.histograms.length
    if (samples >= samplesMax) await flush()
  }
  await flush()
}

/** The backend says so, or the answer was larger than may be read. */
const isTooLarge = (fault: Fault): boolean =>
  fault.code === 'BODY_TOO_LARGE' ||
  fault.code === 'QUERY_TOO_LARGE' ||
  (fault.code === 'QUERY_FAILED' && /too many samples|exceed|limit/i.test(messageOf(fault)))

/** Of more gaps than are kept, the oldest are told as one: rather too much is said to be missing than too little. */
function note(state: CopyState, gap: Gap): void {
  const gaps = joined([...state.gaps, gap])
  const over = gaps.slice(0, Math.max(0, gaps.length - gapsMax + 1))
  const [first] = over
  state.gaps =
    first && over.length > 1
      ? [
          {
            fromMs: first.fromMs,
            toMs: Math.max(...over.map(({ toMs }) => toMs)),
            reason: 'There are several gaps in that time.',
          },
          ...gaps.slice(over.length),
        ]
      : gaps
}
