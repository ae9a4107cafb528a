import { groupedText } from '@aiops/contract/model/number-text'
import type { Analysis } from './analysis.ts'
import { noticeable } from './evidence.ts'
import { feltOf, strengthOf } from './felt.ts'
import type { Suspect } from './joint.ts'
import type { Sighting } from './sighting.ts'
import { listPhrase, nameOf } from './wording.ts'

export type Impact = {
  /** The cause and what depends on it and suffers, nearest first. */
  entities: string[]
  /** Of those that come from outside: where slow all of them, else the share that fails. null where no series tells. */
  requestsPerSecond: number | null
  sentence: string
}

const entitiesMax = 200

/** Whom a cause reaches. */
export function impactOf(analysis: Analysis, { entity }: Suspect): Impact {
  const { graph, sightings } = analysis
  const about = new Set([entity, ...(analysis.tenants.get(entity) ?? [])])
  const reach = [...about].flatMap((one) => [...graph.dependents(one).keys()])
  const suffering = [...new Set(reach)].filter(
    (one) => one !== entity && feltOf(sightings.get(one)!) >= noticeable,
  )
  const entities = [entity, ...suffering].slice(0, entitiesMax)
  const inside = new Set(entities)
  const outermost = entities.filter((one) => !graph.callers(one).some((caller) => inside.has(caller)))
  const rates = outermost.map((one) => affectedRate(sightings.get(one)!)).filter((rate) => rate !== undefined)
  const requestsPerSecond = rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0)
  return {
    entities,
    requestsPerSecond,
    sentence: sentenceOf(entity, suffering, requestsPerSecond, outermost),
  }
}

/** By a series that says so of requests a second. */
function affectedRate({ traffic, latency, errors }: Sighting): number | undefined {
  const { unit, metric } = traffic?.series ?? {}
  if (!traffic || !(unit === '1/s' || unit === '{request}/s' || metric?.endsWith(':rate'))) return undefined
  const rate = Math.max(0, traffic.change.after)
  if (strengthOf(latency) >= noticeable) return rate
  if (strengthOf(errors) < noticeable || !errors) return 0
  const { ratio, bad } = errors.meaning
  if (!ratio) return undefined
  const share = errors.change.after > 1.5 ? errors.change.after / 100 : errors.change.after
  return rate * Math.min(1, Math.max(0, bad === 'DOWN' ? 1 - share : share))
}

function sentenceOf(
  entity: string,
  suffering: readonly string[],
  rate: number | null,
  outermost: readonly string[],
): string {
  const who =
    suffering.length === 0
      ? `Nothing that depends on ${nameOf(entity)} is in trouble as far as it is measured`
      : `${listPhrase(suffering.map(nameOf))} depend${suffering.length === 1 ? 's' : ''} on ${nameOf(entity)} and ${suffering.length === 1 ? 'is' : 'are'} in trouble`
  if (rate === null) return `${who}; no series tells how many requests that is.`
  return `${who}; about ${groupedText(Number(rate.toPrecision(2)))} requests a second at ${listPhrase(outermost.map(nameOf))} are slow or fail.`
}
