import { Fault, messageOf } from '../../kernel/fault.ts'
import { createCommit } from './commit.ts'
import type { ForgeConfig } from './config.ts'
import { createExchange } from './exchange.ts'
import { createHookDelivery } from './hook-delivery.ts'
import type { ForgeDeps, ForgeService } from './index.ts'
import { openLocalForge } from './local-forge.ts'
import { createForgeProjects } from './projects.ts'
import { createForgeRequests } from './requests.ts'
import { Serial } from './serial.ts'
import { createForgeViews } from './views.ts'

const compareCommitsMax = 250
const branchesMax = 1_000
const tidyMs = 21_600_000

export function createForge(deps: ForgeDeps, config: ForgeConfig): ForgeService {
  const { git, records, log, clock } = deps
  const { login } = config
  const delivery = createHookDelivery(deps, config)
  const tell: typeof delivery.tell = (tenant, project, event) => {
    delivery.tell(tenant, project, event)
    deps.told?.(tenant, project, event.by)
  }
  const projects = createForgeProjects(deps, config)
  const requests = createForgeRequests({ ...deps, serial: new Serial(), login, tell })
  const commit = createCommit({ ...deps, projects, tell })
  const parts = { ...deps, projects, requests, login, tell, commit }
  const exchange = createExchange(parts)
  const system = (tenant: string) => ({ actor: login, tenant, permissions: [] })
  const configured = new Set<string>()
  let stopTidying = (): void => undefined

  /** Repositories of the configuration; one that is there keeps what people changed, except what the configuration protects. */
  async function makeConfigured(): Promise<void> {
    for (const project of config.projects) {
      const {
        name,
        tenant,
        description,
        default_branch: defaultBranch,
        approvals_required: approvalsRequired,
      } = project
      configured.add(tenant)
      if (!(await records.project(tenant, name)))
        await projects.create(system(tenant), { name, description, defaultBranch, approvalsRequired })
      for (const pattern of project.protected_branches)
        await projects.protect(tenant, name, { pattern, push: 'NOBODY' })
    }
  }
  async function tidy(): Promise<void> {
    for (const tenant of configured)
      for (const { name } of await records.projects(tenant)) await git.tidy({ tenant, project: name })
  }
  function enabled(): void {
    if (!config.enabled) throw new Fault('NOT_READY', 'The local forge is switched off (forge.enabled).')
  }

  return {
    enabled: config.enabled,
    login,
    pushBytesMax: config.push_bytes_max,
    projects,
    requests,
    views: createForgeViews({ git, projects, requests }),
    git,
    async exchange(caller, asked) {
      enabled()
      configured.add(caller.tenant)
      return exchange(caller, asked)
    },
    branches: (tenant, project, prefix) => git.open({ tenant, project }).branches(prefix, branchesMax),
    async createBranch(caller, project, branch, ref) {
      const { tenant } = caller
      const repository = git.open({ tenant, project })
      const sha = await repository.resolve(ref)
      if (!sha)
        throw new Fault('NOT_FOUND', `There is no ${JSON.stringify(ref.slice(0, 100))} in ${project}.`)
      if (await projects.isProtected(tenant, project, branch))
        throw new Fault('PERMISSION_DENIED', `${branch} is a name of protected branches.`)
      if (!(await repository.moveBranch(branch, sha, null)))
        throw new Fault('CONFLICT', `There is a branch ${branch} already, or one that stands in its way.`)
      return sha
    },
    async deleteBranch(caller, project, branch) {
      const { tenant } = caller
      const repository = git.open({ tenant, project })
      const sha = await repository.head(branch)
      if (!sha)
        throw new Fault(
          'NOT_FOUND',
          `There is no branch ${JSON.stringify(branch.slice(0, 100))} in ${project}.`,
        )
      if (await projects.isProtected(tenant, project, branch))
        throw new Fault('PERMISSION_DENIED', `${branch} is protected.`)
      if (!(await repository.moveBranch(branch, null, sha)))
        throw new Fault('CONFLICT', `${branch} has moved on.`)
    },
    async compare(tenant, project, from, to) {
      const repository = git.open({ tenant, project })
      const diff = await repository.diff(from, to)
      return { diff, commits: await repository.log(to, { not: from, limit: compareCommitsMax }) }
    },
    commit: (caller, project, input) => commit(caller.actor, caller.tenant, project, input),
    open(tenant, project) {
      enabled()
      return openLocalForge(parts, tenant, project)
    },
    idle: () => delivery.idle(),
    async start() {
      if (!config.enabled) return
      if ((await git.version()) === undefined) {
        log.warn({}, 'the local forge has no git program 2.38 or newer and serves no repositories')
        return
      }
      await makeConfigured()
      stopTidying = clock.every(tidyMs, () => {
        tidy().catch((error: unknown) =>
          log.warn({ error: messageOf(error) }, 'a repository could not be packed'),
        )
      })
    },
    async stop() {
      stopTidying()
      await delivery.stop()
    },
  }
}
