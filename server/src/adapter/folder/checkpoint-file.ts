import { open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { type CheckpointLog, checkpointLineMax } from '../../port/audit-checkpoint.ts'
import { durableFiles } from './durable-files.ts'

const chunkBytes = 65_536
const newline = 10

/** Lines in one file that only grows. Nothing is made before the first append; one process appends, others may read. */
export function createCheckpointFile(path: string): CheckpointLog {
  const fail = (error: unknown): never => {
    throw new Fault(
      'STORAGE_UNAVAILABLE',
      `The checkpoints in ${path} cannot be reached: ${messageOf(error)}.`,
      { cause: error },
    )
  }
  return {
    name: path,
    append: (line) => append(path, line).catch(fail),
    exists: () =>
      stat(path).then(
        ({ size }) => size > 0,
        (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? false : fail(error)),
      ),
    async *lines() {
      const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) =>
        error.code === 'ENOENT' ? undefined : fail(error),
      )
      if (!file) return
      try {
        yield* linesOf(file)
      } finally {
        await file.close()
      }
    },
  }
}

async function append(path: string, line: string): Promise<void> {
  await durableFiles.makeFolder(dirname(path))
  await durableFiles.appendLine(path, line)
}

/** Holds one piece of the file and one line, however long the lines are. */
async function* linesOf(file: Awaited<ReturnType<typeof open>>): AsyncIterable<string> {
  const buffer = Buffer.alloc(chunkBytes)
  let held = Buffer.alloc(0)
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, position).catch((error) => {
      throw new Fault('STORAGE_UNAVAILABLE', `Checkpoints cannot be read: ${messageOf(error)}.`)
    })
    if (bytesRead === 0) return
    position += bytesRead
    let from = 0
    for (let at = buffer.indexOf(newline); at !== -1 && at < bytesRead; at = buffer.indexOf(newline, from)) {
      yield textOf(Buffer.concat([held, buffer.subarray(from, at)]))
      held = Buffer.alloc(0)
      from = at + 1
    }
    // No character has more than four bytes: what is cut off here is longer than a line may be.
    if (held.length <= checkpointLineMax * 4)
      held = Buffer.concat([
        held,
        buffer.subarray(from, Math.min(bytesRead, from + checkpointLineMax * 4 + 1)),
      ])
  }
}

const textOf = (bytes: Buffer): string => bytes.toString('utf8').slice(0, checkpointLineMax)
