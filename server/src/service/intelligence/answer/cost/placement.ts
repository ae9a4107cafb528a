import { type Answerer, type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { messageText, plainText } from '../log/message-text.ts'
import { counted, momentText } from '../words.ts'
import { sayDecision } from './decision.ts'
import { sayCheapest } from './offer.ts'
import {
  callOf,
  idIn,
  isOfUnknown,
  isUnanswered,
  noTelemetry,
  providersOf,
  rangeOf,
  servicesOf,
} from './reading.ts'

const asksCheapest = /\bcheap|\bleast expensive\b|\blowest (?:cost|price|rate)\b|\bbest price\b|\boffers?\b/i
const asksAll =
  /\b(?:decisions|recommendations|moves)\b|\b(?:which|what|any(?:thing)?) .*\b(?:move|moved|moving)\b|\bwhat (?:was|is) (?:decided|recommended)\b/i
/** Of one answer at most. */
const servicesMax = 3

/** PLACEMENT: where a service should run; what was decided, why, how sure, what stands against it and what would flip it. */
export const placement: Answerer = {
  intent: 'PLACEMENT',
  plan(situation): readonly PlannedCall[] {
    const services = servicesOf(situation).slice(0, servicesMax)
    const id = idIn(situation.question.text)
    if (asksCheapest.test(situation.question.text))
      return [
        planned('list_provider_offers', { service: services, provider: [] }),
        ...services.map((service) => planned('get_cost_decision', { service }, service)),
      ]
    if (id?.includes('-')) return [planned('get_cost_decision', { id }, 'one')]
    if (services.length > 0)
      return [
        ...services.map((service) => planned('get_cost_decision', { service }, service)),
        planned('list_provider_offers', { service: services }),
      ]
    return [planned('list_cost_decisions', { limit: 50, ...rangeOf(situation) })]
  },
  next(situation, found, round) {
    const all = found.output('list_cost_decisions')
    if (round > 1 || !all || asksAll.test(situation.question.text)) return []
    const [meant] = [...all.decisions].sort(
      (a, b) => Number(b.action !== 'STAY') - Number(a.action !== 'STAY'),
    )
    return meant ? [planned('get_cost_decision', { id: meant.id }, 'one')] : []
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    if (isOfUnknown(writer, situation, found)) return writer.draft
    if (asksCheapest.test(situation.question.text)) {
      if (!isUnanswered(writer, found, 'list_provider_offers', 'which provider is cheapest'))
        sayCheapest(writer, situation, found)
      return writer.draft
    }
    const services = servicesOf(situation).slice(0, servicesMax)
    const named = [...services, 'one'].filter((as) => found.of('get_cost_decision', as))
    if (named.length === 0) sayAll(writer, situation, found)
    for (const as of named) {
      const decision = found.output('get_cost_decision', as)?.decision
      if (decision) sayDecision(writer, situation, found, as)
      else sayUndecided(writer, found, as)
    }
    if (writer.draft.claims.length === 0)
      isUnanswered(writer, found, 'list_cost_decisions', 'what was decided')
    return writer.draft
  },
}

/** Nothing was decided about a service: why that can be, and what is known of it. */
function sayUndecided(writer: DraftWriter, found: Found, service: string): void {
  const { call } = found.of('get_cost_decision', service)!
  const offers = (found.output('list_provider_offers')?.offers ?? []).filter((one) => one.service === service)
  const isMissing = /Nothing was decided|no decision|not found/i.test(call.sentence)
  writer
    .outcome('UNANSWERABLE')
    .headline(
      isMissing
        ? `I cannot say whether ${plainText(service)} should move: nothing was decided about it.`
        : `I cannot say whether ${plainText(service)} should move: ${call.sentence}`,
      call.id,
    )
  if (offers.length < 2)
    writer.say(
      `${counted(offers.length, 'provider')} ${offers.length === 1 ? 'is' : 'are'} known for it, and there must be another to move to.`,
      callOf(found, 'list_provider_offers') ?? call.id,
    )
  writer.step(noTelemetry, call.id)
}

function sayAll(writer: DraftWriter, situation: Situation, found: Found): void {
  if (isUnanswered(writer, found, 'list_cost_decisions', 'what was decided')) return
  const { decisions, total } = found.output('list_cost_decisions')!
  const call = callOf(found, 'list_cost_decisions')
  if (decisions.length === 0) {
    writer
      .outcome('UNANSWERABLE')
      .headline('I cannot say: nothing was decided about any service yet.', call)
      .step(noTelemetry, call)
    return
  }
  const asked = providersOf(situation)
  const ranked = decisions
    .map((one, i) => ({ one, record: found.record('list_cost_decisions', i) }))
    .filter(({ one }) => asked.length === 0 || asked.includes(one.to ?? '') || asked.includes(one.from ?? ''))
    .sort((a, b) => Number(b.one.action !== 'STAY') - Number(a.one.action !== 'STAY'))
  const moves = ranked.filter(({ one }) => one.action === 'MOVE')
  writer.headline(
    moves.length === 0
      ? 'No service should move, by what was decided last.'
      : `${counted(moves.length, 'decision')} of the last ${decisions.length} ${moves.length === 1 ? 'is' : 'are'} to move a service.`,
    [call, ...moves.slice(0, 5).map(({ record }) => record)],
  )
  for (const { one, record } of ranked.slice(0, rowsOf(situation.persona.depth)))
    writer.say(
      `${plainText(one.service)}, ${momentText(one.at, situation.nowMs)}: ${one.action}, ${one.state}. ${messageText(one.explanation, 400)}`,
      record,
    )
  if (total > decisions.length) writer.caveat(`There are ${total} decisions in all.`, call)
}
