import { widened } from '../../kernel/column.ts'
import type { Registrations } from './registration.ts'
import { noEntity, type Place } from './silence.ts'

/** Where series belong, as columns by their index: number of the entity, of that one's cohort, of the tenant, and whether they are steady. */
export class SeriesPlaces {
  entities = new Uint32Array(256).fill(noEntity)
  cohorts = new Uint32Array(256)
  tenants = new Uint32Array(256)
  steady = new Uint8Array(256)

  get sizeBytes(): number {
    return this.entities.byteLength * 3 + this.steady.byteLength
  }

  /** Makes room for an index; columns taken before are gone. */
  reserve(index: number): void {
    const size = this.entities.length
    if (index < size) return
    const next = Math.max(Math.ceil(size * 1.5), index + 1)
    this.entities = widened(this.entities, next).fill(noEntity, size)
    this.cohorts = widened(this.cohorts, next)
    this.tenants = widened(this.tenants, next)
    this.steady = widened(this.steady, next)
  }

  /** Of the series at place `i` of those registered; its tenant is known already. */
  take(index: number, { entities, cohorts, steady }: Registrations, i: number): void {
    this.entities[index] = entities[i] as number
    this.cohorts[index] = cohorts[i] as number
    this.steady[index] = steady[i] as number
  }

  of(index: number): Place {
    return {
      entity: this.entities[index] ?? noEntity,
      cohort: this.cohorts[index] ?? 0,
      steady: this.steady[index] === 1,
    }
  }

  save() {
    return { entities: this.entities, cohorts: this.cohorts, tenants: this.tenants, steady: this.steady }
  }
  load({ entities, cohorts, tenants, steady }: ReturnType<SeriesPlaces['save']>): void {
    this.entities = entities
    this.cohorts = cohorts
    this.tenants = tenants
    this.steady = steady
  }
}
