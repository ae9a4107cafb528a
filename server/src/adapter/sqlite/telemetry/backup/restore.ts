import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../../../kernel/fault.ts'
import type { ObjectStore } from '../../../../port/object-store.ts'
import { renewStoreId } from '../schema.ts'
import { type BackedUpFile, type Manifest, manifestName, parseManifest } from './manifest.ts'

/**
 * Brings a backup into an empty or absent data folder: every part and file checked against its SHA-256, every database by SQLite itself.
 * The folder appears whole or not at all. `id`: which backup; the newest unless said.
 */
export async function restoreBackup(
  source: ObjectStore,
  folder: string,
  id?: string,
): Promise<{ id: string; manifest: Manifest }> {
  const place = resolve(folder)
  await refuseFilled(place)
  const found = await manifestOf(source, id)
  const beside = join(dirname(place), `.${basename(place)}.restoring-${randomBytes(4).toString('hex')}`)
  await mkdir(beside, { recursive: true, mode: 0o700 })
  try {
    for (const file of found.manifest.files) await bring(source, file, join(beside, file.name))
    for (const { name } of found.manifest.files)
      if (name.endsWith('.db')) checkDatabase(join(beside, name), name)
    // Two stores that move old data to the same place must not take each other's objects for their own.
    if (found.manifest.files.some(({ name }) => name === 'telemetry.db'))
      renewStoreId(join(beside, 'telemetry.db'))
    await syncFolder(beside)
    await rmdir(place).catch(() => undefined)
    await rename(beside, place)
    await syncFolder(dirname(place))
  } catch (error) {
    await rm(beside, { recursive: true, force: true })
    throw error
  }
  return found
}

async function refuseFilled(folder: string): Promise<void> {
  const held = await readdir(folder).catch((error) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (held.length > 0)
    throw new Fault('CONFLICT', `${folder} is not empty; a backup is restored into an empty folder only.`)
}

async function manifestOf(
  source: ObjectStore,
  id: string | undefined,
): Promise<{ id: string; manifest: Manifest }> {
  const ids: string[] = []
  for await (const { key } of source.list(id === undefined ? '' : `${id}/`))
    if (key.endsWith(`/${manifestName}`) || key === manifestName) ids.push(key)
  const key = ids.sort().at(-1)
  if (key === undefined)
    throw new Fault(
      'NOT_FOUND',
      id === undefined ? 'There is no backup.' : `There is no backup ${id}, or it was never finished.`,
    )
  const manifest = parseManifest(await source.get(key), key)
  // A folder of one backup, named directly: its keys are all one level up.
  const prefix = key.slice(0, -manifestName.length)
  const files = manifest.files.map((file) => ({
    ...file,
    parts: file.parts.map((part) => ({
      ...part,
      key: `${prefix}${part.key.slice(part.key.indexOf('/') + 1)}`,
    })),
  }))
  return {
    id: prefix.replace(/\/$/, '') || (manifest.files[0]?.parts[0]?.key.split('/')[0] ?? ''),
    manifest: { ...manifest, files },
  }
}

async function bring(source: ObjectStore, file: BackedUpFile, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const out = await open(path, 'wx', 0o600)
  const whole = createHash('sha256')
  try {
    for (const part of file.parts) {
      const body = await source.get(part.key)
      if (createHash('sha256').update(body).digest('hex') !== part.sha256) throw damaged(part.key)
      whole.update(body)
      await out.writeFile(body)
    }
    if (whole.digest('hex') !== file.sha256) throw damaged(file.name)
    await out.sync()
  } finally {
    await out.close()
  }
}

function checkDatabase(path: string, name: string): void {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    const verdict = String(Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0])
    if (verdict !== 'ok') throw damaged(`${name} (${verdict})`)
  } finally {
    db.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const damaged = (what: string): Fault =>
  new Fault(
    'INVALID_REQUEST',
    `${what} of the backup is damaged: its checksum does not fit. Nothing was restored.`,
  )
