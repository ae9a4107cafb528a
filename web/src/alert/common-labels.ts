import type { Labels, Matcher } from '@aiops/contract/model/label'

/** Names that the search of alerts takes, so that what a silence would cover can be counted. */
const nameForm = /^[A-Za-z_][\w.\-/:]*$/
const labelsMax = 20

/** A matcher for each label that all of them have with one value; of more than 20 the first by name. */
export function commonLabels(alerts: readonly { labels: Labels }[]): Matcher[] {
  const [first, ...rest] = alerts
  return Object.entries(first?.labels ?? {})
    .filter(
      ([name, value]) =>
        nameForm.test(name) &&
        value !== '' &&
        rest.every(({ labels }) => Object.hasOwn(labels, name) && labels[name] === value),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, labelsMax)
    .map(([name, value]) => ({ name, op: '=' as const, value }))
}
