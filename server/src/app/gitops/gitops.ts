import { join } from 'node:path'
import type { TenantId } from '@aiops/contract/model/tenant'
import { isoTime } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/fault.ts'
import { type Ingest, labelFingerprint } from '../../pipeline/ingest/index.ts'
import type { FileReader } from '../../port/file-reader.ts'
import type { ObjectStore } from '../../port/object-store.ts'
import type { PlanEngine } from '../../port/plan-engine.ts'
import type { SecretStore } from '../../port/secret-store.ts'
import {
  createGitops,
  type FlowAlert,
  type Gitops,
  type GitopsConfig,
  type GitopsDeps,
  type PlanVault,
  type Repository,
} from '../../service/gitops/index.ts'
import { createPolicies } from '../../service/gitops/policy/index.ts'
import type { Identity } from '../../service/identity/index.ts'
import { openObjectStore } from '../storage/object-store.ts'
import { type ForgeParts, openForge } from './forges.ts'

type Given = Pick<
  GitopsDeps,
  | 'clock'
  | 'random'
  | 'log'
  | 'bus'
  | 'deployments'
  | 'tenants'
  | 'stackOf'
  | 'readPlan'
  | 'edit'
  | 'context'
  | 'query'
  | 'applied'
  | 'may'
  | 'unlock'
  | 'finding'
> & {
  forges: ForgeParts
  /** Seals plan files. */
  sealing: SecretStore
  files: Pick<FileReader, 'read'>
  identity: Pick<Identity, 'audit'>
  engine: PlanEngine | undefined
  /** Of the data. */
  folder: string
  /** Asked when it is needed: ingest is made later. */
  ingest(): Pick<Ingest, 'acceptAlerts'>
}

/** Changes through Git with their repositories, plan files and alerts. One that cannot be opened is shown as such and holds nobody up. */
export async function openGitops(given: Given, config: GitopsConfig): Promise<Gitops> {
  const { forges, sealing, files, identity, folder, ingest, clock, log } = given
  const url = config.objects_url === '' ? join(folder, 'objects') : config.objects_url
  const objects = await openObjectStore(url, forges.secrets)
  const { usable, unusable } = await openRepositories(config, forges, log)
  const gitops = createGitops(
    {
      ...given,
      repositories: (tenant) => usable.get(tenant) ?? [],
      unusable: (tenant) => unusable.get(tenant) ?? [],
      vault: planVault(objects, sealing),
      policies: createPolicies({
        ...{ clock, log },
        read: async () =>
          config.policy_file === ''
            ? undefined
            : { text: await files.read(config.policy_file), source: config.policy_file },
        program: config.rego_folder === '' ? undefined : await openProgram(config.rego_folder),
      }),
      audit: (tenant, actor, action, deployment, outcome, details) =>
        identity.audit(
          { actor, tenant, permissions: [] },
          action,
          `deployment/${deployment.id}`,
          outcome,
          details,
        ),
      alert: async (tenant, alert) => {
        try {
          await ingest().acceptAlerts(tenant, 'gitops', [alertOf(alert, clock.now())])
        } catch (error) {
          log.warn({ problem: messageOf(error) }, 'an alert of a deployment was not taken')
        }
      },
    },
    config,
  )
  return {
    ...gitops,
    async stop() {
      await gitops.stop()
      await objects.close()
    },
  }
}

/** Plan files hold secrets as the state does: each is sealed for its deployment before it is put away. */
export function planVault(objects: ObjectStore, sealing: SecretStore): PlanVault {
  const prefix = (tenant: TenantId, id: string): string =>
    `plans/${Buffer.from(tenant).toString('base64url')}/${id}/`
  const owner = (tenant: TenantId, id: string, sha256: string) => ({ tenant, id: `plan:${id}:${sha256}` })
  return {
    async put(tenant, id, sha256, file) {
      const sealed = await sealing.seal(file, owner(tenant, id, sha256))
      await objects.put(`${prefix(tenant, id)}${sha256}`, Buffer.from(sealed))
    },
    async get(tenant, id, sha256) {
      const key = `${prefix(tenant, id)}${sha256}`
      for await (const found of objects.list(key))
        if (found.key === key)
          return sealing.open(Buffer.from(await objects.get(key)).toString('utf8'), owner(tenant, id, sha256))
      return undefined
    },
    async delete(tenant, id) {
      for await (const { key } of objects.list(prefix(tenant, id))) await objects.delete(key)
    },
  }
}

async function openRepositories(config: GitopsConfig, forges: ForgeParts, log: Given['log']) {
  const usable = new Map<TenantId, Repository[]>()
  const unusable = new Map<TenantId, { name: string; forge: string; url: string; error: string }[]>()
  for (const entry of config.repositories) {
    const { tenant, name, stacks } = entry
    try {
      const forge = await openForge(entry, forges)
      const target = entry.default_branch ?? null
      const repository = { name, url: entry.url, forge, target, stacks }
      usable.set(tenant, [...(usable.get(tenant) ?? []), repository])
    } catch (error) {
      log.warn({ repository: name, problem: messageOf(error) }, 'a repository cannot be used')
      const known = unusable.get(tenant) ?? []
      unusable.set(tenant, [...known, { name, forge: entry.forge, url: entry.url, error: messageOf(error) }])
    }
  }
  return { usable, unusable }
}

async function openProgram(folder: string) {
  const { createOpaProgram } = await import('../../adapter/opa/index.ts')
  return createOpaProgram(folder)
}

/** Resolves by itself: what it says is an event, not a state. */
const alertLifeMs = 3_600_000

function alertOf({ name, severity, service, summary, deploymentId }: FlowAlert, nowMs: number) {
  const labels = { alertname: name, severity, service }
  return {
    ...{ name, severity, status: 'FIRING' as const, message: summary, labels },
    annotations: { summary, deployment: deploymentId },
    ...{ starts_at: isoTime(nowMs), expires_at: isoTime(nowMs + alertLifeMs), joins: true },
    fingerprint: labelFingerprint({ ...labels, deployment: deploymentId }),
    generator_url: `/deployments/${encodeURIComponent(deploymentId)}`,
  }
}
