import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { hourlyText, monthlyText, usdText } from '../../money-text.ts'
import { type Answerer, type Found, type PlannedCall, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { plainText } from '../log/message-text.ts'
import { counted, listed } from '../words.ts'
import { sayAllocation } from './allocation.ts'
import {
  ageText,
  callOf,
  isOfUnknown,
  isUnanswered,
  noPrices,
  noTelemetry,
  providersOf,
  rangeOf,
  recordsOf,
  servicesOf,
} from './reading.ts'

const perRequest =
  /\bper (?:\w+ )?(?:request|call|transaction)|\brequests? cost|\bunit cost|\b(?:a|one|each) request\b/i
const grouped: readonly (readonly [RegExp, string])[] = [
  [/\bteams?\b/i, 'team'],
  [/\bnamespaces?\b/i, 'namespace'],
  [/\b(?:clusters?|sites?)\b/i, 'cluster'],
  [/\benvironments?\b/i, 'environment'],
  [/\b(?:nodes?|machines?)\b/i, 'node'],
  [/\b(?:controllers?|workloads?)\b/i, 'controller'],
  [/\bpods?\b/i, 'pod'],
]

/** COST: what is spent now, what something costs, and what a time cost, by whom. */
export const spend: Answerer = {
  intent: 'COST',
  plan(situation): readonly PlannedCall[] {
    const { text } = situation.question
    const [service, provider] = [servicesOf(situation), providersOf(situation)]
    if (perRequest.test(text)) return [planned('list_unit_costs', { service, ...rangeOf(situation) })]
    const group = groupOf(situation)
    if (group) return [allocationCall(situation, group)]
    return [
      planned('get_cost', { service, provider: service.length > 0 ? [] : provider }),
      ...(service.length > 0 ? [planned('list_provider_offers', { service })] : []),
    ]
  },
  next(situation, found, round) {
    if (round > 1 || !found.output('get_cost')) return []
    // What no provider's telemetry tells may still be known from what runs in clusters and its price.
    const isTold =
      recordsOf(found, 'get_cost', servicesOf(situation).length > 0 ? 'SERVICE' : 'TOTAL').length > 0
    return isTold ? [] : [allocationCall(situation, { by: 'service', names: servicesOf(situation) })]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    if (isOfUnknown(writer, situation, found)) return writer.draft
    if (found.of('list_unit_costs')) sayUnits(writer, situation, found)
    else if (found.of('get_cost_allocation')) sayAllocation(writer, situation, found)
    else if (isUnanswered(writer, found, 'get_cost', 'what it costs')) return writer.draft
    else if (servicesOf(situation).length > 0) sayServices(writer, situation, found)
    else sayTotal(writer, situation, found)
    return writer.suggest('What could we save?', 'Are we over budget?', 'How old are our prices?').draft
  },
}

type Group = { by: string; names: readonly string[] }

/** What the question groups by, or what it names that is no service: namespaces, teams, clusters; a time alone groups by service. */
function groupOf(situation: Situation): Group | undefined {
  const { question } = situation
  const ofKind = (kind: string): string[] =>
    question.entities.filter((one) => one.kind === kind).map(({ name }) => name)
  for (const [kind, by] of [
    ['NAMESPACE', 'namespace'],
    ['PERSON', 'team'],
    ['CLUSTER', 'cluster'],
    ['NODE', 'node'],
  ] as const)
    if (ofKind(kind).length > 0) return { by, names: ofKind(kind) }
  if (question.slots.period) return { by: 'namespace', names: [] }
  const word = grouped.find(([words]) => words.test(question.text))?.[1]
  if (word) return { by: word, names: [] }
  if (/\bidle\b|\bgpus?\b/i.test(question.text)) return { by: 'namespace', names: [] }
  if (question.time.text === '' || /\b(?:now|currently)\b/i.test(question.text)) return undefined
  return providersOf(situation).length > 0 || /\bproviders?\b|\bclouds?\b/i.test(question.text)
    ? { by: 'provider', names: providersOf(situation) }
    : { by: 'service', names: servicesOf(situation) }
}

const allocationCall = (situation: Situation, { by, names }: Group): PlannedCall =>
  planned('get_cost_allocation', { aggregate: [by], name: [...names], ...rangeOf(situation) })

function sayTotal(writer: DraftWriter, situation: Situation, found: Found): void {
  const { spend, sources } = found.output('get_cost')!.overview
  const call = callOf(found, 'get_cost')
  const [provider] = providersOf(situation)
  const [total] = recordsOf(found, 'get_cost', 'TOTAL')
  const own = recordsOf(found, 'get_cost', 'PROVIDER').find(({ fields }) => fields.provider === provider)
  if (spend.current_hourly_usd === null || spend.monthly_usd === null || !total) {
    writer
      .outcome('UNANSWERABLE')
      .headline(
        'I cannot say what we spend: nothing here tells a cost of anything, and I do not guess.',
        call,
      )
      .step(sources.length === 0 ? noTelemetry : noPrices, call)
    return
  }
  if (provider && !own)
    writer.headline(`Nothing that is known runs at ${plainText(provider)} now.`, [call, total])
  else if (own)
    writer.headline(
      typeof own.fields.hourly_usd === 'number'
        ? `${plainText(provider!)} costs ${hourlyText(own.fields.hourly_usd)} now, for ${counted(Number(own.fields.services), 'service')}.`
        : `${plainText(provider!)} runs ${counted(Number(own.fields.services), 'service')}, and nothing says what they cost there.`,
      own,
    )
  else
    writer.headline(
      `We spend ${hourlyText(spend.current_hourly_usd)} now, which comes to ${monthlyText(spend.monthly_usd)} if it stays so.`,
      total,
    )
  if (!provider)
    for (const record of recordsOf(found, 'get_cost', 'PROVIDER').slice(0, 6)) {
      const { provider: name, services, hourly_usd } = record.fields
      writer.say(
        `${plainText(String(name))}: ${typeof hourly_usd === 'number' ? hourlyText(hourly_usd) : 'rate not known'} for ${counted(Number(services), 'service')}.`,
        record,
      )
    }
  serviceTable(writer, situation, recordsOf(found, 'get_cost', 'SERVICE'), found.output('get_cost')!.total)
  if (spend.unknown.length > 0)
    writer.caveat(
      `Not in it: ${listed(spend.unknown.map((name) => plainText(name)))}; nothing says what ${spend.unknown.length === 1 ? 'it costs' : 'they cost'} where ${spend.unknown.length === 1 ? 'it runs' : 'they run'}.`,
      total,
    )
  saySources(writer, found)
}

function saySources(writer: DraftWriter, found: Found): void {
  const sources = recordsOf(found, 'get_cost', 'SOURCE')
  if (sources.length > 0)
    writer.caveat(
      `As told by ${listed(sources.map(({ source, fields }) => `${plainText(source)} (${ageText(Number(fields.age_seconds))})`))}.`,
      sources,
    )
}

function serviceTable(
  writer: DraftWriter,
  { persona }: Situation,
  records: readonly EvidenceRecord[],
  total: number,
): void {
  writer.table(
    'Services and what they cost where they run',
    [
      { key: 'service', title: 'Service' },
      { key: 'provider', title: 'Provider' },
      { key: 'hourly_usd', title: 'USD/h', numeric: true },
    ],
    records.map((record) => ({
      cells: {
        service: String(record.fields.service),
        provider: String(record.fields.provider),
        hourly_usd: record.fields.hourly_usd ?? null,
      },
      cites: record,
    })),
    rowsOf(persona.depth),
    total,
  )
}

/** Each named service where it runs, and, where a provider is named, what it would cost there. */
function sayServices(writer: DraftWriter, situation: Situation, found: Found): void {
  const asked = providersOf(situation)
  const offers = recordsOf(found, 'list_provider_offers', 'OFFER')
  const call = callOf(found, 'get_cost')
  for (const service of servicesOf(situation)) {
    const here = recordsOf(found, 'get_cost', 'SERVICE').find(({ fields }) => fields.service === service)
    const others = offers.filter(({ fields }) => fields.service === service && fields.runs_here !== true)
    const named = others.filter(({ fields }) => asked.includes(String(fields.provider)))
    for (const record of named) writer.headline(offerText(record), record)
    if (here) {
      const { hourly_usd, provider, age_seconds } = here.fields
      const text =
        typeof hourly_usd === 'number'
          ? `${plainText(service)} costs ${hourlyText(hourly_usd)} at ${plainText(String(provider))}, where it runs; the reading is ${ageText(typeof age_seconds === 'number' ? age_seconds : null)}.`
          : `${plainText(service)} runs at ${plainText(String(provider))}, and nothing says what it costs there.`
      if (named.length > 0) writer.say(text, here)
      else writer.headline(text, here)
    }
    if (!here && named.length === 0)
      writer
        .headline(`Nothing says where ${plainText(service)} runs or what it costs.`, [call, ...others])
        .step(noTelemetry, call)
    for (const record of named.length > 0 ? [] : others.slice(0, 4)) writer.say(offerText(record), record)
  }
  if (writer.draft.claims.every(({ text }) => text.startsWith('Nothing says'))) writer.outcome('UNANSWERABLE')
  saySources(writer, found)
}

export function offerText({ fields }: EvidenceRecord): string {
  const { service, provider, cost_hourly_usd: rate, latency_ms: latency, age_seconds, stale } = fields
  return `At ${plainText(String(provider))} ${plainText(String(service))} would cost ${typeof rate === 'number' ? hourlyText(rate) : 'an unknown rate'}${typeof latency === 'number' ? ` at ${Math.round(latency)} ms` : ''}; that reading is ${ageText(Number(age_seconds))}${stale === true ? ', too old to decide by' : ''}.`
}

function sayUnits(writer: DraftWriter, situation: Situation, found: Found): void {
  if (isUnanswered(writer, found, 'list_unit_costs', 'what a request costs')) return
  const { units, notices } = found.output('list_unit_costs')!
  const call = callOf(found, 'list_unit_costs')
  const [first] = units
  if (!first) {
    writer
      .outcome('UNANSWERABLE')
      .headline(
        'I cannot say what a request costs: no service has both a known cost and a metric of its requests.',
        call,
      )
      .step(
        'A counter of requests by service would give the one, prices or provider telemetry the other.',
        call,
      )
    for (const notice of notices.slice(0, 3)) writer.couldNot('unit cost', notice)
    return
  }
  writer.headline(
    `A thousand requests of ${plainText(first.service)} cost ${usdText(first.thousand_requests_usd)}${units.length > 1 ? ', the dearest' : ''}.`,
    found.record('list_unit_costs', 0),
  )
  for (const [i, { service, thousand_requests_usd: usd }] of units
    .slice(1, rowsOf(situation.persona.depth))
    .entries())
    writer.say(
      `${plainText(service)}: ${usdText(usd)} for a thousand.`,
      found.record('list_unit_costs', i + 1),
    )
}
