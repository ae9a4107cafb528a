import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { usdText } from '../../money-text.ts'
import type { Found, Situation } from '../answerer.ts'
import { type DraftWriter, rowsOf } from '../draft.ts'
import { messageText, plainText } from '../log/message-text.ts'
import { durationText, listed, momentText, percentText } from '../words.ts'
import { callOf, isUnanswered, noPrices, recordsOf } from './reading.ts'

/** Below this share of the time that is asked about, how much of it is known is said. */
const knownShare = 0.9

/** What a time cost, by whatever it was asked by; what is not known of it is said to be missing, never 0. */
export function sayAllocation(writer: DraftWriter, situation: Situation, found: Found): void {
  if (isUnanswered(writer, found, 'get_cost_allocation', 'what it costs')) return
  const { allocations, sources, notices, start, end, total_usd, total } = found.output('get_cost_allocation')!
  const call = callOf(found, 'get_cost_allocation')
  const { call: made } = found.of('get_cost_allocation')!
  const names = (made.arguments.name ?? []) as readonly string[]
  const of = names.length > 0 ? ` of ${listed(names.map((name) => plainText(name)))}` : ''
  const span = `from ${momentText(start, situation.nowMs)} to ${momentText(end, situation.nowMs)}`
  const [first] = allocations
  if (!first) {
    writer
      .outcome('UNANSWERABLE')
      .headline(
        `I cannot say the cost${of}: no source of cost or prices tells it for that time, and I do not guess.`,
        call,
      )
      .step(notices[0] === undefined ? noPrices : messageText(notices[0], 400), call)
    for (const notice of notices.slice(0, 3)) writer.couldNot('cost', notice)
    return
  }
  const records = recordsOf(found, 'get_cost_allocation', 'ALLOCATION')
  const [whole] = recordsOf(found, 'get_cost_allocation', 'ALLOCATED')
  if (names.length === 0)
    writer.headline(
      `${usdText(total_usd)} ${span}; the most is ${nameOf(first.name)} with ${usdText(first.total_usd)}.`,
      [whole, records[0]],
    )
  for (const [i, one] of allocations.slice(0, names.length === 0 ? 6 : 10).entries()) {
    const text = `${nameOf(one.name)} cost ${usdText(one.total_usd)}${names.length > 0 ? ` ${span}` : ''}${one.efficiency === null ? '' : `; ${percentText(one.efficiency)} of what it asked for was used`}.`
    if (names.length > 0 && i === 0) writer.headline(text, records[i])
    else writer.say(text, records[i])
    if (one.missing.length > 0)
      writer.caveat(
        `${nameOf(one.name)} is without ${listed(one.missing.map((name) => plainText(name)))}: nothing tells it.`,
        records[i],
      )
  }
  allocationTable(writer, situation, records, total)
  const ranMs = Math.max(...allocations.map(({ minutes }) => minutes)) * 60_000
  if (ranMs < knownShare * (Date.parse(end) - Date.parse(start)))
    writer.caveat(
      `Of that time no more than ${durationText(ranMs)} have a known cost; the rest is not in it.`,
      records,
    )
  for (const notice of notices.slice(0, 2)) writer.caveat(messageText(notice, 300), whole ?? call)
  const stale = sources.filter((one) => one.stale)
  if (stale.length > 0)
    writer.caveat(
      `Prices of ${listed(stale.map(({ name }) => plainText(name)))} are too old to decide by.`,
      call,
    )
}

function allocationTable(
  writer: DraftWriter,
  situation: Situation,
  records: readonly EvidenceRecord[],
  total: number,
): void {
  writer.table(
    'Cost of that time',
    [
      { key: 'name', title: 'Name' },
      { key: 'total_usd', title: 'USD', numeric: true },
      { key: 'idle_usd', title: 'Idle, USD', numeric: true },
    ],
    records.map((record) => ({
      cells: {
        name: String(record.fields.name),
        total_usd: record.fields.total_usd ?? null,
        idle_usd: record.fields.idle_usd ?? null,
      },
      cites: record,
    })),
    rowsOf(situation.persona.depth),
    total,
  )
}

/** Names that allocation gives itself, as one says them. */
const spoken: Readonly<Record<string, string>> = {
  __idle__: 'what idles',
  __unallocated__: 'what belongs to nobody known',
  __shared__: 'what is shared',
  __unmounted__: 'what is mounted nowhere',
}
const nameOf = (name: string): string =>
  (Object.hasOwn(spoken, name) ? spoken[name] : undefined) ?? plainText(name)
