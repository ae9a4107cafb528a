import type { EntityRef } from '@aiops/contract/model/answer'
import type { MetricPlan } from '../../catalogue/metric-plan.ts'
import { type Answerer, type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import { refOf } from '../cause/suspect.ts'
import { type Cited, DraftWriter } from '../draft.ts'
import { signalCatalogue, signalQueries } from '../metric-family.ts'
import { callId, knownIncidents, openIncidents, subjectOf } from '../subject.ts'
import { listed, measured } from '../words.ts'
import { queryCall } from './metric-reading.ts'

const minuteMs = 60_000
/** Long enough for a rate over five minutes to turn, short enough to be about now. */
const [lookMinutes, stillShare] = [15, 0.1]

/** "Is it getting better", "is X recovering": the signs of its trouble over the last minutes; of the worst incident where nothing is named. */
export const trend: Pick<Answerer, 'plan' | 'compose'> & { next: NonNullable<Answerer['next']> } = {
  plan(situation) {
    const ref = subjectOf(situation)
    return [openIncidents, planned('list_alerts', { limit: 200 }), ...(ref ? [signalCatalogue(ref)] : [])]
  },
  next(situation, found, round): readonly PlannedCall[] {
    const ref = aboutOf(situation, found)
    if (!ref || round > 2) return []
    if (!found.of('find_metrics')) return [signalCatalogue(ref)]
    const range = { startMs: situation.nowMs - lookMinutes * minuteMs, endMs: situation.nowMs }
    return plansOf(found).map(([name, plan]) => queryCall(plan, range, name))
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    const ref = aboutOf(situation, found)
    const [worst] = ref ? knownIncidents(found, ref) : knownIncidents(found)
    const cites = [callId(found, 'list_incidents'), callId(found, 'list_alerts'), worst?.record]
    if (!ref)
      return writer
        .headline(
          worst
            ? `Not known: INC-${worst.incident.number} goes on, and none of what it affects is measured by its requests.`
            : 'No incident is open, so nothing has to get better.',
          cites,
        )
        .suggest('What is broken?').draft
    const courses = plansOf(found).flatMap(([name, plan]) => courseOf(found, name, plan))
    const moving = courses.filter(({ way }) => way !== 'STILL')
    const isWorse = moving.some(({ way }) => way === 'UP')
    const texts = listed(courses.map(({ text }) => text))
    const goesOn = worst ? `INC-${worst.incident.number} goes on` : 'no open incident names it'
    if (courses.length === 0)
      writer
        .outcome('UNANSWERABLE')
        .headline(`Not known: no metric tells how ${ref.name} goes; ${goesOn}.`, [
          ...cites,
          callId(found, 'find_metrics'),
        ])
    else
      writer.headline(
        moving.length === 0
          ? `${worst ? 'Neither better nor worse' : 'Steady'}: at ${ref.name} ${texts} in the last ${lookMinutes} min; ${goesOn}.`
          : `${isWorse ? 'Worse' : 'Better'}: at ${ref.name} ${texts} in the last ${lookMinutes} min; ${goesOn}.`,
        [...courses.map(({ record }) => record), worst?.record ?? cites[0]],
      )
    if (worst) writer.about(worst.incident.id)
    return writer.suggest(
      `How did the error rate of ${ref.name} develop over the last hour?`,
      `What should I do about ${ref.name}?`,
    ).draft
  },
}

/** What is asked about, else the service at the heart of the worst incident. */
function aboutOf(situation: Situation, found: Found): EntityRef | undefined {
  const ref = subjectOf(situation)
  if (ref) return ref
  const incident = knownIncidents(found)[0]?.incident
  const ids = [incident?.cause?.entity, incident?.primary_entity, ...(incident?.affected_entities ?? [])]
  const id = ids.find((one) => typeof one === 'string' && one.startsWith('service/'))
  return id ? refOf(id) : undefined
}

const plansOf = (found: Found): [string, MetricPlan][] => {
  const { latency, errors } = signalQueries(found.output('find_metrics')?.metrics ?? [])
  return [
    ...(latency ? [['latency', latency] as const] : []),
    ...(errors ? [['errors', errors] as const] : []),
  ].map(([name, plan]) => [name, plan])
}

type Course = { way: 'UP' | 'DOWN' | 'STILL'; text: string; record: Cited }

function courseOf(found: Found, name: string, plan: MetricPlan): Course[] {
  const one = found.output('query_metrics', name)?.series[0]
  if (!one || one.first === null || one.last === null) return []
  const size = Math.max(Math.abs(one.first), Math.abs(one.last), 1e-12)
  const way =
    Math.abs(one.last - one.first) < stillShare * size ? 'STILL' : one.last > one.first ? 'UP' : 'DOWN'
  const [from, to] = [measured(one.first, plan.unit), measured(one.last, plan.unit)]
  return [
    {
      way,
      text: `the ${plan.what} ${way === 'STILL' ? `stayed at ${to}` : `went from ${from} to ${to}`}`,
      record: found.record('query_metrics', 0, name),
    },
  ]
}
