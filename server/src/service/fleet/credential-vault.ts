import type { CredentialInput } from '@aiops/contract/api/cluster'
import type { ClusterTarget } from '@aiops/contract/model/cluster'
import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { SerialExecutor } from '../../kernel/queue.ts'
import type { ClusterRecord, ClusterRepository } from '../../port/cluster-repository.ts'
import type { HttpClient } from '../../port/http-client.ts'
import type { SecretStore } from '../../port/secret-store.ts'
import {
  type Access,
  accessOf,
  accessTo,
  claimsOf,
  expiryOf,
  grantOf,
  isRenewable,
  summaryOf,
  urlOf,
} from './access.ts'
import type { FleetConfig } from './config.ts'
import { type Entry, warningsOf } from './entry.ts'
import { nameOf } from './health.ts'
import { paceOf, targets } from './health-table.ts'
import type { StoredAnswer, Validation, ValidationAnswer } from './index.ts'
import { tokenOf } from './kubeconfig.ts'
import { newOidcToken, type OidcGrant } from './oidc-token.ts'
import { type Probed, probe } from './probe.ts'
import { newServiceAccountToken } from './service-account-token.ts'

export type CredentialVaultDeps = {
  clock: Clock
  log: Log
  clusters: ClusterRepository
  secrets: SecretStore
  http: HttpClient
  /** One write of the registry after another: nothing is sealed while a master key is being replaced. */
  writes: SerialExecutor
}

/**
 * Credentials of clusters: tried, sealed, opened when they are needed and kept open nowhere. Only this file sees them; faults that leave
 * it never quote them.
 */
export class CredentialVault {
  readonly #deps: CredentialVaultDeps
  readonly #config: FleetConfig
  #rotating = false
  /** When credentials that end soon were last seen to, by cluster. */
  readonly #seenTo = new Map<string, number>()
  constructor(deps: CredentialVaultDeps, config: FleetConfig) {
    this.#deps = deps
    this.#config = config
  }

  /** Undefined where none are stored. Throws CREDENTIALS_INVALID. */
  async open(entry: Entry): Promise<Access | undefined> {
    const { credential } = entry
    if (!credential) return undefined
    const owner = { tenant: credential.tenant_id, id: credential.cluster_id }
    try {
      return await this.#read(credential.sealed, owner)
    } catch (error) {
      // It was moved to another master key, or replaced, between the two.
      const again = entry.credential
      if (!again || again.sealed === credential.sealed) throw error
      return this.#read(again.sealed, owner)
    }
  }

  /** Tried at the cluster, then stored in place of what was. Throws CREDENTIALS_INVALID or CLUSTER_UNREACHABLE, and nothing changed. */
  async put(entry: Entry, input: CredentialInput): Promise<StoredAnswer> {
    const { record } = entry
    const grant = grantOf(input)
    const { timeoutMs } = paceOf[record.cluster_type]
    const oidc = grant && (await newOidcToken(this.#deps.http, grant, timeoutMs))
    return this.#store(entry, accessOf(input, record, this.#deps.clock.now(), oidc))
  }

  /** A new token of the service account that the stored token is of, or of the OpenID Connect provider. */
  async renewToken(entry: Entry): Promise<StoredAnswer> {
    const access = await this.open(entry)
    if (!access) throw noneStored(entry.record)
    if (access.oidc) return this.#renewOidc(entry, access, access.oidc)
    const token = access.api?.token
    const claims = token === undefined ? undefined : claimsOf(token)
    if (!claims?.sub?.startsWith('system:serviceaccount:'))
      throw new Fault(
        'CREDENTIALS_INVALID',
        'What is stored is no token of a service account, so the cluster cannot be asked for a new one: send the new credentials.',
      )
    const lifeSeconds =
      claims.exp === undefined || claims.iat === undefined ? undefined : claims.exp - claims.iat
    const { timeoutMs } = paceOf[entry.record.cluster_type]
    const fresh = await newServiceAccountToken(this.#deps.http, {
      ...{
        url: entry.record.api_server_url ?? '',
        access: accessTo(access, entry.record, 'API_SERVER'),
        timeoutMs,
      },
      ...{ subject: claims.sub, lifeSeconds },
    })
    return this.#store(entry, {
      ...access,
      api: { ...access.api, insecure: access.api?.insecure ?? false, token: fresh },
    })
  }

  async #renewOidc(entry: Entry, access: Access, grant: OidcGrant): Promise<StoredAnswer> {
    const { timeoutMs } = paceOf[entry.record.cluster_type]
    const fresh = await newOidcToken(this.#deps.http, grant, timeoutMs)
    const api = { ...access.api, insecure: false, token: tokenOf(fresh.token) }
    // The old refresh token may be worth nothing any more: the new one is kept though the cluster be away.
    return this.#store(entry, { ...access, api, oidc: fresh.grant }, true)
  }

  async validate(entry: Entry): Promise<ValidationAnswer> {
    const access = await this.open(entry)
    if (!access) throw noneStored(entry.record)
    const checks = await this.#try(entry.record, access)
    return {
      valid: checks.every(({ result }) => result !== 'UNHEALTHY'),
      validation: validationOf(checks),
      checks: checks.map(({ refused: _, ...check }) => check),
      expires_at: entry.credential?.summary.expires_at ?? null,
      warnings: warningsOf(entry, this.#deps.clock.now(), this.#config),
    }
  }

  async forget(entry: Entry): Promise<void> {
    if (!entry.credential) throw noneStored(entry.record)
    await this.#deps.writes.run(async () => {
      await this.#deps.clusters.deleteCredential(entry.record.id)
      entry.credential = undefined
    })
  }

  /** Tokens of service accounts that end soon and were given for a time are renewed; what fails is said and tried again. */
  async renewExpiring(entries: Iterable<Entry>): Promise<string[]> {
    const renewed: string[] = []
    for (const entry of entries) {
      const end = entry.credential?.summary.expires_at
      const nowMs = this.#deps.clock.now()
      const beforeMs = this.#renewBeforeMs(entry)
      if (!end || Date.parse(end) - nowMs > beforeMs) {
        this.#seenTo.delete(entry.key)
        continue
      }
      if (nowMs - (this.#seenTo.get(entry.key) ?? 0) < Math.max(60_000, beforeMs / 24)) continue
      this.#seenTo.set(entry.key, nowMs)
      const fields = { cluster: entry.record.name, tenant: entry.record.tenant_id, expires_at: end }
      try {
        const access = await this.open(entry)
        if (!this.#config.rotate_service_accounts || !access || !isRenewable(access)) {
          this.#deps.log.warn(fields, 'credentials of a cluster expire soon')
          continue
        }
        await this.renewToken(entry)
        renewed.push(entry.key)
        this.#deps.log.info(fields, 'credentials of a cluster were renewed')
      } catch (error) {
        this.#deps.log.warn(
          { ...fields, problem: messageOf(error) },
          'credentials of a cluster expire soon and could not be renewed',
        )
      }
    }
    return renewed
  }

  /** Every credential under a new master key. Each is moved by itself, between other writes, and readable all the while. */
  async rotateKey(
    entries: () => Iterable<Entry>,
  ): Promise<{ key_id: string; rewrapped: number; unreadable: number }> {
    if (this.#rotating) throw new Fault('CONFLICT', 'The master key is being replaced already.')
    this.#rotating = true
    const { writes, secrets, clusters, log } = this.#deps
    try {
      const key_id = await writes.run(() => secrets.renew())
      let rewrapped = 0
      let unreadable = 0
      for (const entry of [...entries()]) {
        await writes.run(async () => {
          const before = entry.credential
          if (!before) return
          try {
            const owner = { tenant: before.tenant_id, id: before.cluster_id }
            const sealed = await secrets.rewrap(before.sealed, owner)
            if (sealed === before.sealed) return
            if (await clusters.replaceSealed(before.cluster_id, before.sealed, sealed)) {
              entry.credential = { ...before, sealed }
              rewrapped += 1
            }
          } catch (error) {
            if (!isFault(error) || error.code !== 'CREDENTIALS_INVALID') throw error
            unreadable += 1
            log.warn(
              { cluster: entry.record.name, problem: messageOf(error) },
              'credentials cannot be moved to the new master key',
            )
          }
        })
      }
      if (unreadable === 0) await writes.run(() => secrets.retire())
      return { key_id, rewrapped, unreadable }
    } finally {
      this.#rotating = false
    }
  }

  /** A third of a short-lived token's time, else the time of the warning. */
  #renewBeforeMs({ credential }: Entry): number {
    const warningMs = durationMs(this.#config.expiry_warning)
    const { stored_at, expires_at } = credential?.summary ?? {}
    if (!stored_at || !expires_at) return warningMs
    return Math.min(warningMs, (Date.parse(expires_at) - Date.parse(stored_at)) / 3)
  }

  async #read(sealed: string, owner: { tenant: string; id: string }): Promise<Access> {
    return JSON.parse((await this.#deps.secrets.open(sealed, owner)).toString('utf8')) as Access
  }

  async #store(entry: Entry, access: Access, mayBeAway = false): Promise<StoredAnswer> {
    const { record } = entry
    const checks = await this.#try(record, access)
    for (const { target, refused, message } of checks)
      if (refused && (target === 'API_SERVER' || access.tokens[target] !== undefined))
        throw new Fault('CREDENTIALS_INVALID', `${nameOf[target]}: ${message}`)
    const [api] = checks
    if (api?.result !== 'HEALTHY' && !mayBeAway)
      throw new Fault(
        'CLUSTER_UNREACHABLE',
        `The credentials could not be tried. API server: ${api?.message}`,
      )
    const { clock, clusters, secrets, writes } = this.#deps
    await writes.run(async () => {
      const owner = { tenant: record.tenant_id, id: record.id }
      const plain = Buffer.from(JSON.stringify(access))
      const sealed = await secrets.seal(plain, owner)
      plain.fill(0)
      const stored = {
        cluster_id: record.id,
        tenant_id: record.tenant_id,
        sealed,
        summary: summaryOf(access, clock.now()),
      }
      await clusters.saveCredential(stored)
      entry.credential = stored
    })
    const endMs = expiryOf(access)
    const failing = checks.filter(({ result }) => result === 'UNHEALTHY')
    return {
      status: 'stored',
      validation: validationOf(checks),
      expires_at: endMs === undefined ? null : isoTime(endMs),
      warnings: [
        ...warningsOf(entry, clock.now(), this.#config),
        ...failing.map(({ target, message }) => `${nameOf[target]}: ${message}`),
      ],
    }
  }

  /** The API server and whatever backend there is, at once. */
  #try(record: ClusterRecord, access: Access): Promise<Probed[]> {
    const asked = targets.flatMap((target) => {
      const url = urlOf(record, target)
      return url === undefined ? [] : [{ target, url }]
    })
    return Promise.all(
      asked.map(({ target, url }) =>
        probe(
          this.#deps,
          { target, url, access: async () => accessTo(access, record, target) },
          paceOf[record.cluster_type].timeoutMs,
        ),
      ),
    )
  }
}

function validationOf(checks: readonly Probed[]): Validation {
  const of = (target: ClusterTarget) => checks.find((check) => check.target === target)?.result
  const prometheus = of('PROMETHEUS')
  return {
    api_server: of('API_SERVER') === 'HEALTHY',
    prometheus: prometheus === undefined ? null : prometheus === 'HEALTHY',
  }
}

const noneStored = ({ name }: ClusterRecord): Fault =>
  new Fault('CREDENTIALS_NOT_FOUND', `No credentials are stored for ${name}; upload some first.`)
