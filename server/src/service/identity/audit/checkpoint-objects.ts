import { type CheckpointLog, checkpointLineMax } from '../../../port/audit-checkpoint.ts'
import type { ObjectStore } from '../../../port/object-store.ts'

const prefix = 'audit-checkpoints/'

/** One object for each line, for folders and buckets that let nothing be written twice. One process appends. */
export function checkpointObjects(objects: ObjectStore, name: string): CheckpointLog {
  let next: Promise<number> | undefined
  /** The number after the newest object's. */
  async function count(): Promise<number> {
    let newest = 0
    for await (const { key } of objects.list(prefix))
      newest = Math.max(newest, Number(/(\d+)\.json$/.exec(key)?.[1] ?? 0))
    return newest + 1
  }
  return {
    name,
    async append(line) {
      next ??= count()
      const number = await next.catch((error) => {
        next = undefined
        throw error
      })
      next = Promise.resolve(number + 1)
      await objects.put(`${prefix}${String(number).padStart(12, '0')}.json`, Buffer.from(line))
    },
    async *lines() {
      for await (const { key, sizeBytes } of objects.list(prefix)) {
        if (!key.endsWith('.json')) continue
        const end = Math.min(sizeBytes, checkpointLineMax * 4)
        yield Buffer.from(await objects.get(key, { start: 0, end }))
          .toString('utf8')
          .slice(0, checkpointLineMax)
      }
    },
    async exists() {
      for await (const _ of objects.list(prefix)) return true
      return false
    },
  }
}
