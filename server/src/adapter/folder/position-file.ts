import { readFileSync } from 'node:fs'
import { SerialExecutor } from '../../kernel/queue.ts'
import type { PositionKeeper } from '../../port/position-keeper.ts'
import { durableFiles } from './durable-files.ts'

/** Positions as a small JSON file, replaced as a whole. One that cannot be read counts as none: the log is read again. */
export function openPositionFile(path: string): PositionKeeper {
  const positions = readPositions(path)
  const writes = new SerialExecutor(path, 100)
  return {
    read: (store) => positions.get(store) ?? 0,
    save(store, position) {
      if (positions.get(store) === position) return writes.idle()
      return writes.run(async () => {
        // What is not in the file yet is not said to be held.
        await durableFiles.replace(
          path,
          JSON.stringify(Object.fromEntries([...positions, [store, position]])),
        )
        positions.set(store, position)
      })
    },
  }
}

function readPositions(path: string): Map<string, number> {
  try {
    const entries = Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)
    return new Map(entries.filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1])))
  } catch {
    return new Map()
  }
}
