import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createSecretFolder } from '../../adapter/folder/secret-folder.ts'
import {
  type CheckReport,
  checkData,
  lockFolder,
  newestPosition,
  restoreBackup,
  writeBackup,
} from '../../adapter/sqlite/index.ts'
import { systemClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import { loadConfig } from '../config.ts'
import { openObjectStore } from '../storage/object-store.ts'
import { version } from '../version.ts'

/** What the command line does to a data folder that no server has open. */
export type DataCare = {
  backup(options: {
    to: string
    data?: string
  }): Promise<{ id: string; bytes: number; files: number; position: number; seconds: number }>
  restore(options: { from: string; id?: string; data?: string }): Promise<{
    id: string
    folder: string
    bytes: number
    position: number
    createdAt: string
    seconds: number
  }>
  check(options: { data?: string; repair: boolean }): Promise<CheckReport & { folder: string }>
}

const configOf = (data: string | undefined) =>
  loadConfig({ environment: process.env, flags: { data_folder: data } }).config

export const dataCare: DataCare = {
  async backup({ to, data }) {
    const folder = existing(configOf(data).data_folder)
    const startedMs = systemClock.monotonic()
    const unlock = lockFolder(folder)
    const target = await openObjectStore(to, secretsOf(data))
    try {
      const position = async (): Promise<number> => newestPosition(folder)
      const { id, manifest } = await writeBackup({ folder, target, clock: systemClock, version, position })
      const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
      const seconds = (systemClock.monotonic() - startedMs) / 1_000
      return { id, bytes, files: manifest.files.length, position: manifest.position, seconds }
    } finally {
      await target.close()
      unlock()
    }
  },
  async restore({ from, id, data }) {
    const folder = configOf(data).data_folder
    const startedMs = systemClock.monotonic()
    const source = await openObjectStore(existingSource(from), secretsOf(data))
    try {
      const restored = await restoreBackup(source, folder, id)
      const bytes = restored.manifest.files.reduce((sum, file) => sum + file.bytes, 0)
      return {
        id: restored.id,
        folder,
        bytes,
        position: restored.manifest.position,
        createdAt: restored.manifest.created_at,
        seconds: (systemClock.monotonic() - startedMs) / 1_000,
      }
    } finally {
      await source.close()
    }
  },
  async check({ data, repair }) {
    const config = configOf(data)
    const folder = existing(config.data_folder)
    const objects =
      config.store.cold.url === '' ? undefined : await openObjectStore(config.store.cold.url, secretsOf(data))
    const nowMs = systemClock.now()
    const report = await checkData({ folder, repair, nowMs, ...(objects ? { objects } : {}) })
    await objects?.close()
    return { folder, ...report }
  },
}

/** As the server finds them; of a folder that is yet to be made, the environment's alone. */
function secretsOf(data: string | undefined): SecretSource {
  const config = configOf(data)
  const folder = config.act.secret_folder
  return createSecretFolder(folder === '' ? join(config.data_folder, 'secrets') : folder)
}

function existing(folder: string): string {
  if (existsSync(folder)) return folder
  throw new Fault('NOT_FOUND', `There is no data folder ${folder}; name it with --data.`)
}
/** Opening a folder of objects makes it: a mistyped one must not appear. */
function existingSource(from: string): string {
  const path = from.replace(/^folder:(\/\/(?=\/))?/, '')
  if (/^[a-z][a-z0-9]+:/.test(path) || existsSync(path)) return from
  throw new Fault('NOT_FOUND', `There is no folder ${path}.`)
}
