import type { Persona } from '@aiops/contract/model/persona'
import type { TenantId } from '@aiops/contract/model/tenant'

/** Personas that people made. Ids are unique within a tenant. */
export interface PersonaRepository {
  /** Throws CONFLICT where the tenant has one of this id. */
  insert(tenant: TenantId, persona: Persona): Promise<void>
  /** False, and nothing changed, where there is none of this id. */
  update(tenant: TenantId, persona: Persona): Promise<boolean>
  /** False where there was none. */
  delete(tenant: TenantId, id: string): Promise<boolean>
  get(tenant: TenantId, id: string): Promise<Persona | undefined>
  /** By id. */
  list(tenant: TenantId): Promise<Persona[]>
}
