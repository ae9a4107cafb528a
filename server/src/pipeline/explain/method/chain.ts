import type { Analysis } from './analysis.ts'
import { noticeable } from './evidence.ts'
import { feltOf, strengthOf } from './felt.ts'
import type { Posterior } from './joint.ts'
import type { OwnFault } from './own-fault.ts'
import { type Candidate, onsetOf } from './posterior.ts'
import type { Sighting } from './sighting.ts'
import { changePhrase, metricPhrase, nameOf } from './wording.ts'

export type ChainLink = { entity: string; sentence: string; atMs: number }

const linksMax = 8

/** From the first cause along the calls to the outermost symptom: who waits for whom, since when. Empty when nothing is blamed. */
export function chainOf(
  analysis: Analysis,
  faults: ReadonlyMap<string, OwnFault>,
  result: Posterior,
): ChainLink[] {
  const cause = result.candidates[0]
  if (!cause || cause.probability < result.unknown) return []
  const starving = cause.category === 'TRAFFIC'
  const links: ChainLink[] = [
    {
      entity: cause.entity,
      sentence: causeSentence(analysis, cause),
      atMs:
        onsetOf(cause.fault) ??
        analysis.sightings.get(cause.entity)?.silentSinceMs ??
        analysis.case.detectedAtMs,
    },
  ]
  const seen = new Set([cause.entity])
  let at = cause.entity
  while (links.length < linksMax) {
    const next = strongestNeighbour(analysis, faults, at, starving, seen)
    if (!next) break
    seen.add(next.entity)
    const previous = links[links.length - 1]!
    // Clocks and export intervals are coarse: an effect is never shown before its cause.
    links.push({ entity: next.entity, sentence: next.sentence, atMs: Math.max(previous.atMs, next.atMs) })
    at = next.entity
  }
  return links
}

function causeSentence(analysis: Analysis, cause: Candidate): string {
  const name = nameOf(cause.entity)
  const sighting = analysis.sightings.get(cause.entity)!
  const said: Record<Candidate['category'], string> = {
    LATENCY: 'answers slowly',
    ERRORS: 'fails',
    CPU: 'runs out of CPU',
    MEMORY: 'takes more and more memory',
    POOL: 'has no free connection or slot left',
    DOWN: 'stopped answering',
    DEPLOY: sighting.version
      ? `runs the new version ${sighting.version.version} and misbehaves`
      : 'misbehaves since it was changed',
    TRAFFIC: 'gets far fewer requests',
    DISK: 'is held up by its disk',
    NETWORK: 'is reached with delay',
    OTHER: 'changed its behaviour',
  }
  return `${name} ${said[cause.category]}`
}

function strongestNeighbour(
  analysis: Analysis,
  faults: ReadonlyMap<string, OwnFault>,
  at: string,
  starving: boolean,
  seen: ReadonlySet<string>,
): ChainLink | undefined {
  const neighbours = starving ? analysis.graph.callees(at) : analysis.graph.callers(at)
  let best: { link: ChainLink; felt: number } | undefined
  for (const entity of neighbours) {
    if (seen.has(entity)) continue
    const sighting = analysis.sightings.get(entity)!
    const felt = starving ? strengthOf(sighting.trafficFall) : feltOf(sighting)
    if (felt < noticeable || !faults.has(entity) || (best && best.felt >= felt)) continue
    best = {
      felt,
      link: {
        entity,
        sentence: symptomSentence(sighting, at, starving),
        atMs: symptomOnset(sighting, starving) ?? analysis.case.detectedAtMs,
      },
    }
  }
  return best?.link
}

function symptomSentence(sighting: Sighting, cause: string, starving: boolean): string {
  const name = nameOf(sighting.entity)
  if (starving)
    return `${name} is asked less by ${nameOf(cause)}: ${metricPhrase(sighting.trafficFall!.series.metric)} ${changePhrase(sighting.trafficFall!)}`
  const signal = mainSymptom(sighting)
  if (!signal) return `${name} waits for ${nameOf(cause)}`
  const verb = signal === sighting.errors ? 'fails with' : 'waits for'
  return `${name} ${verb} ${nameOf(cause)}: ${metricPhrase(signal.series.metric)} ${changePhrase(signal)}`
}

const mainSymptom = (sighting: Sighting) =>
  strengthOf(sighting.errors) > strengthOf(sighting.latency) ? sighting.errors : sighting.latency

function symptomOnset(sighting: Sighting, starving: boolean): number | undefined {
  return (starving ? sighting.trafficFall : mainSymptom(sighting))?.change.onsetMs
}
