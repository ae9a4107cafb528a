import type { FindingCause, FindingEvidence, FindingRule } from '@aiops/contract/model/finding'
import type { Severity } from '@aiops/contract/model/severity'
import type { Kind, KubeObject } from '../object/kind.ts'
import type { ClusterView, LogLine, ObjectRef } from '../view.ts'

/** What a rule found about one object; the rest of a finding follows from the rule and the view. */
export type Observation = {
  object: ObjectRef
  /** One sentence. */
  title: string
  /** Where it is not the rule's. */
  severity?: Severity
  /** Since when the condition holds, ms; undefined where the cluster does not say. */
  sinceMs: number | undefined
  evidence: FindingEvidence[]
  /** What the rule itself knows to be the reason, best first; causes by way of other findings are added by `cause.ts`. */
  causes?: FindingCause[]
  remediation: { text: string; command: string | null }[]
  /** Tells two observations of one rule about one object apart, such as a container's name. */
  discriminator?: string
}

/**
 * One condition that somebody should see to. `check` is a pure function of the view: no clock, no chance, nothing remembered, so that the
 * same state gives the same findings whenever it is looked at. It must be quick over 20,000 pods: lists once, looks up by index.
 */
export type Rule = Omit<FindingRule, 'area'> & {
  /** Kinds it reads; where one is not known whole, the rule is not asked. */
  needs: readonly Kind[]
  /** Kinds of things whose findings can be the reason of one of this rule's. Left out: all that it is tied to. */
  explainedBy?: readonly string[]
  /** An undefined is a breath: others may run before the next. A loop over all pods takes one now and then (`each.ts`). */
  check(view: ClusterView): Iterable<Observation | undefined>
}

/** A rule's example for the generated table and for its test: with `positive` it finds exactly that; with `negative`, which looks alike, nothing. */
export type RuleCase = {
  rule: string
  /** Objects as the API writes them, with `kind`. */
  positive: readonly object[]
  /** Name of the object that must be found. */
  finds: string
  negative: readonly object[]
  /** Where the moment of the state matters; else a moment shortly after the newest time in the objects. */
  at?: string
  /** Log lines by `namespace/pod/container`, oldest first. */
  positiveLogs?: Readonly<Record<string, readonly LogLine[]>>
  negativeLogs?: Readonly<Record<string, readonly LogLine[]>>
}

export const refOf = (kind: string, { metadata }: Pick<KubeObject, 'metadata'>): ObjectRef => ({
  kind,
  namespace: metadata.namespace,
  name: metadata.name,
})
