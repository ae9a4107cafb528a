import type { Kind, ObjectOf } from '../object/kind.ts'
import type { ClusterView } from '../view.ts'
import type { Observation } from './rule.ts'

/** Objects between two breaths: a rule looks at so many in about a millisecond. */
const stretch = 100

/** A rule's `check` that looks at one object of a kind at a time, and breathes; `look` does so itself where it looks at many others. */
export const each =
  <K extends Kind>(
    kind: K,
    look: (object: ObjectOf<K>, view: ClusterView) => Iterable<Observation | undefined>,
  ) =>
  (view: ClusterView): Iterable<Observation | undefined> =>
    over(view, kind, look)

function* over<K extends Kind>(
  view: ClusterView,
  kind: K,
  look: (object: ObjectOf<K>, view: ClusterView) => Iterable<Observation | undefined>,
): Generator<Observation | undefined> {
  let seen = 0
  let failure: { error: unknown } | undefined
  for (const object of view.list(kind)) {
    try {
      yield* look(object, view)
    } catch (error) {
      // One odd object hides no other; the rule still counts as failed.
      failure ??= { error }
    }
    seen += 1
    if (seen % stretch === 0) yield
  }
  if (failure) throw failure.error
}
