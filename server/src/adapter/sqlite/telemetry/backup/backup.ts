import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, isoTime } from '../../../../kernel/clock.ts'
import type { ObjectStore } from '../../../../port/object-store.ts'
import { type BackedUpFile, type Manifest, manifestName } from './manifest.ts'
import { snapshotDatabase } from './snapshot.ts'

/** A file goes in pieces of this size: what is held in memory at once. */
const partBytes = 16 * 1_048_576
/** Documents that people wrote (runbooks, rules) are carried along; secrets are not. */
const documentBytesMax = 1_048_576
const documentsMax = 2_000
/** What proves the audit log. Ahead of the databases: no checkpoint may tell of more entries than the backup holds. */
const proofs = ['audit/checkpoints.jsonl', 'audit/public-keys.pem']
const scratchPrefix = '.backup-'

export type BackupOptions = {
  /** The data folder. */
  folder: string
  target: ObjectStore
  clock: Clock
  version: string
  /** Name in the target; made of the time unless given. */
  id?: string
  /** The newest acknowledged position, asked for right before the copy is made. */
  position: () => Promise<number>
}
export type BackupResult = { id: string; manifest: Manifest }

/**
 * Copies a data folder that may be in use: each database as of one moment, taken one after the other, the telemetry first. All that was
 * acknowledged before the call is in it. `id` is the name in the target under which `restoreBackup` finds it.
 */
export async function writeBackup(options: BackupOptions): Promise<BackupResult> {
  const { folder, target, clock, version } = options
  const createdAt = isoTime(clock.now())
  const id = options.id ?? createdAt.replace(/[-:]|\.\d+/g, '')
  await removeScratch(folder)
  const scratch = join(folder, `${scratchPrefix}${randomBytes(4).toString('hex')}`)
  await mkdir(scratch, { mode: 0o700 })
  try {
    const position = await options.position()
    const files: BackedUpFile[] = []
    for (const name of proofs)
      if (await sizeOf(join(folder, name))) files.push(await upload(target, id, name, join(folder, name)))
    for (const name of ['telemetry.db', 'records.db']) {
      if (!(await sizeOf(join(folder, name)))) continue
      await snapshotDatabase(join(folder, name), join(scratch, name))
      files.push(await upload(target, id, name, join(scratch, name)))
      await rm(join(scratch, name))
    }
    for (const name of await documentsIn(folder))
      files.push(await upload(target, id, name, join(folder, name)))
    const manifest: Manifest = { format: 1, created_at: createdAt, version, position, files }
    await target.put(`${id}/${manifestName}`, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`))
    return { id, manifest }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Left by a process that died while it made a backup. */
async function removeScratch(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith(scratchPrefix)) await rm(join(folder, name), { recursive: true, force: true })
}

async function upload(target: ObjectStore, id: string, name: string, path: string): Promise<BackedUpFile> {
  const file = await open(path, 'r')
  const whole = createHash('sha256')
  const parts: BackedUpFile['parts'] = []
  let bytes = 0
  try {
    for (;;) {
      const buffer = new Uint8Array(partBytes)
      let filled = 0
      for (let read = -1; read !== 0 && filled < partBytes; filled += read)
        ({ bytesRead: read } = await file.read(buffer, filled, partBytes - filled))
      if (filled === 0 && parts.length > 0) break
      const body = buffer.subarray(0, filled)
      const key = `${id}/${name}.${String(parts.length).padStart(5, '0')}`
      await target.put(key, body)
      whole.update(body)
      parts.push({ key, bytes: filled, sha256: createHash('sha256').update(body).digest('hex') })
      bytes += filled
      if (filled < partBytes) break
    }
  } finally {
    await file.close()
  }
  return { name, bytes, sha256: whole.digest('hex'), parts }
}

async function documentsIn(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('.') || entry.name === 'secrets') continue
    for (const file of await readdir(join(folder, entry.name), { withFileTypes: true })) {
      if (!file.isFile() || !/^[A-Za-z0-9_-][A-Za-z0-9._-]*\.ya?ml$/.test(file.name)) continue
      const name = `${entry.name}/${file.name}`
      if (((await sizeOf(join(folder, name))) ?? 0) <= documentBytesMax) found.push(name)
    }
  }
  return found.sort().slice(0, documentsMax)
}

async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found?.size
}
