import type { Selector } from './meta.ts'

type Labels = Readonly<Record<string, string>>

/**
 * Whether a label selector matches; an empty one matches everything, and what a missing one means is up to its field.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function selects(selector: Selector, labels: Labels): boolean {
  return (
    hasLabels(selector.matchLabels, labels) &&
    selector.matchExpressions.every(({ key, operator, values }) => {
      const value = Object.hasOwn(labels, key) ? labels[key] : undefined
      if (operator === 'In') return value !== undefined && values.includes(value)
      if (operator === 'NotIn') return value === undefined || !values.includes(value)
      if (operator === 'Exists') return value !== undefined
      return operator === 'DoesNotExist' && value === undefined
    })
  )
}

/** A selector of a Service: every label is there. */
export function hasLabels(wanted: Labels, labels: Labels): boolean {
  for (const key in wanted) if (!Object.hasOwn(labels, key) || labels[key] !== wanted[key]) return false
  return true
}

export const isEmptySelector = (selector: Selector): boolean =>
  selector.matchExpressions.length === 0 && Object.keys(selector.matchLabels).length === 0

/** As kubectl takes it behind `-l`: `app=web,tier in (a,b)`. */
export function selectorText({ matchLabels, matchExpressions }: Selector): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`)
  const others = matchExpressions.map(({ key, operator, values }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator.toLowerCase()} (${values.join(',')})`
  })
  return [...equal, ...others].join(',')
}
