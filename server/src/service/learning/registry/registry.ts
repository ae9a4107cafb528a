import { createHash } from 'node:crypto'
import type {
  DetectionModelKind,
  ModelVersion,
  ModelVersionState,
  ShadowScore,
} from '@aiops/contract/model/detection-model'
import type { TenantId } from '@aiops/contract/model/tenant'
import { canonicalJson } from '../../../kernel/canonical-json.ts'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { StoredModel } from '../../../port/model-repository.ts'
import type { RecordStore, Repositories } from '../../../port/record-store.ts'

/** A version that is to be made; the registry adds its number, its hashes and its times. */
export type Draft = Pick<
  ModelVersion,
  'training' | 'parameters' | 'validation' | 'corrections' | 'created_by' | 'trigger'
> & {
  document: unknown
  inputs: unknown
}

export type Entry = { percent?: number; reason: string; shadow?: ShadowScore | null }

/** A document is refused beyond this. */
const documentBytesMax = 16 * 1024 * 1024

/** What hashes are of: one text for one value. */
export const textOf = canonicalJson
export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * Models and their versions. Which version is in force is one pointer, moved in the same transaction as the states of all versions that
 * it touches: a process that is killed leaves the one before or the one after. Documents never change.
 */
export class ModelRegistry {
  readonly #records: RecordStore
  readonly #clock: Clock
  readonly #kept: number

  /** `kept`: of each, so many that retired and that were rolled back. */
  constructor(records: RecordStore, clock: Clock, kept: number) {
    this.#records = records
    this.#clock = clock
    this.#kept = kept
  }

  /** The model of that id, made where there is none yet. */
  async ensure(tenant: TenantId, id: string, kind: DetectionModelKind): Promise<StoredModel> {
    return this.#records.transaction(async ({ models }) => {
      const known = await models.model(tenant, id)
      if (known) return known
      const at = isoTime(this.#clock.now())
      const made = {
        id,
        tenant_id: tenant,
        kind,
        champion: null,
        candidate: null,
        created_at: at,
        updated_at: at,
      }
      await models.saveModel(made)
      return made
    })
  }

  models(tenant: TenantId): Promise<StoredModel[]> {
    return this.#records.models.models(tenant)
  }
  async model(tenant: TenantId, id: string): Promise<StoredModel> {
    return modelOf(this.#records, tenant, id)
  }
  async versions(tenant: TenantId, id: string): Promise<ModelVersion[]> {
    await this.model(tenant, id)
    return this.#records.models.versions(tenant, id)
  }
  version(tenant: TenantId, id: string, number: number): Promise<ModelVersion> {
    return versionOf(this.#records, tenant, id, number)
  }
  /** Throws NOT_FOUND where it is gone. */
  async document(tenant: TenantId, sha256: string): Promise<unknown> {
    const body = await this.#records.models.document(tenant, sha256)
    if (body === undefined) throw new Fault('NOT_FOUND', `There is no document ${sha256}.`)
    return JSON.parse(body)
  }

  /** A new candidate, in shadow; one that was still in shadow gives way to it. */
  add(tenant: TenantId, id: string, draft: Draft): Promise<ModelVersion> {
    const document = textOf(draft.document)
    const inputs = textOf(draft.inputs)
    if (document.length + inputs.length > documentBytesMax)
      return Promise.reject(new Fault('CONFLICT', 'What was learned is too large to keep.'))
    const { training, parameters, validation, corrections, created_by, trigger } = draft
    return this.#records.transaction(async (inside) => {
      const model = await modelOf(inside, tenant, id)
      const at = isoTime(this.#clock.now())
      const version: ModelVersion = {
        ...{ model_id: id, tenant_id: tenant, number: (await inside.models.lastNumber(tenant, id)) + 1 },
        ...{ state: 'SHADOW', percent: 0, sha256: sha256Of(document), inputs_sha256: sha256Of(inputs) },
        ...{ size_bytes: Buffer.byteLength(document), training, parameters, validation, shadow: null },
        ...{ corrections, parent: model.champion, created_at: at, created_by, trigger },
        ...{ reason: 'judged beside the one in force', entered_at: at, promoted_at: null, retired_at: null },
      }
      await this.#drop(inside, model, `version ${version.number} took its place`)
      await inside.models.putDocument(tenant, version.sha256, document)
      await inside.models.putDocument(tenant, version.inputs_sha256, inputs)
      await inside.models.saveVersion(version)
      await this.#point(inside, { ...model, candidate: version.number })
      await this.#prune(inside, tenant, id)
      return version
    })
  }

  /** A step of the roll-out, or a new shadow score in the same one. */
  enter(
    tenant: TenantId,
    id: string,
    number: number,
    state: ModelVersionState,
    entry: Entry,
  ): Promise<ModelVersion> {
    return this.#records.transaction(async (inside) => {
      const version = await versionOf(inside, tenant, id, number)
      const moved =
        version.state !== state || (entry.percent !== undefined && entry.percent !== version.percent)
      const entered: ModelVersion = {
        ...{ ...version, state, reason: entry.reason },
        percent: entry.percent ?? version.percent,
        shadow: entry.shadow === undefined ? version.shadow : entry.shadow,
        entered_at: moved ? isoTime(this.#clock.now()) : version.entered_at,
      }
      await inside.models.saveVersion(entered)
      return entered
    })
  }

  /** In force for all from here on; the one before retires. */
  promote(tenant: TenantId, id: string, number: number, reason: string): Promise<ModelVersion> {
    return this.#records.transaction(async (inside) => {
      const model = await modelOf(inside, tenant, id)
      const version = await versionOf(inside, tenant, id, number)
      if (model.champion === number) throw new Fault('CONFLICT', `Version ${number} is in force already.`)
      const at = isoTime(this.#clock.now())
      if (model.champion !== null) {
        const before = await versionOf(inside, tenant, id, model.champion)
        const retired = { state: 'RETIRED' as const, percent: 0, entered_at: at, retired_at: at }
        await inside.models.saveVersion({ ...before, ...retired, reason: `version ${number} took its place` })
      }
      if (model.candidate !== null && model.candidate !== number)
        await this.#drop(inside, model, `version ${number} was put in force`)
      const champion: ModelVersion = {
        ...{ ...version, state: 'CHAMPION', percent: 100, reason, entered_at: at },
        ...{ promoted_at: at, retired_at: null, parent: model.champion ?? version.parent },
      }
      await inside.models.saveVersion(champion)
      await this.#point(inside, { ...model, champion: number, candidate: null })
      await this.#prune(inside, tenant, id)
      return champion
    })
  }

  /** Takes back the candidate where there is one, else the champion for the one that was before it. */
  rollback(tenant: TenantId, id: string, reason: string): Promise<StoredModel> {
    return this.#records.transaction(async (inside) => {
      const model = await modelOf(inside, tenant, id)
      if (model.candidate !== null) {
        await this.#drop(inside, model, reason)
        return this.#point(inside, { ...model, candidate: null })
      }
      if (model.champion === null)
        throw new Fault('CONFLICT', 'There is no version in force that could be taken back.')
      const at = isoTime(this.#clock.now())
      const champion = await versionOf(inside, tenant, id, model.champion)
      const taken = { state: 'ROLLED_BACK' as const, percent: 0, entered_at: at, retired_at: at, reason }
      await inside.models.saveVersion({ ...champion, ...taken })
      const versions = await inside.models.versions(tenant, id)
      const before = versions.find(({ state, number }) => state === 'RETIRED' && number < champion.number)
      if (before)
        await inside.models.saveVersion({
          ...{
            ...before,
            state: 'CHAMPION',
            percent: 100,
            entered_at: at,
            promoted_at: at,
            retired_at: null,
          },
          reason: `version ${champion.number} was taken back`,
        })
      return this.#point(inside, { ...model, champion: before?.number ?? null })
    })
  }

  async #drop(inside: Repositories, model: StoredModel, reason: string): Promise<void> {
    if (model.candidate === null) return
    const candidate = await versionOf(inside, model.tenant_id, model.id, model.candidate)
    const at = isoTime(this.#clock.now())
    const dropped = { state: 'ROLLED_BACK' as const, percent: 0, entered_at: at, retired_at: at, reason }
    await inside.models.saveVersion({ ...candidate, ...dropped })
  }

  async #point(inside: Repositories, model: StoredModel): Promise<StoredModel> {
    const moved = { ...model, updated_at: isoTime(this.#clock.now()) }
    await inside.models.saveModel(moved)
    return moved
  }

  /** Keeps what is in force or on its way, and the newest of the rest. */
  async #prune(inside: Repositories, tenant: TenantId, id: string): Promise<void> {
    const versions = await inside.models.versions(tenant, id)
    const gone = (['RETIRED', 'ROLLED_BACK'] as const).flatMap((ended) =>
      versions
        .filter(({ state }) => state === ended)
        .slice(this.#kept)
        .map(({ number }) => number),
    )
    await inside.models.deleteVersions(tenant, id, gone)
    if (gone.length === 0) return
    const kept: string[] = []
    for (const model of await inside.models.models(tenant))
      for (const one of await inside.models.versions(tenant, model.id))
        kept.push(one.sha256, one.inputs_sha256)
    await inside.models.pruneDocuments(tenant, kept)
  }
}

async function modelOf(
  { models }: Pick<Repositories, 'models'>,
  tenant: TenantId,
  id: string,
): Promise<StoredModel> {
  const model = await models.model(tenant, id)
  if (!model) throw new Fault('NOT_FOUND', `There is no model ${id}.`)
  return model
}

async function versionOf(
  { models }: Pick<Repositories, 'models'>,
  tenant: TenantId,
  id: string,
  number: number,
): Promise<ModelVersion> {
  const version = await models.version(tenant, id, number)
  if (!version) throw new Fault('NOT_FOUND', `There is no version ${number} of ${id}, or it is kept no more.`)
  return version
}
