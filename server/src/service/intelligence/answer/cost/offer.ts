import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { hourlyText } from '../../money-text.ts'
import type { Found, Situation } from '../answerer.ts'
import { type DraftWriter, rowsOf } from '../draft.ts'
import { messageText, plainText } from '../log/message-text.ts'
import { ageText, callOf, noTelemetry, providersOf, recordsOf, servicesOf } from './reading.ts'
import { offerText } from './spend.ts'

/** Which provider is cheapest for each service that is asked about, what it is where it runs, and whether that is reason to move. */
export function sayCheapest(writer: DraftWriter, situation: Situation, found: Found): void {
  const call = callOf(found, 'list_provider_offers')
  const asked = servicesOf(situation)
  const offers = recordsOf(found, 'list_provider_offers', 'OFFER')
  const services = asked.length > 0 ? asked : [...new Set(offers.map(({ fields }) => String(fields.service)))]
  if (offers.length === 0) {
    writer
      .outcome('UNANSWERABLE')
      .headline(
        `I cannot say which provider is cheapest${asked[0] ? ` for ${plainText(asked[0])}` : ''}: no provider told what it costs.`,
        call,
      )
      .step(noTelemetry, call)
    return
  }
  for (const service of services.slice(0, rowsOf(situation.persona.depth))) {
    const own = offers.filter(({ fields }) => fields.service === service)
    const [best] = own
      .filter(({ fields }) => typeof fields.cost_hourly_usd === 'number')
      .sort((a, b) => Number(a.fields.cost_hourly_usd) - Number(b.fields.cost_hourly_usd))
    if (!best) {
      writer.headline(`Nobody says what ${plainText(service)} costs at any provider.`, [call, ...own])
      continue
    }
    sayBest(writer, service, best, own, providersOf(situation))
    const decision = found.output('get_cost_decision', service)?.decision
    const [record] = recordsOf(found, 'get_cost_decision', 'DECISION', service)
    if (decision && record)
      writer.say(
        `Decided last: ${decision.action}, ${decision.state}. ${messageText(decision.explanation, 500)}`,
        record,
      )
  }
  writer.caveat('The lowest rate alone is no reason to move: a move costs too, and rates change.', call)
  const [first] = services
  if (first) writer.suggest(`Should ${first} move?`, `What would flip the decision about ${first}?`)
}

function sayBest(
  writer: DraftWriter,
  service: string,
  best: EvidenceRecord,
  own: readonly EvidenceRecord[],
  asked: readonly string[],
): void {
  const here = own.find(({ fields }) => fields.runs_here === true)
  const { provider, cost_hourly_usd: rate, age_seconds, stale } = best.fields
  const now =
    here === undefined
      ? 'nobody says where it runs'
      : here === best
        ? 'it runs there'
        : `it runs at ${plainText(String(here.fields.provider))} for ${typeof here.fields.cost_hourly_usd === 'number' ? hourlyText(here.fields.cost_hourly_usd) : 'an unknown rate'}`
  writer.headline(
    `${plainText(service)} is cheapest at ${plainText(String(provider))}: ${hourlyText(Number(rate))}, by a reading that is ${ageText(Number(age_seconds))}${stale === true ? ' and too old to decide by' : ''}; ${now}.`,
    [best, here],
  )
  for (const record of own.filter((one) => one !== best && one !== here).slice(0, 4))
    writer.say(offerText(record), record)
  for (const name of asked)
    if (!own.some(({ fields }) => fields.provider === name))
      writer.caveat(`Nobody says what ${plainText(service)} costs at ${plainText(name)}.`, best)
}
