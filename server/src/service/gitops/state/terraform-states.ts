import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { z } from 'zod'
import type { Clock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { SecretOwner, SecretStore } from '../../../port/secret-store.ts'
import type { StateKey, StateLock, StateRepository, StoredState } from '../../../port/state-repository.ts'
import type { HeldLock, TerraformState, TerraformStates } from '../../../port/terraform-states.ts'
import type { TerraformStateConfig } from './config.ts'

export type TerraformStatesDeps = {
  clock: Clock
  metrics: Metrics
  states: StateRepository
  /** With master keys of its own: whoever retires those of others must not take the states along. */
  secrets: SecretStore
  /** What was done by force, or taken back, is in the audit log. */
  audit(record: StateAudit): Promise<void>
}

export type StateAudit = {
  tenant: string
  actor: string
  action: 'writeTerraformState' | 'unlockTerraformState' | 'rollbackTerraformState' | 'deleteTerraformState'
  resource: string
  details: Record<string, unknown>
}

const lockBytesMax = 65_536
const statesMax = 10_000
/** Levels within one another. */
const depthMax = 1_000

/** Of a state file, format 4; OpenTofu's encrypted ones have these two as well. The rest is opaque. */
const Head = z.object({
  serial: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  lineage: z.string().min(1).max(200),
})
const LockInfo = z.object({ ID: z.string().min(1).max(200) })

const zip = promisify(gzip)
const unzip = promisify(gunzip)

export function createTerraformStates(
  { clock, metrics, states, secrets, audit }: TerraformStatesDeps,
  config: TerraformStateConfig,
): TerraformStates {
  const requests = metrics.counter(
    'aiops_terraform_state_requests_total',
    'Reads and changes of Terraform states.',
    ['operation', 'outcome'],
  )
  const count = (operation: string, outcome: string): void => requests.inc({ operation, outcome })

  async function opened(key: StateKey, stored: StoredState): Promise<TerraformState> {
    const { sealed, ...version } = stored
    const packed = await secrets.open(sealed, ownerOf(key, stored.number))
    const body = await unzip(packed, { maxOutputLength: config.size_bytes_max })
    if (sha256Of(body) !== version.sha256)
      throw new Fault('INTERNAL', `Version ${version.number} of the state is damaged; roll back to another.`)
    return { ...version, body }
  }

  /** Throws CONFLICT where somebody was quicker; gives the lock where it is another's. */
  async function add(
    key: StateKey,
    content: { body: Uint8Array; serial: number; lineage: string; deleted: boolean; after: number },
    { actor, lockId }: { actor: string; lockId: string | null },
  ): Promise<{ added: StoredState } | HeldLock> {
    const { body, serial, lineage, deleted } = content
    const number = content.after + 1
    const sealed = deleted ? '' : await secrets.seal(await zip(body), ownerOf(key, number))
    const added: StoredState = {
      ...{ number, serial, lineage, deleted, sha256: sha256Of(body), sizeBytes: body.length, sealed },
      ...{ createdMs: clock.now(), createdBy: actor },
    }
    const outcome = await states.add(key, added, { lockId, keep: config.versions_max })
    if (outcome === 'ADDED') return { added }
    if (outcome === 'MOVED_ON')
      throw new Fault('CONFLICT', 'The state was changed by somebody else at the same moment; plan again.')
    const held = await states.lockOf(key)
    if (held) return { held }
    throw new Fault('CONFLICT', 'The lock of the state was given back at this moment; try again.')
  }

  const service: TerraformStates = {
    async read(key) {
      const stored = await states.newest(key)
      count('READ', stored && !stored.deleted ? 'SUCCESS' : 'NONE')
      return stored && !stored.deleted ? opened(key, stored) : undefined
    },
    async readVersion(key, number) {
      const stored = await states.version(key, number)
      if (!stored || stored.deleted)
        throw new Fault('NOT_FOUND', `There is no version ${number} of this state.`)
      return opened(key, stored)
    },
    async write(key, body, by) {
      const { serial, lineage } = headOf(body, config.size_bytes_max)
      const before = await states.newest(key)
      const repeated = before !== undefined && !before.deleted && before.sha256 === sha256Of(body)
      if (before && !before.deleted && !repeated) refuseStale(before, { serial, lineage })
      if (repeated) return lockOfOthers(await states.lockOf(key), by.lockId)
      const content = { body, serial, lineage, deleted: false, after: before?.number ?? 0 }
      const outcome = await add(key, content, by)
      count('WRITE', 'held' in outcome ? 'LOCKED' : 'SUCCESS')
      if ('held' in outcome) return outcome
      const { number, sha256 } = outcome.added
      await audit({
        ...recordOf(key, by.actor),
        ...{ action: 'writeTerraformState', details: { number, serial, sha256 } },
      })
      return undefined
    },
    async delete(key, by) {
      const before = await states.newest(key)
      if (!before || before.deleted) return undefined
      const { serial, lineage, number } = before
      const content = { body: Buffer.alloc(0), serial, lineage, deleted: true, after: number }
      const outcome = await add(key, content, by)
      count('DELETE', 'held' in outcome ? 'LOCKED' : 'SUCCESS')
      if ('held' in outcome) return outcome
      await audit({
        ...recordOf(key, by.actor),
        action: 'deleteTerraformState',
        details: { number: number + 1 },
      })
      return undefined
    },
    async lock(key, info, actor) {
      const { id, text } = lockInfoOf(info)
      const lock: StateLock = { id, info: text, lockedMs: clock.now(), lockedBy: actor }
      const held = await states.lock(key, lock)
      count('LOCK', held ? 'LOCKED' : 'SUCCESS')
      return held && { held }
    },
    async unlock(key, info, actor) {
      if (info.length === 0) {
        if (await states.lockOf(key)) await service.release(key, actor)
        return undefined
      }
      const { id } = lockInfoOf(info)
      const released = await states.unlock(key, id)
      count('UNLOCK', released ? 'SUCCESS' : 'NONE')
      // Whoever meets a lock is told its ID, so that knowing it proves nothing.
      if (released && released.lockedBy !== actor) await audit(releaseOf(key, actor, released))
      // Released already, as far as this caller is concerned: the engine asks again where an answer was lost.
      return released ? undefined : lockOfOthers(await states.lockOf(key), id)
    },
    async release(key, actor) {
      const released = await states.unlock(key, null)
      if (!released) throw new Fault('NOT_FOUND', 'This state is not locked.')
      count('UNLOCK', 'FORCED')
      await audit(releaseOf(key, actor, released))
      return released
    },
    versions: (key) => states.versions(key, config.versions_max),
    async rollback(key, number, actor) {
      const [newest, wanted] = [await states.newest(key), await service.readVersion(key, number)]
      const serial = (newest?.serial ?? 0) + 1
      // The serial goes on, so that engines that saw the newer one take this one.
      const body = Buffer.from(
        JSON.stringify({ ...(JSON.parse(wanted.body.toString('utf8')) as object), serial }, null, 2),
      )
      const content = { body, serial, lineage: wanted.lineage, deleted: false, after: newest?.number ?? 0 }
      const outcome = await add(key, content, { actor, lockId: null })
      if ('held' in outcome) throw new Fault('CONFLICT', `The state is locked by ${outcome.held.lockedBy}.`)
      await audit({
        ...recordOf(key, actor),
        ...{ action: 'rollbackTerraformState', details: { number, as: outcome.added.number } },
      })
      const { sealed: _, ...version } = outcome.added
      return version
    },
    list: (tenant) => states.list(tenant, statesMax),
  }
  return service
}

/** The state of another stack, and what was made of a state that is no longer the newest. */
function refuseStale(before: StoredState, now: { serial: number; lineage: string }): void {
  if (now.lineage !== before.lineage)
    throw new Fault(
      'CONFLICT',
      `This is the state of something else: its lineage is ${now.lineage}, the one kept here ${before.lineage}.`,
    )
  if (now.serial <= before.serial)
    throw new Fault(
      'CONFLICT',
      `The state kept here has serial ${before.serial}, the one that was sent ${now.serial}: somebody else changed it; plan again.`,
    )
}

function headOf(body: Uint8Array, bytesMax: number): z.infer<typeof Head> {
  if (body.length > bytesMax) throw new Fault('BODY_TOO_LARGE', `A state may have ${bytesMax} bytes.`)
  const head = Head.safeParse(jsonOf(body))
  if (!head.success)
    throw new Fault('INVALID_REQUEST', 'The body is no state: it needs a serial and a lineage.')
  return head.data
}

function lockInfoOf(info: Uint8Array): { id: string; text: string } {
  const read = LockInfo.safeParse(info.length <= lockBytesMax ? jsonOf(info) : undefined)
  if (!read.success) throw new Fault('INVALID_REQUEST', 'The body is no lock information: it needs an ID.')
  return { id: read.data.ID, text: Buffer.from(info).toString('utf8') }
}

function jsonOf(bytes: Uint8Array): unknown {
  if (isDeep(bytes)) return undefined
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'))
  } catch {
    return undefined
  }
}

/** Before it is parsed: megabytes of brackets take seconds, and gigabytes of memory. */
function isDeep(bytes: Uint8Array): boolean {
  let depth = 0
  let inText = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!
    if (inText) {
      if (byte === 0x5c) at += 1
      else if (byte === 0x22) inText = false
    } else if (byte === 0x22) inText = true
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1
      if (depth > depthMax) return true
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1
  }
  return false
}

const lockOfOthers = (held: StateLock | undefined, id: string | null): HeldLock | undefined =>
  held && held.id !== id ? { held } : undefined

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Bound to what is sealed: a version opens as itself alone, whatever row it is put in. JSON, so that no two give the same text. */
const ownerOf = ({ tenant, project, name }: StateKey, number: number): SecretOwner => ({
  tenant,
  id: JSON.stringify(['terraform-state', project, name, number]),
})

const releaseOf = (key: StateKey, actor: string, { id, lockedBy, lockedMs }: StateLock): StateAudit => ({
  ...{ ...recordOf(key, actor), action: 'unlockTerraformState' },
  details: { lock_id: id, locked_by: lockedBy, locked_ms: lockedMs },
})

const recordOf = ({ tenant, project, name }: StateKey, actor: string) => ({
  ...{ tenant, actor, resource: `terraform-state/${project}/${name}` },
})
