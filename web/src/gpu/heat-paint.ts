import type { Gpu, GpuNode } from '@aiops/contract/model/gpu'
import { healthOf } from './gpu-row.ts'
import { gpuHealths } from './gpu-search.ts'
import { gpuHealthLooks } from './health-mark.tsx'
import { type Bin, binAt, binsOf, type Measure, measureOf, measures } from './measure.ts'
import type { GpuThresholds } from './threshold.ts'

/** How a measure is painted: its classes, and which of them a GPU is in. Made anew only when measure or thresholds change. */
export type Paint = {
  measure: Measure
  bins: readonly Bin[]
  /** -1: not told. */
  binOf(node: Pick<GpuNode, 'stale'>, gpu: Gpu): number
  textOf(node: Pick<GpuNode, 'stale'>, gpu: Gpu): string
}

export function paintOf(measure: Measure, thresholds: GpuThresholds): Paint {
  if (measure === 'health') {
    const shown = gpuHealths.filter((health) => health !== 'UNKNOWN')
    return {
      measure,
      bins: shown.map((health, from) => ({
        ...gpuHealthLooks[health],
        label: gpuHealthLooks[health].word,
        from,
      })),
      binOf: (node, gpu) => shown.indexOf(healthOf(node, gpu) as (typeof shown)[number]),
      textOf: (node, gpu) => gpuHealthLooks[healthOf(node, gpu)].word,
    }
  }
  const bins = binsOf(measure, thresholds)
  const { unit } = measures[measure]
  return {
    measure,
    bins,
    binOf: (_, gpu) => binAt(bins, measureOf(gpu, measure)),
    textOf: (_, gpu) => {
      const value = measureOf(gpu, measure)
      return value === null ? 'not told' : `${Math.round(value)} ${unit}`
    },
  }
}

/** Hatched: there is no value, which is not the same as a low one. */
export const hatch = 'repeating-linear-gradient(135deg, var(--line-strong) 0 2px, var(--surface) 2px 5px)'

/** How many GPUs are in each class; what is not told is last. */
export function countBins(
  { bins, binOf }: Paint,
  groups: readonly { nodes: readonly { node: GpuNode; gpus: readonly Gpu[] }[] }[],
): number[] {
  const counts = new Array<number>(bins.length + 1).fill(0)
  for (const { nodes } of groups)
    for (const { node, gpus } of nodes)
      for (const gpu of gpus) {
        const bin = binOf(node, gpu)
        const at = bin < 0 ? bins.length : bin
        counts[at] = (counts[at] ?? 0) + 1
      }
  return counts
}
