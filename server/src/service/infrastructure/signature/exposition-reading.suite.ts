import type { Labels } from '@aiops/contract/model/label'
import type { ClusterInventory, Reading, Sample } from '../index.ts'
import { History } from './history.ts'
import { Judge } from './judge.ts'
import type { Signature } from './signature.ts'

/** A reading from Prometheus text exposition, as a scrape gives it; comments, empty lines and timestamps are passed over. */
export function readingOf(text: string, timeMs: number): Reading {
  const samples: Sample[] = []
  for (const line of text.split('\n')) {
    const match = /^\s*([a-zA-Z_:][\w:]*)\s*(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/.exec(line)
    if (!match || line.trimStart().startsWith('#')) continue
    const labels: Labels = { __name__: match[1] as string }
    for (const [, name, value] of (match[2] ?? '').matchAll(/([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"/g))
      labels[name as string] = (value as string).replace(/\\(.)/g, (_, of) => (of === 'n' ? '\n' : of))
    samples.push({ labels, value: numberOf(match[3] as string) })
  }
  return { timeMs, samples }
}

export const noInventory: ClusterInventory = { nodes: [], pods: [] }

/** Plays readings to signatures, one every `stepMs`, and tells what is found. */
export function createPlayer(
  signatures: readonly Signature[],
  options: { stepMs?: number; startMs?: number; inventory?: ClusterInventory } = {},
) {
  const { stepMs = 15_000, startMs = Date.UTC(2026, 0, 1) } = options
  let inventory = options.inventory ?? noInventory
  const history = new History(
    { readingsMax: Math.ceil((40 * 60_000) / stepMs), bytesMax: 64 << 20 },
    () => inventory,
  )
  const judge = new Judge({ tenant: 'default', id: 'c1', name: 'cluster-1' }, signatures)
  let timeMs = startMs - stepMs
  const step = async (text: string) => {
    timeMs += stepMs
    history.append(readingOf(text, timeMs))
    return judge.judge(history)
  }
  return {
    history,
    judge,
    step,
    setInventory(next: ClusterInventory) {
      inventory = next
    },
    /** Plays for so long; the text may depend on the time since the beginning of this call and the count of readings. */
    async play(durationMs: number, text: string | ((elapsedMs: number, index: number) => string)) {
      const fromMs = timeMs + stepMs
      for (let index = 0; timeMs + stepMs <= fromMs + durationMs; index++)
        await step(typeof text === 'string' ? text : text(index * stepMs, index))
      return judge.open().map(({ rule }) => rule)
    },
    open: () => judge.open(),
    rules: () => judge.open().map(({ rule }) => rule),
  }
}

function numberOf(text: string): number {
  if (/^[+]?Inf$/i.test(text)) return Number.POSITIVE_INFINITY
  if (/^-Inf$/i.test(text)) return Number.NEGATIVE_INFINITY
  return Number(text)
}
