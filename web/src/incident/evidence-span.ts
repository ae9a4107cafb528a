import type { Diagnosis, Evidence } from '@aiops/contract/model/diagnosis'

export type EvidenceSpan = { from: number; to: number }

/** One time axis for all evidence of a diagnosis: from the earliest start to the latest end that any of it names. */
export function evidenceSpan(diagnosis: Diagnosis): EvidenceSpan | undefined {
  const queries = diagnosis.causes.flatMap((cause) => cause.evidence.flatMap((one) => one.query ?? []))
  const from = Math.min(...queries.map((query) => Date.parse(query.start)))
  const to = Math.max(...queries.map((query) => Date.parse(query.end)))
  return Number.isFinite(from) && Number.isFinite(to) && from < to ? { from, to } : undefined
}

/** Evidence with the weightiest first; its own order where no weight is given. */
export const byWeight = (evidence: readonly Evidence[]): Evidence[] =>
  evidence.toSorted((a, b) => (b.weight ?? 0) - (a.weight ?? 0))
