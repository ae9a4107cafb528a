import { hourlyText } from '../../money-text.ts'
import { type Answerer, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { plainText } from '../log/message-text.ts'
import { counted, listed, rounded } from '../words.ts'
import { callOf, isUnanswered, noPrices, providersOf, recordsOf } from './reading.ts'

const resources = [
  [/\bgpus?\b|\baccelerator/i, 'GPU'],
  [/\b(?:cpus?|cores?|vcpus?|processors?)\b/i, 'CPU_CORE'],
  [/\b(?:ram|memory|gib of memory)\b/i, 'RAM_GIB'],
  [/\b(?:storage|disks?|volumes?)\b/i, 'STORAGE_GIB'],
  [/\b(?:instances?|machines?|vms?)\b/i, 'INSTANCE'],
  [/\bload balancers?\b/i, 'LOAD_BALANCER'],
] as const

const askedOf = (situation: Situation) => {
  const resource = resources.find(([words]) => words.test(situation.question.text))?.[1]
  const [provider] = providersOf(situation)
  // An instance type, as providers write it: m5.large, ecs.g6.large.
  const kind =
    /\b[a-z][a-z0-9]{0,6}\.(?:[a-z0-9]{1,8}\.)?[0-9]{0,2}x?(?:large|medium|small|micro|xlarge|metal)\b/i.exec(
      situation.question.text,
    )?.[0]
  return {
    ...(resource === undefined ? {} : { resource }),
    ...(provider === undefined ? {} : { provider }),
    ...(kind === undefined ? {} : { kind }),
  }
}

/** PRICES: which price books there are, where from, how old; and single prices. */
export const prices: Answerer = {
  intent: 'PRICES',
  plan: (situation) => [planned('list_price_sources', askedOf(situation))],
  compose(situation, found) {
    const writer = new DraftWriter()
    if (isUnanswered(writer, found, 'list_price_sources', 'what the prices are')) return writer.draft
    const { books, prices: single, prices_total, stale_after_days } = found.output('list_price_sources')!
    const call = callOf(found, 'list_price_sources')
    if (books.length === 0)
      return writer
        .outcome('UNANSWERABLE')
        .headline('There are no prices: no price book is in use here.', call)
        .step(noPrices, call).draft
    const records = recordsOf(found, 'list_price_sources', 'PRICE_BOOK')
    const [price] = recordsOf(found, 'list_price_sources', 'PRICE')
    const isSingle = Object.keys(askedOf(situation)).length > 0
    const [one] = single
    if (isSingle && one && price) {
      writer.headline(
        `${one.kind ? plainText(one.kind) : wordOf(one.resource)} at ${plainText(one.provider)}${one.region ? ` in ${plainText(one.region)}` : ''} costs ${hourlyText(one.hourly_usd)}${one.spot ? ' as spot' : ''}, by the price book ${plainText(one.book)}.`,
        price,
      )
      priceTable(writer, situation, recordsOf(found, 'list_price_sources', 'PRICE'), prices_total)
    } else if (isSingle)
      writer.outcome('UNANSWERABLE').headline('No price book has a price for that.', [call, ...records])
    for (const [i, { name, provenance, age_days, stale, prices: count, providers }] of books.entries()) {
      if (i >= rowsOf(situation.persona.depth)) break
      const text = `${plainText(name)}: ${counted(count, 'price')}${providers.length > 0 ? ` for ${listed(providers.map((one) => (one === 'any' ? 'any provider' : plainText(one))))}` : ''}, ${rounded(age_days)} days old, from ${plainText(provenance, 400)}${stale ? `; that is more than ${stale_after_days} days, too old to decide by` : ''}.`
      if (i === 0 && !isSingle) writer.headline(text, records[i])
      else writer.say(text, records[i])
    }
    return writer.suggest('What do we spend?', 'What could we save?').draft
  },
}

const wordOf = (resource: string): string =>
  ({
    ...{ GPU: 'A GPU', CPU_CORE: 'A core', RAM_GIB: 'A GiB of memory', STORAGE_GIB: 'A GiB of storage' },
    ...{ INSTANCE: 'An instance', LOAD_BALANCER: 'A load balancer', CLUSTER_MANAGEMENT: 'A cluster' },
  })[resource] ?? resource

function priceTable(
  writer: DraftWriter,
  { persona }: Situation,
  records: ReturnType<typeof recordsOf>,
  total: number,
): void {
  if (records.length < 2) return
  const columns = ['provider', 'region', 'kind', 'hourly_usd'] as const
  writer.table(
    'Prices',
    columns.map((key) => ({
      key,
      title: key === 'hourly_usd' ? 'USD/h' : key,
      numeric: key === 'hourly_usd',
    })),
    records.map((record) => ({
      cells: Object.fromEntries(columns.map((key) => [key, record.fields[key] ?? null])),
      cites: record,
    })),
    rowsOf(persona.depth),
    total,
  )
}
