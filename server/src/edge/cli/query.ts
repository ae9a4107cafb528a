import type { FleetAnswer, MetricResult, MetricSeries } from '@aiops/contract/model/query'
import { durationMs } from '@aiops/contract/model/time'
import { type Command, Option } from 'commander'
import { Fault } from '../../kernel/fault.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { wholeNumber } from './number-option.ts'
import { bold, dim, print, printAsIs, printable, printJson, table } from './print.ts'

type Asked = ConnectionOptions & { cluster: string[]; timeout?: number }
type MetricOptions = Asked & { since?: string; step: string; mode: string }
type LogOptions = Asked & { since: string; limit: number; oldest?: boolean }

export function queryCommands(program: Command): void {
  withConnection(
    withClusters(
      program
        .command('query')
        .description('ask in PromQL, one cluster or many')
        .argument('<promql>')
        .option('--since <duration>', 'a range from so long ago until now; without it the newest values')
        .option('--step <duration>', 'of a range', '1m')
        .addOption(
          new Option('--mode <mode>', 'how clusters are put together')
            .choices(['merge', 'sum', 'avg', 'max', 'min', 'global'])
            .default('merge'),
        )
        .addHelpText('after', queryExamples),
    ),
  ).action(askMetrics)
  withConnection(
    withClusters(
      program
        .command('logs')
        .description('ask in LogQL, one cluster or many')
        .argument('<logql>')
        .option('--since <duration>', 'how far back', '1h')
        .option('--limit <n>', 'lines', wholeNumber(1, 5_000), 100)
        .option('--oldest', 'begin at the oldest, not at the newest')
        .addHelpText('after', logExamples),
    ),
  ).action(askLogs)
}

const withClusters = (command: Command): Command =>
  command
    .option(
      '--cluster <id>',
      'ask this one; may be repeated',
      (id, ids: string[]) => [...ids, id],
      [] as string[],
    )
    .option('--timeout <seconds>', 'how long to wait for the slowest', wholeNumber(1, 300))

async function askMetrics(query: string, options: MetricOptions): Promise<void> {
  const client = connect(options)
  const aggregation = options.mode.toUpperCase() as 'MERGE'
  const asked = { query, aggregation, ...whom(options) }
  const answer =
    options.since === undefined
      ? await client.queryMetrics({ body: asked })
      : await client.queryMetricsRange({ body: { ...asked, ...since(options.since), step: options.step } })
  if (options.json) return printJson(answer)
  const { combined, results } = answer
  const several = results.length > 1
  const rows = combined
    ? combined.data.map((series) => rowOf('', series))
    : results.flatMap(({ cluster_name, data }: MetricResult) =>
        data.map((series) => rowOf(several ? cluster_name : '', series)),
      )
  for (const line of table(rows.map((row) => row.slice(several ? 0 : 1)))) print(line)
  if (rows.length === 0) print(dim('no series'))
  for (const note of [...answer.warnings, ...answer.infos]) say(note)
  sayMissing(answer)
}

async function askLogs(query: string, options: LogOptions): Promise<void> {
  const answer = await connect(options).queryLogsRange({
    body: {
      ...{ query, ...whom(options), ...since(options.since), limit: options.limit },
      direction: options.oldest ? 'FORWARD' : 'BACKWARD',
    },
  })
  if (options.json) return printJson(answer)
  const several = answer.clusters_queried > 1
  for (const { timestamp, cluster_name, stream, message } of answer.logs)
    printAsIs(
      `${dim(timestamp)}  ${several ? `${cluster_name}  ` : ''}${bold(stream.service_name ?? '')}  ${message}`,
    )
  for (const line of table(
    answer.results.flatMap(({ cluster_name, data }) =>
      data.map((series) => rowOf(several ? cluster_name : '', series)),
    ),
  ))
    print(line)
  if (answer.logs.length === 0 && answer.results.every(({ data }) => data.length === 0))
    print(dim('no lines'))
  if (answer.truncated) say(`There is more; ask with --limit above ${options.limit}.`)
  sayMissing(answer)
}

const whom = ({ cluster, timeout }: Asked) => ({
  cluster_ids: cluster,
  ...(timeout === undefined ? {} : { timeout }),
})

function since(text: string): { start_time: string; end_time: string } {
  const agoMs = durationMs(text)
  if (!(agoMs > 0))
    throw new Fault('VALIDATION_FAILED', `--since: "${text}" is no duration such as 30m or 2h.`)
  const nowMs = Date.now()
  return { start_time: new Date(nowMs - agoMs).toISOString(), end_time: new Date(nowMs).toISOString() }
}

/** Cluster, series, and its value, or its values from the oldest to the newest. */
function rowOf(cluster: string, { metric, values, histograms = [] }: MetricSeries): string[] {
  const { __name__: name = '', ...labels } = metric
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  const told =
    histograms.length > 0 && values.length === 0 ? 'histogram' : values.map(([, value]) => value).join(' ')
  return [cluster, `${name}{${pairs.join(', ')}}`, told]
}

function sayMissing({ missing, clusters_queried: asked }: FleetAnswer): void {
  if (missing.length === 0) return
  say(`${missing.length} of ${asked} clusters are missing from this answer:`)
  for (const { cluster_name, status, reason } of missing) say(`  ${cluster_name}: ${status}: ${reason}`)
}

/** Beside the answer, which scripts read. */
const say = (line: string): void => void process.stderr.write(`${printable(line, false)}\n`)

const queryExamples = `
Examples:
  aiops query 'sum by (service_name) (rate(http_requests_total[5m]))'
  aiops query up --since 1h --step 5m --cluster edge-paris --cluster edge-lima
  aiops query 'avg(up)' --mode global --json
`
const logExamples = `
Examples:
  aiops logs '{service_name="cart"} |= "failed"'
  aiops logs 'sum by (level) (count_over_time({service_name="cart"}[5m]))' --since 30m
`
