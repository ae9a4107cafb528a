import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { faultOf, type Remote } from '../../kernel/remote.ts'
import { encodeWrite, type SeriesWrite } from './remote-write.ts'
import { tenantLabel } from './series-label.ts'
import { snappyBlock } from './snappy-block.ts'

/** A series and its samples, as an export line gives them: `null` for what is no number. */
export type ExportLine = {
  metric: Readonly<Record<string, string>>
  timestamps: readonly number[]
  values: readonly (number | string | null)[]
}

const Metric = z.record(z.string(), z.string())
const Line = z.object({
  metric: Metric,
  timestamps: z.array(z.number()),
  values: z.array(z.union([z.number(), z.string(), z.null()])),
})
const SeriesAnswer = z.object({ data: z.array(Metric) })
const VectorAnswer = z.object({
  data: z.object({ result: z.array(z.object({ metric: Metric, value: z.tuple([z.number(), z.string()]) })) }),
})

/** The server gives times as seconds, with milliseconds behind the point; it knows none after 2100. */
const seconds = (ms: number): string => (Math.min(Math.max(ms, 0), 4_102_444_800_000) / 1_000).toFixed(3)
const listBytesMax = 402_653_184
const rowsPerLine = 10_000

/** What is asked of the server (docs.victoriametrics.com, single-server; the paths are the same since 1.79). */
export class VictoriaMetricsServer {
  readonly #remote: Remote
  constructor(remote: Remote) {
    this.#remote = remote
  }

  write(series: readonly SeriesWrite[]): Promise<void> {
    return this.#remote.send('/api/v1/write', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'x-prometheus-remote-write-version': '0.1.0',
      },
      body: snappyBlock(encodeWrite(series)),
    })
  }

  /** Makes what was written visible. False where the server is not to be asked for it (a proxy, a cluster). */
  async show(): Promise<boolean> {
    try {
      await this.#remote.send('/internal/force_flush')
      return true
    } catch {
      return false
    }
  }

  /** Raw samples of what fits any of the selectors, line by line; a series may come in several. */
  async *export(
    selectors: readonly string[],
    { startMs, endMs }: { startMs: number; endMs: number },
    bytesMax: number,
    tooMuch: string,
  ): AsyncIterable<ExportLine> {
    const body = new URLSearchParams([
      ...selectors.map((selector): [string, string] => ['match[]', selector]),
      ['start', seconds(startMs)],
      ['end', seconds(endMs)],
      ['max_rows_per_line', String(rowsPerLine)],
    ])
    try {
      for await (const line of this.#remote.lines(
        '/api/v1/export',
        { method: 'POST', body },
        bytesMax,
        tooMuch,
      ))
        yield Line.parse(JSON.parse(withoutBareNumbers(line)))
    } catch (error) {
      throw readFault(error)
    }
  }

  /** Labels of every series of the platform that has samples since then. */
  async series(sinceMs: number): Promise<Readonly<Record<string, string>>[]> {
    const query = new URLSearchParams({ 'match[]': `{${tenantLabel}!=""}`, start: seconds(sinceMs) })
    return SeriesAnswer.parse(await this.#json('/api/v1/series', query)).data
  }

  /** The newest value and its time of every series of the platform, not older than `lookbackMs`. */
  async newest(
    nowMs: number,
    lookbackMs: number,
  ): Promise<{ metric: Readonly<Record<string, string>>; timeMs: number; value: number }[]> {
    // A window that began before 1970 would find nothing.
    const window = `{${tenantLabel}!=""}[${Math.floor(Math.min(lookbackMs, nowMs) / 1_000)}s]`
    const ask = async (expression: string): Promise<z.infer<typeof VectorAnswer>['data']['result']> => {
      const query = new URLSearchParams({ query: expression, time: seconds(nowMs), nocache: '1' })
      return VectorAnswer.parse(await this.#json('/api/v1/query', query)).data.result
    }
    const values = await ask(`last_over_time(${window})`)
    const times = await ask(`tlast_over_time(${window}) keep_metric_names`)
    const timeOf = new Map(
      times.map(({ metric, value }) => [JSON.stringify(sorted(metric)), Number(value[1]) * 1_000]),
    )
    return values.flatMap(({ metric, value }) => {
      const timeMs = timeOf.get(JSON.stringify(sorted(metric)))
      return timeMs === undefined ? [] : [{ metric, timeMs: Math.round(timeMs), value: Number(value[1]) }]
    })
  }

  async #json(path: string, query: URLSearchParams): Promise<unknown> {
    try {
      const text = await this.#remote.text(
        path,
        { query },
        listBytesMax,
        `The answer of ${path} is too large.`,
      )
      return JSON.parse(text)
    } catch (error) {
      throw readFault(error)
    }
  }
}

/** Older servers write NaN and infinities bare, which is no JSON; `values` is the member before the last, and holds no strings then. */
function withoutBareNumbers(line: string): string {
  const start = line.lastIndexOf('"values":[')
  if (start < 0) return line
  const end = line.indexOf(']', start)
  const values = line
    .slice(start, end)
    .replace(/([[,])NaN(?=,|$)/g, '$1null')
    .replace(/([[,])[+]?(-?)Inf(?=,|$)/g, '$1"$2Infinity"')
  return line.slice(0, start) + values + line.slice(end)
}

const sorted = (metric: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1))

function readFault(error: unknown): unknown {
  if (error instanceof SyntaxError || error instanceof z.ZodError)
    return new Fault('STORAGE_UNAVAILABLE', 'VictoriaMetrics answered what is no answer of its interface.', {
      cause: error,
    })
  return faultOf(error)
}
