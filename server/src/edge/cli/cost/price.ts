import type { Command } from 'commander'
import { priceBookOfCsv } from '../../../service/cost/index.ts'
import { type ConnectionOptions, connect, withConnection } from '../connection.ts'
import { dim, print, printJson, table } from '../print.ts'
import { textOf } from '../text-file.ts'
import { timeOf } from '../time-option.ts'

type ImportOptions = ConnectionOptions & { name: string; asOf: string; provenance: string }

export function priceCommand(cost: Command): void {
  const prices = withConnection(
    cost.command('prices').description('price books in use, with where they come from and how old they are'),
  ).action(async (options: ConnectionOptions) => {
    const { books, stale_after_days } = await connect(options).listPriceBooks({})
    if (options.json) return printJson(books)
    const rows = books.map((book) => [
      book.name,
      String(book.prices.length + book.transfer.length),
      book.as_of,
      `${Math.round(book.age_days)} d${book.stale ? ' (stale)' : ''}`,
      book.provenance,
    ])
    for (const line of table([['BOOK', 'PRICES', 'AS OF', 'AGE', 'FROM'], ...rows])) print(line)
    print(dim(`Prices older than ${stale_after_days} days approve nothing by themselves.`))
  })
  withConnection(
    prices
      .command('import <file>')
      .description('put a price book in place from a CSV: provider,region,resource,kind,spot,hourly_usd')
      .requiredOption(
        '--name <name>',
        'name of the book; one of this name is replaced, and kept as an older one',
      )
      .requiredOption('--as-of <time>', 'when these prices held, ISO 8601', timeOf)
      .requiredOption('--provenance <text>', 'the page, contract or bill that they are from'),
  ).action(async (file: string, _options: unknown, command: Command) => {
    const options = command.optsWithGlobals<ImportOptions>()
    const body = {
      ...{ provenance: options.provenance, as_of: options.asOf },
      ...priceBookOfCsv(textOf(file)),
    }
    const book = await connect(options).putPriceBook({ params: { name: options.name }, body })
    if (options.json) return printJson(book)
    print(`${book.name}: ${book.prices.length + book.transfer.length} prices as of ${book.as_of}`)
  })
}
