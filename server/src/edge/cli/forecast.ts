import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { durationMs } from '@aiops/contract/model/time'
import { type Command, InvalidArgumentError } from 'commander'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import { type Bands, forecastOf, gridOf } from '../../service/forecast/index.ts'
import { ForecastTable } from './forecast-table.ts'
import { percent, print, printJson, span } from './print.ts'
import { linesOf, sinkOf, sourceOf } from './text-file.ts'

type Options = { input: string; output: string; horizon: number; min?: number; max?: number; json?: boolean }

/** `aiops forecast`: a recorded series → an 80 % interval for each step ahead. */
export function forecastCommand(program: Command): void {
  program
    .command('forecast')
    .description('foretell a recorded series, with the interval that the method earned on its past')
    .requiredOption('--horizon <duration>', 'how far ahead, such as 6h or 7d', lengthOf)
    .option('-i, --input <file>', 'CSV timestamp,value, also .gz; - is standard input', '-')
    .option('-o, --output <file>', 'CSV timestamp,p10,p50,p90; - is standard output', '-')
    .option('--min <number>', 'values cannot be less', numberOf)
    .option('--max <number>', 'values cannot be more', numberOf)
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      '\nOne row a step of the series, times in the form of the input. Eight of ten later values should lie within p10 and p90.' +
        '\nUp to a quarter of the history ahead can be trusted; what is further is said.\n\nExample:\n  aiops forecast --input disk.csv --horizon 7d --output next-week.csv\n',
    )
    .action(forecast)
}

function lengthOf(text: string): number {
  const length = durationMs(text)
  if (!(length > 0)) throw new InvalidArgumentError('Not a length of time such as 30m, 6h or 7d.')
  return length
}
function numberOf(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Not a number.')
  return value
}

async function forecast(options: Options): Promise<void> {
  const { input, output } = options
  if (input !== '-' && resolve(input) === resolve(output))
    throw new Fault('INVALID_REQUEST', 'Input and output are the same: give --output another path.')
  const source = input === '-' ? 'standard input' : input
  const table = new ForecastTable(source)
  try {
    for await (const line of linesOf(await sourceOf(input))) table.push(line)
  } catch (error) {
    throw isFault(error)
      ? error
      : new Fault('INVALID_REQUEST', `${input} cannot be read (${messageOf(error)}): check the file.`)
  }
  table.end()
  const grid = gridOf(table.times, table.values)
  if (!grid) throw new Fault('INVALID_REQUEST', `${source}: all rows have the same time.`)
  const { min, max } = options
  const bounds = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
  const found = forecastOf(grid.values, grid.stepMs, Math.floor(options.horizon / grid.stepMs + 1e-9), {
    bounds,
  })
  if (found.isRefused) throw new Fault('INVALID_REQUEST', `${source}: ${found.reason}`)
  const lastMs = grid.startMs + lastKnown(grid.values) * grid.stepMs
  await write(
    output,
    rowsOf(found, (step) => table.written(lastMs + step * grid.stepMs)),
  )
  if (output === '-') return
  const summary = summaryOf(found, { input, output, rows: table.times.length, stepMs: grid.stepMs })
  if (options.json) printJson(summary)
  else for (const line of linesFor(found, summary)) print(line)
}

/** Where the forecast begins: after the last value. */
const lastKnown = (values: Float64Array): number => values.findLastIndex(Number.isFinite)

function* rowsOf({ p10, p50, p90 }: Bands, timeAt: (step: number) => string): Generator<string> {
  yield 'timestamp,p10,p50,p90\n'
  for (const [i, middle] of p50.entries())
    yield `${timeAt(i + 1)},${figure(p10[i]!)},${figure(middle)},${figure(p90[i]!)}\n`
}

/** More digits than these say nothing. */
const figure = (value: number): string => String(Number(value.toPrecision(9)))

async function write(output: string, rows: Iterable<string>): Promise<void> {
  try {
    if (output !== '-') await mkdir(dirname(output), { recursive: true })
    const from = Readable.from(rows)
    if (output.endsWith('.gz')) await pipeline(from, createGzip(), sinkOf(output))
    else await pipeline(from, sinkOf(output))
  } catch (error) {
    // A reader of standard output that has seen enough is no failure.
    if (output === '-' && (error as NodeJS.ErrnoException).code === 'EPIPE') return
    throw new Fault('INVALID_REQUEST', `${output} cannot be written (${messageOf(error)}): check the path.`)
  }
}

function summaryOf(
  found: Bands,
  { input, output, rows, stepMs }: { input: string; output: string; rows: number; stepMs: number },
) {
  const seconds = (steps: number): number | null => (steps > 0 ? (steps * stepMs) / 1_000 : null)
  return {
    ...{ input, output, rows, steps: found.p50.length, step_seconds: stepMs / 1_000 },
    ...{ method: found.method, season_seconds: seconds(found.seasonSteps) },
    members: found.members.map(({ method, seasonSteps, weight }) => ({
      ...{ method, season_seconds: seconds(seasonSteps), weight: Math.round(weight * 1e3) / 1e3 },
    })),
    trusted_steps: found.trustedSteps,
    backtest: {
      ...{ origins: found.backtest.origins, targets: found.backtest.targets },
      ...{ coverage: found.backtest.coverage, error: found.backtest.error },
      naive_error: found.backtest.naiveError,
    },
    ...{ naive_is_better: found.isNaiveBetter, counter_resets: found.counterResets, left_out: found.leftOut },
  }
}

function linesFor(found: Bands, summary: ReturnType<typeof summaryOf>): string[] {
  const { season_seconds, backtest } = summary
  const season = season_seconds === null ? 'no season' : `season ${span(season_seconds)}`
  const coverage =
    backtest.coverage === null ? '' : `, ${percent(backtest.coverage)} of later values in the band`
  return [
    `${summary.steps} steps of ${span(summary.step_seconds)}: ${words[found.method]}, ${season}. Written to ${summary.output}`,
    `On its past: error ${figure3(backtest.error)}, as a season ago ${figure3(backtest.naive_error)}${coverage}.`,
    ...(found.isNaiveBetter
      ? ['Nothing did better than taking the value of a season ago, so that is used.']
      : []),
    ...(summary.steps > found.trustedSteps
      ? [`Only the first ${found.trustedSteps} steps, a quarter of the history, can be trusted.`]
      : []),
    ...(found.leftOut > 0 ? [`The oldest ${found.leftOut} values were left out.`] : []),
  ]
}

const figure3 = (value: number): string => String(Number(value.toPrecision(3)))

const words: Record<Bands['method'], string> = {
  NAIVE: 'as it is',
  SEASONAL_NAIVE: 'as a season ago',
  TREND: 'level and trend',
  HOLT_WINTERS: 'Holt-Winters',
  DECOMPOSITION: 'season and drift',
  COMBINED: 'several methods together',
}
