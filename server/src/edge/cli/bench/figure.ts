/** One measure beside what it should reach and what others do. */
export type Figure = {
  measure: string
  value: number
  shown: string
  /** As it is written for people; none where a figure is only stated. */
  reach?: string
  atLeast?: number
  atMost?: number
  reference: string
}

/** undefined where nothing is to be reached. */
export function isReached({ value, atLeast, atMost }: Figure): boolean | undefined {
  if (atLeast === undefined && atMost === undefined) return undefined
  return value >= (atLeast ?? Number.NEGATIVE_INFINITY) && value <= (atMost ?? Number.POSITIVE_INFINITY)
}

export const atLeast = (
  measure: string,
  value: number,
  least: number,
  reference: string,
  digits: number,
): Figure => ({
  ...{ measure, value, shown: value.toFixed(digits), reach: `≥ ${least}`, atLeast: least, reference },
})
export const atMost = (
  measure: string,
  value: number,
  most: number,
  reference: string,
  digits: number,
): Figure => ({
  ...{ measure, value, shown: value.toFixed(digits), reach: `≤ ${most}`, atMost: most, reference },
})
export const stated = (measure: string, value: number, digits: number): Figure => ({
  ...{ measure, value, shown: value.toFixed(digits), reference: '–' },
})
