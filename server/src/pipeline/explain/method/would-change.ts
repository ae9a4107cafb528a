import { probabilityText } from '@aiops/contract/model/probability'
import type { Analysis } from './analysis.ts'
import { type Posterior, posterior } from './joint.ts'
import type { OwnFault } from './own-fault.ts'
import { scoresOf } from './posterior.ts'
import type { Sighting } from './sighting.ts'
import type { Term } from './term.ts'
import type { Weights } from './weights.ts'
import { listPhrase, metricPhrase, nameOf } from './wording.ts'

/** A dependency that nobody measures counts from here on. */
const measuredMin = 1

/** What would change the verdict, found by changing it: the first cause's strongest reason taken away; what is not measured or not known. */
export function wouldChange(
  analysis: Analysis,
  faults: ReadonlyMap<string, OwnFault>,
  result: Posterior,
  weights: Weights,
  noise: number,
): string[] {
  const sentences: string[] = []
  const [first] = result.candidates
  if (first && first.probability >= result.unknown) {
    const without = withoutStrongest(analysis, faults, first.entity, weights, noise)
    if (without) sentences.push(without)
    const unmeasured = analysis.graph
      .callees(first.entity)
      .filter((callee) => !isMeasured(analysis.sightings.get(callee)!))
    if (unmeasured.length > 0)
      sentences.push(
        `${listPhrase(unmeasured.map(nameOf))}, which ${nameOf(first.entity)} calls, ${unmeasured.length === 1 ? 'is' : 'are'} not measured: trouble there would look like this too.`,
      )
  } else
    sentences.push(
      'A metric, a log line or a change that left its usual when the trouble began, at something that is looked at here, would name a cause.',
    )
  if (noise * weights.unknownPerNoise >= 1)
    sentences.push(
      'These series leave their usual often: a longer time before, or steadier series, would make it surer.',
    )
  if (analysis.graph.edgeCount === 0)
    sentences.push(
      'Who calls whom is not known: a call graph would tell causes from those that wait for them.',
    )
  return sentences
}

function withoutStrongest(
  analysis: Analysis,
  faults: ReadonlyMap<string, OwnFault>,
  entity: string,
  weights: Weights,
  noise: number,
): string | undefined {
  const fault = faults.get(entity)!
  const [strongest, ...rest] = fault.terms
  if (!strongest) return undefined
  // Mean and quantiles of one thing are one reason.
  const kept = rest.filter(({ kind }) => kind !== strongest.kind)
  const changed = new Map(faults).set(entity, { ...fault, terms: kept })
  const { candidates, unknown } = posterior(analysis, scoresOf(analysis, changed, weights), weights, noise)
  const [next] = candidates
  const were = `Were ${reasonOf(strongest, entity)}`
  if (!next || next.probability < unknown) return `${were}, nothing would stand out.`
  if (next.entity === entity)
    return `${were}, ${nameOf(entity)} would still be the first, with ${probabilityText(next.probability)}.`
  return `${were}, ${nameOf(next.entity)} would be the first, with ${probabilityText(next.probability)}.`
}

function reasonOf({ signal, finding, change, kind }: Term, entity: string): string {
  if (finding) return `"${finding.title.replace(/\.$/, '')}" not so`
  if (change) return `the change "${change.summary}" not made`
  if (kind === 'DOWN') return `the silence of ${nameOf(entity)} no fault`
  if (!signal) return `${nameOf(entity)} itself as usual`
  return `${metricPhrase(signal.series.metric)} of ${nameOf(entity)} as usual`
}

const isMeasured = ({ measured, seenBy }: Sighting): boolean => measured >= measuredMin || seenBy.size > 0
