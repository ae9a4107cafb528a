import type { EntityRef } from '@aiops/contract/model/answer'
import type { SloView } from '@aiops/contract/model/slo'
import type { Answerer, Draft, Found, Situation } from '../answerer.ts'
import { planned } from '../answerer.ts'
import { DraftWriter } from '../draft.ts'
import { plainText } from '../log/message-text.ts'
import { signalCatalogue, signalQueries } from '../metric-family.ts'
import { callId, subjectOf } from '../subject.ts'
import { counted, listed, measured } from '../words.ts'
import { factsOf, queryCall } from './metric-reading.ts'

/** Kinds that answer requests. */
const answering = (ref: EntityRef | undefined): ref is EntityRef =>
  ref !== undefined && ['SERVICE', 'WORKLOAD', 'FUNCTION', 'DATABASE'].includes(ref.kind)

const signalsOf = (situation: Situation) =>
  answering(subjectOf(situation)) ? (['errors', 'latency'] as const) : []

/** SLO: how the objectives stand, the worst first; where none is set nothing can be violated, and what is measured is said. */
export const slo: Answerer = {
  intent: 'SLO',
  plan(situation) {
    const subject = subjectOf(situation)
    return [
      planned('list_slos', { service: answering(subject) ? subject.name : '' }),
      planned('find_metrics', { words: 'slo objective error budget' }, 'slo'),
      ...(answering(subject) ? [signalCatalogue(subject)] : []),
    ]
  },
  next(situation, found, round) {
    if (round > 1) return []
    const queries = signalQueries(factsOf(found))
    return signalsOf(situation).flatMap((name) => {
      const plan = queries[name]
      return plan ? [queryCall(plan, { endMs: situation.nowMs }, name)] : []
    })
  },
  compose(situation, found) {
    const subject = subjectOf(situation)
    const set = objectives(found)
    if (set) return set
    const writer = new DraftWriter().outcome('UNANSWERABLE')
    const rules = factsOf(found, 'slo').filter(({ name }) =>
      /(^|[_:.])(slo|objective|error_budget)([_:.]|$)/i.test(name),
    )
    writer.headline(
      `I cannot say: no SLO is defined${subject ? ` for ${subject.name}` : ' here'}, so there is no objective to hold anything against and no error budget.`,
      callId(found, 'find_metrics', 'slo'),
    )
    if (rules.length > 0)
      writer.say(
        `Metrics that speak of objectives exist: ${listed(rules.map(({ name }) => plainText(name)))}.`,
        callId(found, 'find_metrics', 'slo'),
      )
    const queries = signalQueries(factsOf(found))
    for (const name of signalsOf(situation)) {
      const plan = queries[name]
      const [one] = found.output('query_metrics', name)?.series ?? []
      if (plan && one?.last !== undefined && one.last !== null && subject)
        writer.say(
          `The ${plan.what} of ${subject.name} is ${measured(one.last, plan.unit)} now.`,
          found.record('query_metrics', 0, name),
        )
    }
    return writer.suggest(
      subject ? `Is ${subject.name} healthy?` : 'Which services are unhealthy?',
      'Which service has the highest error rate?',
    ).draft
  },
}

/** Objectives that are told one by one. */
const toldMax = 10
const isMissed = ({ status }: SloView): boolean => ['EXHAUSTED', 'BURNING'].includes(status.state)

/** Undefined where none is set, or nothing could be looked at. */
function objectives(found: Found): Draft | undefined {
  const { slos, total } = found.output('list_slos') ?? { slos: [], total: 0 }
  if (slos.length === 0) return undefined
  const records = slos.map((_, i) => found.record('list_slos', i))
  const missed = slos.filter(isMissed)
  const unknown = slos.filter(({ status }) => status.state === 'NO_DATA')
  const names = (of: readonly SloView[]): string =>
    listed(of.slice(0, toldMax).map(({ slo }) => plainText(slo.name)))
  const writer = new DraftWriter()
  if (missed.length > 0)
    writer.headline(
      `${names(missed)} ${missed.length === 1 ? 'is' : 'are'} in danger: the error budget burns too fast or is spent.`,
      records.filter((_, i) => isMissed(slos[i] as SloView)).slice(0, toldMax),
    )
  else if (unknown.length === slos.length)
    writer
      .outcome('UNANSWERABLE')
      .headline(`I cannot say: nothing is known of ${names(unknown)}.`, records.slice(0, toldMax))
  else
    writer.headline(
      unknown.length > 0
        ? `No objective that is measured is in danger; of ${names(unknown)} nothing is known.`
        : `All ${counted(total, 'objective')} that were looked at are within their error budgets.`,
      callId(found, 'list_slos'),
    )
  slos.slice(0, toldMax).forEach(({ slo, status }, i) => {
    writer.say(`${plainText(slo.name)} (${slo.objective} %): ${plainText(status.reason)}`, records[i])
  })
  return writer.suggest('What is broken?').draft
}
