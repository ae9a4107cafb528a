import type { Edge } from '@aiops/contract/model/topology'
import { formatDuration, formatNumber, formatPercent } from '../ui/format.ts'

const relations: Record<Exclude<Edge['type'], 'CALLS'>, string> = {
  RUNS_ON: 'runs on',
  OWNS: 'owns',
  DEPENDS: 'needs',
  SELECTS: 'selects',
  MOUNTS: 'mounts',
}

/** Rate, latency and errors of an edge, one each; what is unknown is left out, an error ratio of zero too. */
export function edgeFigures(edge: Edge): string[] {
  if (edge.type !== 'CALLS') return [relations[edge.type]]
  const parts: string[] = []
  if (edge.calls_per_second !== undefined) parts.push(`${formatNumber(edge.calls_per_second)}/s`)
  if (edge.mean_ms !== undefined) parts.push(formatDuration(edge.mean_ms))
  if (edge.error_ratio !== undefined && edge.error_ratio > 0)
    parts.push(`${formatPercent(edge.error_ratio)} err`)
  return parts
}

export const edgeText = (edge: Edge): string => edgeFigures(edge).join(' · ')
