import type { Labels } from '@aiops/contract/model/label'
import { metricName } from '../evaluate/label-set.ts'
import type { Expression } from '../expression.ts'
import { ABSENT, NUMBER } from '../value.ts'
import type { WholeFunction } from './function.ts'
import { seriesOf } from './step-series.ts'

/** 1 at the steps where the argument has no sample. */
export const absent: WholeFunction = ([vector], { steps, call }) => {
  const values = new Float64Array(steps.count).fill(1)
  const kinds = new Uint8Array(steps.count).fill(NUMBER)
  for (const series of seriesOf(vector))
    for (let step = 0; step < kinds.length; step++) if (series.kinds[step] !== ABSENT) kinds[step] = ABSENT
  if (!kinds.includes(NUMBER)) return { type: 'vector', series: [] }
  const labels = absentLabels(call.args[0]!)
  return { type: 'vector', series: [{ labels, dropName: false, values, kinds }] }
}

/** Labels of what is missing, as far as the selector is sure of them: those it wants equal to one value and names once. */
export function absentLabels(expression: Expression): Labels {
  if (expression.node === 'paren') return absentLabels(expression.inner)
  const selector = expression.node === 'matrix' ? expression.vector : expression
  if (selector.node !== 'vector') return {}
  const sure = new Map<string, string>()
  const seen = new Set<string>()
  for (const { name, op, value } of selector.matchers) {
    if (name === metricName) continue
    if (op === '=' && !seen.has(name)) sure.set(name, value)
    else sure.delete(name)
    if (op === '=') seen.add(name)
  }
  return Object.fromEntries([...sure].filter(([, value]) => value !== ''))
}
