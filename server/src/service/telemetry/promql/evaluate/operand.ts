import { negateHistogram } from '../histogram/index.ts'
import type { Evaluated } from '../value.ts'

/** What is done to an operand happens in place: an answer that stands at several places is copied for each. */
export function copyOf(answer: Evaluated): Evaluated {
  if (answer.type !== 'vector') return answer
  return {
    type: 'vector',
    series: answer.series.map((series) => ({
      ...series,
      values: series.values.slice(),
      kinds: series.kinds.slice(),
      ...(series.histograms && { histograms: series.histograms.slice() }),
    })),
  }
}

/** An operand behind its sign, in place; a minus takes the name away. */
export function signed(operator: '+' | '-', answer: Evaluated): Evaluated {
  if (operator === '+' || answer.type === 'string') return answer
  if (answer.type === 'scalar') return { type: 'scalar', values: answer.values.map((value) => -value) }
  for (const series of answer.series) {
    series.dropName = true
    for (let k = 0; k < series.kinds.length; k += 1) {
      series.values[k] = -(series.values[k] as number)
      const histogram = series.histograms?.[k]
      if (histogram && series.histograms) series.histograms[k] = negateHistogram(histogram)
    }
  }
  return answer
}
