import { createReadStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { correlateStream } from '../../pipeline/correlate/index.ts'
import { fixedTopology } from '../../service/knowledge/index.ts'
import { print, printJson } from './print.ts'
import { unreadable } from './text-file.ts'

type Options = { input: string; topology?: string; output: string; json?: boolean }

/** `aiops correlate`: recorded Alertmanager webhooks → which alert belongs to which incident, with the live code. */
export function correlateCommand(program: Command): void {
  program
    .command('correlate')
    .description('group recorded alerts into incidents, with the code that does it live')
    .option(
      '-i, --input <file>',
      'newline-delimited {received_at, payload} of Alertmanager webhooks; - is standard input',
      '-',
    )
    .option(
      '-t, --topology <file>',
      'JSON {entities, edges: [{source, target}]} or {edges: [[caller, callee]]}; none: labels and time alone',
    )
    .option('-o, --output <file>', 'JSON {event_id: incident or null}; - is standard output', '-')
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  aiops correlate --input webhooks.ndjson --topology topology.json --output incidents.json\n',
    )
    .action(correlate)
}

async function correlate(options: Options): Promise<void> {
  const topology = fixedTopology(
    options.topology === undefined
      ? { entities: [], edges: [] }
      : parseTopology(options.topology, await read(options.topology)),
  )
  const progress = progressOf()
  const incidents = await correlateStream(await linesOf(options.input), { topology, progress: progress.show })
  progress.end()
  const text = `${JSON.stringify(incidents, null, 1)}\n`
  if (options.output === '-') return new Promise((resolve) => process.stdout.write(text, () => resolve()))
  await writeFile(options.output, text).catch((error: unknown) => {
    throw new Fault(
      'INVALID_REQUEST',
      `${options.output} cannot be written (${messageOf(error)}): give --output a file in a folder that exists.`,
    )
  })
  summarise(incidents, options)
}

function summarise(incidents: Record<string, string | null>, options: Options): void {
  const alerts = Object.keys(incidents).length
  const grouped = Object.values(incidents).filter((incident) => incident !== null)
  const summary = {
    alerts,
    incidents: new Set(grouped).size,
    alone: alerts - grouped.length,
    output: options.output,
  }
  if (options.json) printJson(summary)
  else
    print(
      `${alerts} alert events: ${summary.incidents} incidents, ${summary.alone} events in none. Written to ${options.output}`,
    )
}

async function linesOf(input: string): Promise<AsyncIterable<string>> {
  if (input === '-') return createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
  const stream = createReadStream(input, 'utf8')
  await new Promise<void>((resolve, reject) =>
    stream.once('open', () => resolve()).once('error', (error) => reject(unreadable(input, error))),
  )
  return createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
}

const read = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error)
  })

function parseTopology(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Fault(
      'INVALID_REQUEST',
      `${file} is not JSON (${messageOf(error)}): give --topology a JSON file.`,
    )
  }
}

/** A running count on a terminal, at most ten times a second; nothing elsewhere. */
function progressOf(): { show(alerts: number): void; end(): void } {
  let shownMs = 0
  if (!process.stderr.isTTY) return { show: () => undefined, end: () => undefined }
  return {
    show(alerts) {
      if (performance.now() - shownMs < 100) return
      shownMs = performance.now()
      process.stderr.write(`\r${alerts} alerts`)
    },
    end: () => void process.stderr.write('\r\u001b[K'),
  }
}
