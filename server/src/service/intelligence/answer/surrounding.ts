import type { Answerer } from './answerer.ts'
import { anomalies } from './surrounding/anomaly.ts'
import { whatChanged } from './surrounding/change.ts'
import { dependencyAnswerers } from './surrounding/dependency.ts'
import { owner } from './surrounding/owner.ts'

/** What lies around a thing: changes, dependencies, owners, and what is unusual. */
export const surroundingAnswerers: readonly Answerer[] = [
  whatChanged,
  ...dependencyAnswerers,
  owner,
  anomalies,
]
