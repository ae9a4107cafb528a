import type { Diagnosis, Evidence } from '@aiops/contract/model/diagnosis'

export type EvidenceSpan = { from: number; to: number }

/** Before the onset at least this much is shown, and as a rule twice as long as what came after it. */
const contextMsMin = 120_000

/**
 * One time axis for all evidence of a diagnosis: to the latest end that any of it names, from as far before the onset
 * as tells the usual from the unusual, but from no earlier than the evidence itself reaches.
 */
export function evidenceSpan(diagnosis: Diagnosis, onsetMs: number): EvidenceSpan | undefined {
  const queries = diagnosis.causes.flatMap((cause) => cause.evidence.flatMap((one) => one.query ?? []))
  const start = Math.min(...queries.map((query) => Date.parse(query.start)))
  const to = Math.max(...queries.map((query) => Date.parse(query.end)))
  const from = Math.max(start, onsetMs - Math.max(contextMsMin, 2 * (to - onsetMs)))
  return Number.isFinite(from) && Number.isFinite(to) && from < to ? { from, to } : undefined
}

/** Evidence with the weightiest first; its own order where no weight is given. */
export const byWeight = (evidence: readonly Evidence[]): Evidence[] =>
  evidence.toSorted((a, b) => (b.weight ?? 0) - (a.weight ?? 0))
