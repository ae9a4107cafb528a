import { hourly, usd } from '@aiops/contract/model/money'
import { Price, type PriceBook, TransferPrice } from '@aiops/contract/model/price-book'
import { Fault } from '../../../kernel/fault.ts'
import { isRfc4180, rowsOfCsv } from './csv.ts'

const rowsMax = 110_000

/**
 * Prices of a CSV with a header. Columns: provider, region, resource, kind, spot, hourly_usd; rows of the resource TRANSFER have ZONE,
 * REGION or INTERNET as kind and the price of a GiB in gib_usd (or hourly_usd where there is no such column). Throws VALIDATION_FAILED with the line.
 */
export function priceBookOfCsv(text: string): Pick<PriceBook, 'prices' | 'transfer'> {
  if (!isRfc4180(text)) throw new Fault('VALIDATION_FAILED', 'The CSV ends within a quoted field.')
  const [header = [], ...rows] = rowsOfCsv(text)
  if (rows.length > rowsMax) throw new Fault('VALIDATION_FAILED', `The CSV has more than ${rowsMax} rows.`)
  const column = new Map(header.map((name, at) => [name.trim().toLowerCase(), at]))
  for (const needed of ['provider', 'resource'])
    if (!column.has(needed)) throw new Fault('VALIDATION_FAILED', `The CSV has no column ${needed}.`)
  const prices: PriceBook['prices'] = []
  const transfer: PriceBook['transfer'] = []
  rows.forEach((row, at) => {
    const cell = (name: string): string => row[column.get(name) ?? -1]?.trim() ?? ''
    if (row.every((one) => one.trim() === '')) return
    const resource = cell('resource').toUpperCase()
    const rate = cell(resource === 'TRANSFER' && column.has('gib_usd') ? 'gib_usd' : 'hourly_usd')
    const amount = rate === '' ? Number.NaN : Number(rate)
    const place = { provider: cell('provider'), region: cell('region') }
    const parsed =
      resource === 'TRANSFER'
        ? TransferPrice.safeParse({ ...place, to: cell('kind').toUpperCase(), gib_usd: usd(amount) })
        : Price.safeParse({
            ...{ ...place, resource, kind: cell('kind'), hourly_usd: hourly(amount) },
            spot: /^(true|yes|1)$/i.test(cell('spot')),
          })
    if (!parsed.success || !(amount >= 0)) {
      const [issue] = parsed.error?.issues ?? []
      const what = issue
        ? `${issue.path.join('.')}: ${issue.message}`
        : 'the price is not a number of 0 or more'
      throw new Fault('VALIDATION_FAILED', `Line ${at + 2} of the CSV cannot be used: ${what}.`)
    }
    if ('to' in parsed.data) transfer.push(parsed.data)
    else prices.push(parsed.data)
  })
  return { prices, transfer }
}
