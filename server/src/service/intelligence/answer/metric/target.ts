import type { EntityRef } from '@aiops/contract/model/answer'
import type { Answerer, Situation } from '../answerer.ts'
import { planned } from '../answerer.ts'
import { DraftWriter } from '../draft.ts'
import { plainText } from '../log/message-text.ts'
import { signalCatalogue, signalQueries } from '../metric-family.ts'
import { callId, subjectOf } from '../subject.ts'
import { listed, measured } from '../words.ts'
import { factsOf, queryCall } from './metric-reading.ts'

/** Kinds that answer requests. */
const answering = (ref: EntityRef | undefined): ref is EntityRef =>
  ref !== undefined && ['SERVICE', 'WORKLOAD', 'FUNCTION', 'DATABASE'].includes(ref.kind)

const signalsOf = (situation: Situation) =>
  answering(subjectOf(situation)) ? (['errors', 'latency'] as const) : []

/** SLO: none is defined anywhere, so nothing can be violated; what is measured can be said. */
export const slo: Answerer = {
  intent: 'SLO',
  plan(situation) {
    const subject = subjectOf(situation)
    return [
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
