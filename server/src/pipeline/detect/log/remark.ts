import { type EntityId, entityName, entityOf } from '@aiops/contract/model/entity'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { ChangeRepository } from '../../../port/change-repository.ts'
import type { Finding } from './finding.ts'
import { lengthOf, short } from './new-pattern.ts'

/** A change so long before may be the reason. */
const lookbackMs = 15 * 60_000
/** Services whose version is remembered. */
const versionsMax = 10_000

type Version = { version: string; sinceMs: number; before: string }

/** What was done to a service shortly before something new was seen of it: changes that were told, and versions that its telemetry names. */
export class Remarks {
  readonly #changes: Pick<ChangeRepository, 'list'>
  readonly #versions = new Map<string, Version>()

  constructor(changes: Pick<ChangeRepository, 'list'>) {
    this.#changes = changes
  }

  /** Telemetry of a service names this version; '' where it names none. */
  saw(tenant: TenantId, name: string, version: string, timeMs: number): void {
    if (version === '') return
    const key = `${tenant}\u0000${name}`
    const known = this.#versions.get(key)
    if (known?.version === version) return
    if (!known && this.#versions.size >= versionsMax) this.#versions.clear()
    // The old version's last lines may come after the new one's first.
    if (known?.before === version && timeMs - known.sinceMs < lookbackMs) return
    this.#versions.set(key, {
      version,
      sinceMs: known ? timeMs : Number.NEGATIVE_INFINITY,
      before: known?.version ?? '',
    })
  }

  /** '' where nothing is known. */
  async of({ tenant, series, startedMs }: Finding): Promise<string> {
    const entity = entityOf(series.labels)
    if (entity === undefined) return ''
    const { changes } = await this.#changes.list(tenant, {
      startMs: startedMs - lookbackMs,
      endMs: startedMs + 60_000,
      entities: [entity],
      kinds: ['ROLLOUT', 'CONFIG'],
      sources: [],
      limit: 1,
      offset: 0,
    })
    const change = changes[0]
    if (change) return `${short(change.summary)}, ${whenOf(startedMs - Date.parse(change.at))}`
    return this.#versionRemark(tenant, entity, startedMs)
  }

  #versionRemark(tenant: TenantId, entity: EntityId, startedMs: number): string {
    const known = this.#versions.get(`${tenant}\u0000${entityName(entity)}`)
    if (!known || startedMs - known.sinceMs > lookbackMs) return ''
    return `version ${short(known.version)} came after ${short(known.before)}, ${whenOf(startedMs - known.sinceMs)}`
  }
}

const whenOf = (ms: number): string => (ms < 1_000 ? 'at that time' : `${lengthOf(ms / 1_000)} before`)
