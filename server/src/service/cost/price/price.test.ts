import { hourly, usd } from '@aiops/contract/model/money'
import { type Price, PriceBook } from '@aiops/contract/model/price-book'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { CostConfig } from '../config.ts'
import { csvField, rowsOfCsv } from './csv.ts'
import { defaultBook } from './default-book.ts'
import { priceBookOfCsv } from './price-csv.ts'
import { readPriceDocuments } from './price-document.ts'
import { PriceShelf } from './price-shelf.ts'
import { PriceTable } from './price-table.ts'

const price = (more: Partial<Price>): Price => ({
  ...{ provider: 'aws', region: '', resource: 'CPU_CORE', kind: '', spot: false, hourly_usd: hourly(1) },
  ...more,
})
const bookOf = (name: string, as_of: string, prices: Price[]): PriceBook => ({
  ...{ name, as_of, provenance: 'a contract', transfer: [], prices },
})

describe('a price', () => {
  const table = new PriceTable([
    bookOf('ours', '2026-10-01T00:00:00Z', [
      price({ hourly_usd: hourly(0.05) }),
      price({ region: 'eu-west-1', hourly_usd: hourly(0.06) }),
      price({ kind: 'm5.large', hourly_usd: hourly(0.04) }),
      price({ resource: 'INSTANCE', kind: 'm5.large', hourly_usd: hourly(0.096) }),
    ]),
    defaultBook,
  ])
  it('is that of your book where it has one, the one that says most, with its source', () => {
    expect(table.find({ resource: 'CPU_CORE', provider: 'aws' })).toMatchObject({
      ...{ price: 0.05, source: { name: 'ours', asOfMs: Date.parse('2026-10-01T00:00:00Z') } },
    })
    expect(table.find({ resource: 'CPU_CORE', provider: 'aws', region: 'eu-west-1' })?.price).toBe(0.06)
    expect(table.find({ resource: 'CPU_CORE', provider: 'aws', kind: 'm5.large' })?.price).toBe(0.04)
  })
  it('is a shipped list price where your book has none, and says so', () => {
    expect(table.find({ resource: 'CPU_CORE', provider: 'gcp' })).toMatchObject({
      ...{ price: 0.031611, source: { name: 'opencost-default' } },
    })
    expect(table.find({ resource: 'GPU' })?.price).toBe(0.95)
    expect(table.transfer({ provider: 'gcp', to: 'INTERNET' })?.price).toBe(0.12)
    expect(defaultBook.provenance).toMatch(/List prices, not yours/)
    expect(PriceBook.parse(defaultBook)).toEqual(defaultBook)
  })
  it('of a spot machine is the one on demand where none is known, and none of a whole machine of another kind', () => {
    expect(table.find({ resource: 'CPU_CORE', provider: 'aws', spot: true })).toMatchObject({ spot: true })
    expect(
      new PriceTable([bookOf('ours', '2026-10-01T00:00:00Z', [price({})])]).find({
        ...{ resource: 'CPU_CORE', provider: 'aws', spot: true },
      }),
    ).toMatchObject({ price: 1, spot: false })
    expect(table.find({ resource: 'INSTANCE', provider: 'aws', kind: 'm5.xlarge' })).toBeUndefined()
    expect(table.find({ resource: 'LOAD_BALANCER' })).toBeUndefined()
  })
})

describe('price books', () => {
  const shelfOf = (books: PriceBook[], text = '') => {
    const stored = [...books]
    return new PriceShelf(
      {
        ...{ clock: new ManualClock(Date.parse('2026-11-12T00:00:00Z')), log: silentLog },
        source: { load: async () => (text === '' ? [] : [{ file: 'ours.yaml', text }]) },
        repository: {
          saveBook: async (_tenant, book) => void stored.push(book),
          books: async () => [...stored],
        },
      },
      CostConfig.parse({}).prices,
    )
  }
  it('are dated, stale after 90 days, and each version holds for its own time', async () => {
    const shelf = shelfOf([
      bookOf('ours', '2026-01-01T00:00:00Z', [price({ hourly_usd: hourly(1) })]),
      bookOf('ours', '2026-10-01T00:00:00Z', [price({ hourly_usd: hourly(2) })]),
    ])
    const at = async (time: string) =>
      (await shelf.table('default', Date.parse(time))).find({ resource: 'CPU_CORE', provider: 'aws' })?.price
    expect(await at('2025-01-01T00:00:00Z')).toBe(1)
    expect(await at('2026-09-30T00:00:00Z')).toBe(1)
    expect(await at('2026-10-01T00:00:00Z')).toBe(2)
    expect(
      (await shelf.shown('default')).map(({ name, age_days, stale }) => [name, age_days, stale]),
    ).toEqual([
      ['ours', 42, false],
      ['opencost-default', 2_465, true],
    ])
    expect(await shelf.changes('default')).toHaveLength(2)
    await shelf.put('default', bookOf('ours', '2026-11-01T00:00:00Z', [price({ hourly_usd: hourly(3) })]))
    expect(await at('2026-11-12T00:00:00Z')).toBe(3)
    await expect(shelf.put('default', bookOf('x', '2027-01-01T00:00:00Z', []))).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    })
  })
  it('of files are read with those of the API, and what cannot be used is told by file', async () => {
    const shelf = shelfOf(
      [],
      'name: file\nprovenance: bill\nas_of: 2026-11-01T00:00:00Z\nprices:\n  - {provider: aws, resource: CPU_CORE, hourly_usd: 0.5}\n',
    )
    await shelf.start()
    expect((await shelf.shown('default')).map(({ name }) => name)).toEqual(['file', 'opencost-default'])
    await shelf.stop()
    const { problems, documents } = readPriceDocuments([
      { file: 'a.yaml', text: 'name: [' },
      { file: 'b.json', text: '{"name":"b"}' },
      { file: 'c.csv', text: '# as_of: 2026-11-01T00:00:00Z\nprovider,resource,hourly_usd\naws,GPU,2\n' },
      { file: 'd.yaml', text: '', problem: 'too large' },
    ])
    expect(problems.map(({ file }) => file)).toEqual(['a.yaml', 'b.json', 'd.yaml'])
    expect(documents[0]?.book).toMatchObject({ name: 'c', provenance: 'c.csv' })
  })
})

it('is never below nothing, which would make what is dear a saving, nor more than sums can hold', () => {
  const book = (hourly_usd: number, gib_usd = 0) => ({
    ...bookOf('ours', '2026-10-01T00:00:00Z', [price({ hourly_usd: hourly(hourly_usd) })]),
    transfer: [{ provider: 'aws', to: 'INTERNET', gib_usd }],
  })
  expect(PriceBook.safeParse(book(0)).success).toBe(true)
  for (const bad of [book(-0.01), book(1e308), book(0, -1), book(0, 1e308)])
    expect(PriceBook.safeParse(bad).success).toBe(false)
})

describe('a CSV of prices', () => {
  it('has prices and transfer, and names the line that it cannot read', () => {
    const { prices, transfer } = priceBookOfCsv(
      'Provider,region,resource,kind,spot,hourly_usd\r\naws,"eu, west",cpu_core,,false,0.05\r\naws,,TRANSFER,INTERNET,,0.09\r\n\r\n',
    )
    expect(prices).toEqual([price({ region: 'eu, west', hourly_usd: hourly(0.05) })])
    expect(transfer).toEqual([{ provider: 'aws', region: '', to: 'INTERNET', gib_usd: usd(0.09) }])
    for (const row of ['aws,,CPU,,,1', 'aws,,GPU,,,', 'aws,,GPU,,,-1', ',,GPU,,,1'])
      expect(() => priceBookOfCsv(`provider,region,resource,kind,spot,hourly_usd\n${row}`)).toThrow(/Line 2/)
    expect(() => priceBookOfCsv('a,b\n')).toThrow(/no column provider/)
    expect(() => priceBookOfCsv('provider,resource\n"aws')).toThrow(/quoted/)
  })
  it('is read as it was written, whatever the fields hold', () => {
    const field = fc.string({ unit: 'binary' }).filter((text) => !/^[=+\-@\t\r\ufeff]/.test(text))
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (rows) => {
        const text = rows.map((row) => row.map(csvField).join(',')).join('\r\n')
        expect(rowsOfCsv(`${text}\r\n`)).toEqual(rows)
      }),
    )
    fc.assert(fc.property(fc.string(), (text) => void rowsOfCsv(text)))
    expect(csvField('=cmd()')).toBe("'=cmd()")
  })
})
