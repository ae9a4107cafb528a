import type { Slo } from '@aiops/contract/model/slo'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault, messageOf } from '../../kernel/fault.ts'
import type { SloRepository } from '../../port/slo-repository.ts'
import type { TrackedSlo } from './tracked-slo.ts'

type Problem = { file: string; message: string }

export type SloTableDeps = {
  repository: Pick<SloRepository, 'list'>
  documented(tenant: TenantId): readonly Slo[]
  /** Throws for one whose indicator cannot be read. */
  track(tenant: TenantId, slo: Slo): TrackedSlo
  slosMax: number
}

/** Every objective that is counted, of records and of documents, by tenant and id. */
export class SloTable {
  readonly #deps: SloTableDeps
  readonly #tracked = new Map<TenantId, Map<string, TrackedSlo>>()
  /** Documents that cannot be used for what else there is. */
  readonly #refused = new Map<TenantId, readonly Problem[]>()

  constructor(deps: SloTableDeps) {
    this.#deps = deps
  }

  all(tenant: TenantId): TrackedSlo[] {
    return [...this.#of(tenant).values()]
  }

  refused(tenant: TenantId): readonly Problem[] {
    return this.#refused.get(tenant) ?? []
  }

  /** Throws NOT_FOUND. */
  find(tenant: TenantId, id: string): TrackedSlo {
    const found = this.#tracked.get(tenant)?.get(id)
    if (!found) throw unknown(id)
    return found
  }

  /** One that the API may change. Throws NOT_FOUND, and CONFLICT for one of a document. */
  own(tenant: TenantId, id: string): Slo {
    const { slo } = this.find(tenant, id)
    if (slo.document !== null)
      throw new Fault('CONFLICT', `${slo.name} comes from the document ${slo.document}; change it there.`)
    return slo
  }

  /** Throws CONFLICT where another has the name, VALIDATION_FAILED where one more is too many. */
  admit(tenant: TenantId, { id, name }: Slo): void {
    const { slosMax } = this.#deps
    for (const { slo } of this.all(tenant))
      if (slo.name === name && slo.id !== id)
        throw new Fault('CONFLICT', `There is an objective ${name} already.`)
    if (!this.#of(tenant).has(id) && this.#of(tenant).size >= slosMax)
      throw new Fault('VALIDATION_FAILED', `There are ${slosMax} objectives already (slo.slos_max).`)
  }

  /** As it is where it only reads otherwise, counted anew where it measures something else. */
  put(tenant: TenantId, slo: Slo, made?: TrackedSlo): TrackedSlo {
    const before = this.#of(tenant).get(slo.id)
    if (before?.fits(slo)) {
      before.slo = slo
      return before
    }
    const one = made ?? this.#deps.track(tenant, slo)
    this.#of(tenant).set(slo.id, one)
    return one
  }

  delete(tenant: TenantId, id: string): void {
    this.#of(tenant).delete(id)
  }

  has(tenant: TenantId, one: TrackedSlo): boolean {
    return this.#of(tenant).get(one.slo.id) === one
  }

  /** Brings what is tracked in line with the records and the documents. */
  async align(tenant: TenantId): Promise<void> {
    const { repository, documented, slosMax } = this.#deps
    const wanted = await repository.list(tenant)
    const names = new Set(wanted.map(({ name }) => name))
    const wrong: Problem[] = []
    for (const slo of documented(tenant)) {
      if (names.has(slo.name))
        wrong.push({ file: slo.document ?? '', message: `There is another objective ${slo.name}.` })
      else wanted.push(slo)
      names.add(slo.name)
    }
    if (wanted.length > slosMax)
      wrong.push({ file: '', message: `Objectives beyond slo.slos_max (${slosMax}) are left out.` })
    const ids = new Set<string>()
    for (const slo of wanted.slice(0, slosMax)) {
      try {
        this.put(tenant, slo)
        ids.add(slo.id)
      } catch (error) {
        // Of a record that an earlier version took.
        wrong.push({ file: slo.document ?? slo.name, message: messageOf(error) })
      }
    }
    this.#refused.set(tenant, wrong)
    for (const id of this.#of(tenant).keys()) if (!ids.has(id)) this.delete(tenant, id)
  }

  #of(tenant: TenantId): Map<string, TrackedSlo> {
    const known = this.#tracked.get(tenant) ?? new Map<string, TrackedSlo>()
    this.#tracked.set(tenant, known)
    return known
  }
}

export const unknown = (id: string): Fault => new Fault('NOT_FOUND', `There is no objective ${id}.`)
