import type { Matcher } from '@aiops/contract/model/label'

/** A selector whose names may hold any character, as Prometheus 3 writes them. */
export const selectorText = (name: string, matchers: readonly Matcher[]): string =>
  `{${[
    JSON.stringify(name),
    ...matchers.map((one) => `${JSON.stringify(one.name)}${one.op}${JSON.stringify(one.value)}`),
  ].join(',')}}`
