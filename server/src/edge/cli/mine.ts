import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StringDecoder } from 'node:string_decoder'
import { createGunzip } from 'node:zlib'
import type { Command } from 'commander'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import { eventIdOf, MineConfig, Miner } from '../../service/telemetry/index.ts'
import { print, printJson } from './print.ts'
import { unreadable } from './text-file.ts'

type Options = { input: string; output: string; header: boolean; json?: boolean }

/** Of one line; the miner reads less, and a file without line ends must not fill the memory. */
const lineCharsMax = 65_536
/** Four bytes are kept for each line until its last. */
const linesMax = 500_000_000
const rowsAtOnce = 2_048

/** `aiops mine`: a log → which statement wrote each line. */
export function mineCommand(program: Command): void {
  program
    .command('mine')
    .description('find the statements that wrote a log, and which of them wrote each line')
    .option('-i, --input <file>', 'log, a line an entry, also .gz; - is standard input', '-')
    .option('-o, --output <file>', 'CSV LineId,EventId,EventTemplate; - is standard output', '-')
    .option('--no-header', 'lines are messages alone: look for no time, level and source before them')
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      '\nOne row a line, parameters as <*>. Rows are written once the log has been read: a template is what all of it shows.' +
        '\nThe EventId follows from the template, so it is the same in every run.\n\nExample:\n  aiops mine --input app.log --output events.csv\n',
    )
    .action(mine)
}

async function mine(options: Options): Promise<void> {
  const { input, output } = options
  if (input !== '-' && resolve(input) === resolve(output))
    throw new Fault('INVALID_REQUEST', 'Input and output are the same: give --output another path.')
  const miner = new Miner(MineConfig.parse(options.header ? {} : { layout_lines: 0 }))
  const ids = new LineIds()
  const { bytes, source } = await sourceOf(input)
  const progress = progressOf(bytes)
  try {
    for await (const line of linesOf(source, progress.show)) ids.push(miner.push(line))
    progress.end()
    if (output !== '-') await mkdir(dirname(output), { recursive: true })
    await pipeline(Readable.from(rowsOf(miner, ids)), sinkOf(output))
  } catch (error) {
    progress.end()
    // A reader of standard output that has seen enough is no failure.
    const enough = output === '-' && (error as NodeJS.ErrnoException).code === 'EPIPE'
    if (!enough)
      throw isFault(error)
        ? error
        : new Fault('INVALID_REQUEST', `${input} → ${output} failed (${messageOf(error)}): check both paths.`)
  }
  if (output === '-') return
  const summary = { input, output, lines: miner.lines, templates: miner.statements().length }
  if (options.json) printJson(summary)
  else print(`${summary.lines} lines, ${summary.templates} templates. Written to ${output}`)
}

function* rowsOf(miner: Miner, ids: LineIds): Generator<string> {
  const ends = miner
    .statements()
    .map(({ template }) => `,${eventIdOf(template)},"${template.replaceAll('"', '""')}"\n`)
  let text = 'LineId,EventId,EventTemplate\n'
  for (let at = 0; at < ids.length; at++) {
    text += `${at + 1}${ends[miner.statementOf(ids.at(at))]}`
    if (at % rowsAtOnce === rowsAtOnce - 1) {
      yield text
      text = ''
    }
  }
  yield text
}

/** Ids of all lines, in a list that doubles. */
class LineIds {
  #ids = new Int32Array(65_536)
  length = 0
  push(id: number): void {
    if (this.length === linesMax)
      throw new Fault('INVALID_REQUEST', `More than ${linesMax} lines: split the log and mine its parts.`)
    if (this.length === this.#ids.length) {
      const grown = new Int32Array(this.#ids.length * 2)
      grown.set(this.#ids)
      this.#ids = grown
    }
    this.#ids[this.length++] = id
  }
  at(index: number): number {
    return this.#ids[index]!
  }
}

/** Lines without their ends (LF or CR LF); what follows the last end is a line where there is anything. */
async function* linesOf(source: Readable, show: (bytes: number) => void): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let bytes = 0
  for await (const chunk of source as AsyncIterable<Buffer>) {
    bytes += chunk.length
    const text = decoder.write(chunk)
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const line = start === 0 && rest !== '' ? rest + text.slice(0, end) : text.slice(start, end)
      rest = ''
      yield line.endsWith('\r') ? line.slice(0, -1) : line
      start = end + 1
    }
    if (rest.length < lineCharsMax) rest += text.slice(start, start + lineCharsMax)
    show(bytes)
  }
  rest += decoder.end()
  if (rest !== '') yield rest
}

async function sourceOf(input: string): Promise<{ bytes: number; source: Readable }> {
  if (input === '-') return { bytes: 0, source: process.stdin }
  const found = await stat(input).catch((error: unknown) => {
    throw unreadable(input, error)
  })
  if (!found.isFile() && found.isDirectory())
    throw new Fault('INVALID_REQUEST', `${input} is a folder: give --input a log file.`)
  const file = createReadStream(input, { highWaterMark: 262_144 })
  await new Promise<void>((opened, failed) =>
    file.once('open', () => opened()).once('error', (error) => failed(unreadable(input, error))),
  )
  if (!input.endsWith('.gz')) return { bytes: found.size, source: file }
  const unzipped = createGunzip()
  file.once('error', (error) => unzipped.destroy(error))
  return { bytes: 0, source: file.pipe(unzipped) }
}

/** Standard output stays open for whoever else writes to it. */
function sinkOf(output: string): Writable {
  if (output !== '-') return createWriteStream(output)
  process.stdout.on('error', () => undefined)
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      process.stdout.write(chunk, (error) => done(error ?? null))
    },
  })
}

/** On a terminal: how much of the file is read, or how many bytes where its size is not known; nothing elsewhere. */
function progressOf(total: number): { show(bytes: number): void; end(): void } {
  if (!process.stderr.isTTY) return { show: () => undefined, end: () => undefined }
  const width = 30
  let shownMs = 0
  return {
    show(bytes) {
      if (performance.now() - shownMs < 100) return
      shownMs = performance.now()
      const filled = total > 0 ? Math.min(width, Math.round((bytes / total) * width)) : 0
      const bar = total > 0 ? `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ` : ''
      process.stderr.write(`\r${bar}${(bytes / 1e6).toFixed(1)} MB`)
    },
    end: () => void process.stderr.write('\r\u001b[K'),
  }
}
