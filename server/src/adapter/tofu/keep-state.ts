import * as system from 'node:fs/promises'
import { join } from 'node:path'
import { isoTime } from '../../kernel/clock.ts'
import { createDurableFiles } from '../../port/durable-files.ts'

const files = createDurableFiles(system)

/**
 * Keeps a state that no backend took as a file named after the time, and gives its path. On disk when it resolves: without it nobody would
 * know what was made.
 */
export async function keepState(left: string, folder: string, nowMs: number): Promise<string> {
  await files.makeFolder(folder)
  const kept = join(folder, `${isoTime(nowMs).replaceAll(':', '-')}.tfstate`)
  const content = await system.readFile(left)
  await files.replace(kept, (file) => file.writeFile(content))
  return kept
}
