import { createHash, timingSafeEqual } from 'node:crypto'
import { permissions } from '@aiops/contract/api/operation'
import { defaultTenant } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { AuditRepository } from '../../port/record-store.ts'
import type { IdentityConfig } from './config.ts'
import type { Identity, Principal } from './index.ts'
import type { LentKeys } from './lent-keys.ts'
import { permissionsOf } from './permission.ts'

/** Both spellings senders use: ours, and the one of Cortex, Mimir, Loki and Tempo. */
const tenantHeaders = ['x-tenant-id', 'x-scope-orgid']

/** Characters of what a caller can make long: an entry is kept for ever. */
const resourceMax = 2_000
const detailMax = 4_000

export function createIdentity(
  deps: { audit: Pick<AuditRepository, 'append'>; clock: Clock; lent?: LentKeys },
  config: IdentityConfig,
): Identity {
  const keys = config.api_keys.map((key) => ({ ...key, digest: Buffer.from(key.sha256, 'hex') }))

  function authenticate(headers: Readonly<Record<string, string | undefined>>): Principal {
    const named = tenantHeaders.map((name) => headers[name]).find((value) => value)
    if (named && !config.tenants.includes(named))
      throw new Fault('TENANT_UNKNOWN', `There is no tenant "${named.slice(0, 64)}" here.`)
    const lent = deps.lent?.principalOf(tokenOf(headers.authorization) ?? '')
    if (lent && named && named !== lent.tenant)
      throw new Fault('PERMISSION_DENIED', `This key does not belong to tenant "${named}".`)
    if (lent) return lent
    if (keys.length === 0) return { actor: 'local', tenant: named ?? defaultTenant, permissions }
    const key = keyOf(headers.authorization)
    if (!key) throw new Fault('UNAUTHENTICATED', 'Send an API key as "Authorization: Bearer <key>".')
    if (named && named !== key.tenant)
      throw new Fault('PERMISSION_DENIED', `This key does not belong to tenant "${named}".`)
    return { actor: key.name, tenant: key.tenant, permissions: permissionsOf[key.role] }
  }

  /** All keys are compared, each in constant time, so that timing tells nothing. */
  function keyOf(authorization: string | undefined) {
    const token = tokenOf(authorization)
    if (!token) return undefined
    const digest = createHash('sha256').update(token).digest()
    return keys.filter((key) => timingSafeEqual(key.digest, digest))[0]
  }

  return {
    required: keys.length > 0,
    authenticate,
    authorize(principal, permission) {
      if (permission && !principal.permissions.includes(permission)) {
        throw new Fault('PERMISSION_DENIED', `${principal.actor} lacks the permission ${permission}.`)
      }
    },
    holds(tenant, name, permission) {
      if (keys.length === 0) return name === 'local'
      const theirs = keys.filter((key) => key.tenant === tenant && key.name === name)
      return theirs.length > 0 && theirs.every(({ role }) => permissionsOf[role].includes(permission))
    },
    audit: (principal, action, resource, outcome, details = {}) =>
      deps.audit.append({
        at: isoTime(deps.clock.now()),
        tenant: principal.tenant,
        actor: principal.actor,
        action,
        resource: resource.slice(0, resourceMax),
        outcome,
        details: cut(details),
      }),
  }
}

const tokenOf = (authorization: string | undefined): string | undefined =>
  /^Bearer (\S{1,512})$/i.exec(authorization ?? '')?.[1]

const cut = (details: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, detailMax) : value,
    ]),
  )
