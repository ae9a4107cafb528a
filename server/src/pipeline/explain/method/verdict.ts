import { probabilityText } from '@aiops/contract/model/probability'
import type { Analysis } from './analysis.ts'
import { noticeable } from './evidence.ts'
import { feltOf } from './felt.ts'
import type { Posterior } from './joint.ts'
import type { OwnFault } from './own-fault.ts'
import { changePhrase, metricPhrase, nameOf } from './wording.ts'

export type Verdict = {
  entity: string
  verdict: 'CAUSE' | 'SYMPTOM' | 'HEALTHY' | 'NO_DATA'
  sentence: string
}

/** From this probability on an entity is called a cause; the first cause is one whenever it beats the unknown. */
const causeShare = 0.25

/** Of a healthy entity's changes, those below this strength are not mentioned. */
const worthTelling = 0.45

/** Everything that was looked at, the healthy included, in the order of the case. */
export function verdicts(
  analysis: Analysis,
  faults: ReadonlyMap<string, OwnFault>,
  result: Posterior,
): Verdict[] {
  const probability = new Map(result.candidates.map((one) => [one.entity, one.presence]))
  const causes = new Set(result.causes)
  return [...analysis.sightings.values()].map((sighting): Verdict => {
    const { entity } = sighting
    const name = nameOf(entity)
    const share = probability.get(entity) ?? 0
    const fault = faults.get(entity)!
    const percent = probabilityText(share)
    if (causes.size > 1 && causes.has(entity))
      return {
        entity,
        verdict: 'CAUSE',
        sentence: `${name} has trouble of its own; it is one of ${causes.size} causes at once with a probability of ${percent}.`,
      }
    if (share >= causeShare && (share > result.unknown || share >= 0.4))
      return {
        entity,
        verdict: 'CAUSE',
        sentence: `${name} has trouble of its own; it is the cause with a probability of ${percent}.`,
      }
    if (fault.trouble >= noticeable) {
      const by = explainedBy(analysis, fault)
      const reason = by ? `explained by ${nameOf(by)}` : 'with little that is its own'
      return { entity, verdict: 'SYMPTOM', sentence: `${name} is in trouble, ${reason}.` }
    }
    if (sighting.measured === 0 && sighting.seenBy.size === 0)
      return {
        entity,
        verdict: 'NO_DATA',
        sentence: `There are not enough measurements of ${name} before and after.`,
      }
    const largest = sighting.changes.find((signal) => signal.harmful && signal.strength >= worthTelling)
    const detail = largest
      ? `; its largest change: ${metricPhrase(largest.series.metric)} ${changePhrase(largest)}`
      : ''
    return {
      entity,
      verdict: 'HEALTHY',
      sentence: `${name} behaves as usual in ${sighting.measured} metrics${detail}.`,
    }
  })
}

/** The neighbour that a term names, else the dependency that is worst off: traces had already taken its share out. */
function explainedBy(analysis: Analysis, fault: OwnFault): string | undefined {
  const named = fault.terms.find((term) => term.explainedBy && term.explained > 0.3)?.explainedBy
  if (named && named !== fault.entity) return named
  const callees = analysis.graph
    .callees(fault.entity)
    .map((entity) => ({ entity, felt: feltOf(analysis.sightings.get(entity)!) }))
  const worst = callees.sort((a, b) => b.felt - a.felt)[0]
  return worst && worst.felt >= noticeable ? worst.entity : undefined
}
