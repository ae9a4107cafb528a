import type { SloPoint } from '@aiops/contract/model/slo'
import { useMemo } from 'react'
import { Chart } from '../ui/chart.tsx'

const levels = [{ value: 0, label: 'nothing left', tone: 'critical' as const }]

/** What was left of the budget over the window. */
export function BudgetChart({ history }: { history: readonly SloPoint[] }) {
  const line = useMemo(
    () => ({
      ...{ key: 'left', label: 'Budget left', unit: '1', metric: 'slo:error_budget_left:ratio' },
      points: history.map(({ at, budget_left_ratio }) => [Date.parse(at), budget_left_ratio] as const),
    }),
    [history],
  )
  const lines = useMemo(
    () => [{ ...line, points: line.points.map(([at, value]) => [at, value] as [number, number | null]) }],
    [line],
  )
  const from = line.points[0]?.[0] ?? 0
  const to = line.points.at(-1)?.[0] ?? 1
  const isKnown = history.some(({ budget_left_ratio }) => budget_left_ratio !== null)
  return (
    <Chart
      label="Error budget left over the window"
      lines={isKnown ? lines : []}
      {...{ from, to, levels }}
      height={180}
      legend="none"
      emptyText="Nothing is recorded of it yet."
    />
  )
}
