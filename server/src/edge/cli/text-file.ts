import { createReadStream, createWriteStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type Readable, Writable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Fault, messageOf } from '../../kernel/fault.ts'

/** A file, unzipped where its name ends in .gz, or standard input for `-`. Throws INVALID_REQUEST where it cannot be read. */
export async function sourceOf(input: string): Promise<Readable> {
  if (input === '-') return process.stdin
  const file = createReadStream(input)
  await new Promise<void>((opened, failed) =>
    file.once('open', () => opened()).once('error', (error) => failed(unreadable(input, error))),
  )
  if (!input.endsWith('.gz')) return file
  const unzipped = createGunzip()
  file.once('error', (error) => unzipped.destroy(error))
  return file.pipe(unzipped)
}

/**
 * The whole of a file, or of standard input for `-`. Throws INVALID_REQUEST where it cannot be read, and where it is no text: what is
 * binary would be sent, stored and shown as nonsense.
 */
export function textOf(input: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(input === '-' ? 0 : input)
  } catch (error) {
    throw unreadable(input, error)
  }
  if (bytes.includes(0)) throw new Fault('INVALID_REQUEST', `${input} is no text file.`)
  return bytes.toString('utf8')
}

/** The system's own reason, such as `no such file or directory`, without its code and the path once more. */
export function unreadable(input: string, error: unknown): Fault {
  const reason = messageOf(error)
    .replace(/^[A-Z]+: /, '')
    .replace(/, \w+( '.*')?$/, '')
  return new Fault('INVALID_REQUEST', `${input} cannot be read (${reason}): check the path.`, {
    cause: error,
  })
}

export async function* linesOf(source: Readable): AsyncGenerator<string> {
  let failure: Error | undefined
  source.once('error', (error) => {
    failure = error
  })
  for await (const line of createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (failure) throw failure
    yield line
  }
  if (failure) throw failure
}

/** Standard output stays open for whoever else writes to it; one error reaches its writer, not the process. */
export function sinkOf(output: string): Writable {
  if (output !== '-') return createWriteStream(output)
  process.stdout.on('error', () => undefined)
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      process.stdout.write(chunk, (error) => done(error ?? null))
    },
  })
}
