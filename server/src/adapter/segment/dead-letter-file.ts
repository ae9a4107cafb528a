import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { DeadLetters } from '../../port/relay-log.ts'
import { durableFiles } from './durable-files.ts'

/**
 * One JSON object a line in `dead-letters.jsonl`; once that is half of what is allowed it becomes `dead-letters.1.jsonl`, in place of the one
 * before. On disk when `add` resolves: the request itself is let go of then.
 */
export async function openDeadLetterFile(
  folder: string,
  bytesMax: number,
  files = durableFiles,
): Promise<DeadLetters> {
  await files.makeFolder(folder)
  const path = join(folder, 'dead-letters.jsonl')
  let sizeBytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  )
  return {
    async add({ tenant, method, path: asked, headers, body, receivedMs }, status, reason, atMs) {
      const about = {
        ...{ set_aside_at: isoTime(atMs), received_at: isoTime(receivedMs), status, reason },
        ...{ tenant, method, path: asked, headers },
      }
      const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64')
      let line = JSON.stringify({ ...about, body: text })
      // What is larger than may be kept is told without its body.
      if (line.length > bytesMax / 2) line = JSON.stringify({ ...about, body_bytes: body.length })
      try {
        if (sizeBytes + line.length > bytesMax / 2 && sizeBytes > 0) {
          await files.rename(path, 'dead-letters.1.jsonl')
          sizeBytes = 0
        }
        sizeBytes = await files.appendLine(path, line)
      } catch (cause) {
        const { code = 'unknown error' } = cause as { code?: string }
        throw new Fault('STORAGE_UNAVAILABLE', `What was refused cannot be kept on disk (${code}).`, {
          cause,
        })
      }
    },
  }
}
