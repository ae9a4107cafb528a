import type { Cause } from '@aiops/contract/model/diagnosis'
import { entityName } from '@aiops/contract/model/entity'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import { probabilityText } from '@aiops/contract/model/probability'
import { clockTime, list, said } from './markdown.ts'

const causesMax = 5
const evidenceMax = 10
const checkedMax = 50

/** Who confirmed what, and what the platform takes for likely, with its evidence; "unknown" where neither is there. */
export function causeOf({
  confirmed_cause: confirmed,
  diagnosis,
  primary_entity: primary,
}: IncidentDetail): string {
  const parts: string[] = []
  if (confirmed) {
    const of = confirmed.entity === null ? '' : ` (${entityName(confirmed.entity)})`
    parts.push(
      `Confirmed by ${said(confirmed.by)} at ${clockTime(confirmed.at)}: ${said(`${confirmed.sentence}${of}`)}`,
    )
  }
  if (!diagnosis) {
    parts.push(
      confirmed
        ? 'The platform made no diagnosis.'
        : 'Unknown: the platform made no diagnosis, and nobody confirmed a cause.',
    )
    return parts.join('\n\n')
  }
  const at = `Diagnosis ${diagnosis.revision} of ${clockTime(diagnosis.created_at)}, by ${diagnosis.method}`
  if (diagnosis.causes.length === 0) {
    parts.push(
      said(
        `${at}: no cause found${primary ? ` for ${entityName(primary)}` : ''}. Unknown: ${probabilityText(diagnosis.unknown_probability)}.`,
      ),
    )
  } else {
    parts.push(
      said(
        `${at}. Probabilities are the platform's own; unknown has ${probabilityText(diagnosis.unknown_probability)}.`,
      ),
    )
    parts.push(...diagnosis.causes.slice(0, causesMax).map(causeMarkdown))
    const more = diagnosis.causes.length - causesMax
    if (more > 0) parts.push(`And ${more} less likely ones.`)
  }
  if (diagnosis.causal_chain.length > 0)
    parts.push(
      `How it spread:\n\n${list(diagnosis.causal_chain.map((link) => `${clockTime(link.at)}: ${link.sentence}`))}`,
    )
  const change = diagnosis.would_change ?? []
  if (change.length > 0) parts.push(`What would change this verdict:\n\n${list(change)}`)
  return parts.join('\n\n')
}

function causeMarkdown(cause: Cause): string {
  const head = `**${cause.rank}. ${probabilityText(cause.probability)}**: ${said(`${entityName(cause.entity)}, ${cause.category}: ${cause.sentence}`)}`
  const evidence = cause.evidence.slice(0, evidenceMax).map(({ sentence, at, query }) => {
    const seen = at === undefined ? '' : ` (${clockTime(at)})`
    const found = query
      ? ` Seen in ${query.matchers.map(({ name, op, value }) => `${name}${op}"${value}"`).join(', ')}.`
      : ''
    return `${sentence}${seen}${found}`
  })
  const more = cause.evidence.length - evidence.length
  if (more > 0) evidence.push(`and ${more} further pieces of evidence`)
  if (cause.counterfactual) evidence.push(cause.counterfactual.sentence)
  return evidence.length === 0
    ? `${head}\n\nNo evidence is recorded with it.`
    : `${head}\n\n${list(evidence)}`
}

export function ruledOutOf({ diagnosis }: IncidentDetail): string {
  const checked = diagnosis?.checked ?? []
  const said = checked
    .filter(({ verdict }) => verdict === 'HEALTHY' || verdict === 'SYMPTOM')
    .map(
      ({ entity, verdict, sentence }) =>
        `${entityName(entity)}, ${verdict === 'HEALTHY' ? 'healthy' : 'a symptom'}: ${sentence}`,
    )
  if (said.length === 0) return 'Nothing is recorded as looked at and ruled out.'
  const more = said.length - checkedMax
  return list([...said.slice(0, checkedMax), ...(more > 0 ? [`and ${more} more`] : [])])
}
