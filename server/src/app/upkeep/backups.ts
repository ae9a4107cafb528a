import { randomBytes } from 'node:crypto'
import type { Backup } from '@aiops/contract/model/backup'
import { writeBackup } from '../../adapter/sqlite/index.ts'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { ObjectStore } from '../../port/object-store.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import { openObjectStore } from '../storage/object-store.ts'

const heldMax = 16

export type Backups = {
  /** Whose administrators may. */
  readonly tenant: string
  start(to: string): Promise<Backup>
  list(): Backup[]
  /** Resolves when none runs. */
  idle(): Promise<void>
}

/** Backups of the running platform, one at a time, told apart while the process lives. */
export function createBackups(deps: {
  tenant: string
  folder: string
  position: () => Promise<number>
  secrets: SecretSource
  clock: Clock
  log: Log
  version: string
}): Backups {
  const { clock, log } = deps
  const held: Backup[] = []
  let running: Promise<void> | undefined

  async function run(backup: Backup, target: ObjectStore): Promise<void> {
    const startedMs = clock.monotonic()
    try {
      const { manifest } = await writeBackup({ ...deps, target, id: backup.id })
      backup.position = manifest.position
      backup.files = manifest.files.length
      backup.bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
      backup.status = 'DONE'
      log.info({ id: backup.id, to: backup.to, bytes: backup.bytes }, 'A backup is complete')
    } catch (error) {
      backup.status = 'FAILED'
      backup.error = messageOf(error)
      log.error({ id: backup.id, to: backup.to, reason: backup.error }, 'A backup failed')
    }
    backup.seconds = (clock.monotonic() - startedMs) / 1_000
    backup.finished_at = isoTime(clock.now())
    await target.close()
  }
  return {
    tenant: deps.tenant,
    async start(to) {
      if (running) throw new Fault('CONFLICT', 'A backup is being made already; one at a time.')
      let began: (() => void) | undefined
      running = new Promise((resolve) => (began = resolve))
      try {
        const target = await openObjectStore(to, deps.secrets)
        const startedAt = isoTime(clock.now())
        const backup: Backup = {
          id: `${startedAt.replace(/[-:]|\.\d+/g, '')}-${randomBytes(2).toString('hex')}`,
          to,
          status: 'RUNNING',
          started_at: startedAt,
          finished_at: null,
          seconds: 0,
          position: null,
          bytes: 0,
          files: 0,
          error: null,
        }
        held.unshift(backup)
        held.splice(heldMax)
        running = run(backup, target).finally(() => (running = undefined))
        return { ...backup }
      } catch (error) {
        running = undefined
        throw error
      } finally {
        began?.()
      }
    },
    list: () => held.map((backup) => ({ ...backup })),
    idle: async () => running,
  }
}
