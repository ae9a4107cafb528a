import type { Answerer, Situation } from './answerer.ts'
import { health } from './health/health.ts'
import { whatIsBroken } from './incident/broken.ts'
import { listIncidents, showIncident } from './incident/list.ts'
import { timeline, whenStarted } from './incident/time.ts'
import { subjectOf } from './subject.ts'

/** As `usual`, but as `other` where the question is of that sort. */
const insteadWhere = (usual: Answerer, other: Answerer, is: (situation: Situation) => boolean): Answerer => {
  const chosen = (situation: Situation): Answerer => (is(situation) ? other : usual)
  return {
    intent: usual.intent,
    plan: (situation) => chosen(situation).plan(situation),
    next: (situation, found, round) => chosen(situation).next?.(situation, found, round) ?? [],
    compose: (situation, found) => chosen(situation).compose(situation, found),
  }
}

const ofCluster = (situation: Situation): boolean => subjectOf(situation)?.kind === 'CLUSTER'

/** What is broken, how things are, and the story of an incident. */
export const incidentAnswerers: readonly Answerer[] = [
  // What is wrong with one thing is how it is.
  insteadWhere(
    whatIsBroken,
    health,
    (situation) => subjectOf(situation) !== undefined && !situation.question.slots.unaffected,
  ),
  health,
  // Which alerts belong to an incident is told by the incident.
  insteadWhere(
    listIncidents,
    showIncident,
    (situation) => subjectOf(situation) !== undefined && /\balerts?\b/i.test(situation.question.text),
  ),
  showIncident,
  whenStarted,
  // What happened to a cluster is in its checks.
  insteadWhere(timeline, health, ofCluster),
]
