import { mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Command } from 'commander'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import { DetectConfig } from '../../pipeline/detect/index.ts'
import { DetectTable } from './detect-table.ts'
import { print, printJson } from './print.ts'
import { linesOf, sinkOf, sourceOf, unreadable } from './text-file.ts'

type Options = { input: string; output: string; json?: boolean }
type Summary = { input: string; output: string; rows: number; anomalous_rows: number }

const filesMax = 100_000

/** `aiops detect`: recorded series → anomaly scores, with the detector that runs live. */
export function detectCommand(program: Command): void {
  program
    .command('detect')
    .description('score recorded series for anomalies, with the detector that runs live')
    .option(
      '-i, --input <file|dir>',
      'CSV timestamp,value or timestamp,<metric>,…, also .gz; a folder is walked; - is standard input',
      '-',
    )
    .option('-o, --output <file|dir>', 'CSV with a row for each input row; - is standard output', '-')
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      '\nOne metric gives timestamp,value,anomaly_score,is_anomaly,tier; several give timestamp,anomaly_score,is_anomaly,top_metric.' +
        '\nA row depends on no later row.\n\nExample:\n  aiops detect --input cpu.csv --output scored.csv\n',
    )
    .action(detect)
}

async function detect(options: Options): Promise<void> {
  const { input, output } = options
  const folder = input !== '-' && (await isFolder(input))
  if (folder && output === '-')
    throw new Fault('INVALID_REQUEST', `${input} is a folder: give --output a folder too.`)
  if (input !== '-' && resolve(input) === resolve(output))
    throw new Fault('INVALID_REQUEST', 'Input and output are the same: give --output another path.')
  const jobs = folder ? await jobsOf(input, output) : [{ input, output }]
  const progress = progressOf(jobs.length)
  const summaries: Summary[] = []
  for (const job of jobs) {
    summaries.push(await judgeFile(job.input, job.output))
    progress.show(summaries.length)
  }
  progress.end()
  if (output !== '-') tell(summaries, options)
}

async function judgeFile(input: string, output: string): Promise<Summary> {
  const table = new DetectTable(input === '-' ? 'standard input' : input, DetectConfig.parse({}))
  if (output !== '-') await mkdir(dirname(output), { recursive: true })
  try {
    const lines = Readable.from(linesOf(await sourceOf(input)))
    const sink = sinkOf(output)
    if (output.endsWith('.gz')) await pipeline(lines, judging(table), createGzip(), sink)
    else await pipeline(lines, judging(table), sink)
  } catch (error) {
    // A reader of standard output that has seen enough is no failure.
    const enough = output === '-' && (error as NodeJS.ErrnoException).code === 'EPIPE'
    if (!enough)
      throw isFault(error)
        ? error
        : new Fault('INVALID_REQUEST', `${input} → ${output} failed (${messageOf(error)}): check both paths.`)
  }
  return { input, output, rows: table.rows, anomalous_rows: table.anomalousRows }
}

function judging(table: DetectTable): Transform {
  return new Transform({
    writableObjectMode: true,
    transform(line: string, _encoding, done) {
      try {
        const judged = table.push(line)
        done(null, judged === undefined ? undefined : `${judged}\n`)
      } catch (error) {
        done(error as Error)
      }
    },
    flush(done) {
      try {
        table.end()
        done()
      } catch (error) {
        done(error as Error)
      }
    },
  })
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** Every .csv and .csv.gz under the folder, with its place under the output. */
async function jobsOf(input: string, output: string): Promise<{ input: string; output: string }[]> {
  const entries = await readdir(input, { recursive: true, withFileTypes: true })
  const inside = resolve(output)
  const files = entries
    .filter((entry) => entry.isFile() && /\.csv(\.gz)?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !resolve(file).startsWith(`${inside}/`))
    .sort()
  if (files.length === 0)
    throw new Fault('INVALID_REQUEST', `${input} holds no .csv or .csv.gz file: check the path.`)
  if (files.length > filesMax)
    throw new Fault(
      'INVALID_REQUEST',
      `${input} holds ${files.length} files; at most ${filesMax} are taken at once.`,
    )
  return files.map((file) => ({ input: file, output: join(output, relative(input, file)) }))
}

function tell(summaries: readonly Summary[], options: Options): void {
  const rows = summaries.reduce((sum, each) => sum + each.rows, 0)
  const anomalous = summaries.reduce((sum, each) => sum + each.anomalous_rows, 0)
  if (options.json) {
    printJson({ files: summaries, rows, anomalous_rows: anomalous })
    return
  }
  const files = summaries.length === 1 ? '' : ` in ${summaries.length} files`
  print(`${rows} rows${files}, ${anomalous} of them in anomalies. Written to ${options.output}`)
}

/** Files done, on a terminal, where there are several. */
function progressOf(total: number): { show(done: number): void; end(): void } {
  if (!process.stderr.isTTY || total < 2) return { show: () => undefined, end: () => undefined }
  const width = 30
  return {
    show(done) {
      const filled = Math.round((done / total) * width)
      process.stderr.write(`\r[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${done}/${total} files`)
    },
    end: () => void process.stderr.write('\r\u001b[K'),
  }
}
