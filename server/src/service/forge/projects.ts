import type { ForgeProject } from '@aiops/contract/model/merge-request'
import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { StoredProject } from '../../port/forge-repository.ts'
import { isBranchName } from '../../port/git-repositories.ts'
import { isBranchPattern, matchesBranch } from './branch-pattern.ts'
import type { ForgeConfig } from './config.ts'
import type { ForgeDeps, ForgeProjects } from './index.ts'

const hooksMax = 20
const protectionsMax = 100

export const noGit =
  'There is no git program 2.38 or newer on this machine; the local forge needs one. Install git and try again in a minute.'

export function createForgeProjects(deps: ForgeDeps, config: ForgeConfig): ForgeProjects {
  const { records, git, secrets, clock, publicUrl } = deps
  const version = async (): Promise<string | null> => (await git.version()) ?? null

  async function find(tenant: string, id: string): Promise<StoredProject> {
    const name = id.startsWith(`${tenant}/`) ? id.slice(tenant.length + 1) : id
    const numbered = /^\d{1,9}$/.test(id)
      ? (await records.projects(tenant)).find(({ number }) => number === Number(id))
      : undefined
    const found = numbered ?? (await records.project(tenant, name))
    if (!found)
      throw new Fault('NOT_FOUND', `There is no repository ${JSON.stringify(id.slice(0, 100))} here.`)
    return found
  }

  async function view(tenant: string, project: StoredProject): Promise<ForgeProject> {
    const { name, number, description, defaultBranch } = project
    const there = (await version()) !== null && (await git.exists({ tenant, project: name }))
    const open = await records.requests(tenant, name, { state: 'OPEN', limit: 1 })
    return {
      ...{ name, number, description, default_branch: defaultBranch },
      head_sha: (there && (await git.open({ tenant, project: name }).head(defaultBranch))) || null,
      clone_url: `${publicUrl()}/git/${name}.git`,
      protected_branches: await records.protections(tenant, name),
      approvals_required: project.approvalsRequired,
      open_merge_requests: open.total,
      created_at: isoTime(project.createdMs),
    }
  }

  return {
    version,
    find,
    view,
    async list(tenant) {
      const stored = await records.projects(tenant)
      return Promise.all(stored.map((project) => view(tenant, project)))
    },
    async create({ tenant }, input) {
      const { name, defaultBranch } = input
      if (!isBranchName(defaultBranch))
        throw new Fault('VALIDATION_FAILED', `${JSON.stringify(defaultBranch)} is no name for a branch.`)
      if ((await records.projects(tenant)).length >= config.repositories_max)
        throw new Fault(
          'CONFLICT',
          `There are ${config.repositories_max} repositories already, as many as forge.repositories_max allows.`,
        )
      // The repository first: a name without one would have to be repaired by hand.
      await git.create({ tenant, project: name }, defaultBranch)
      const stored = await records.insertProject(tenant, { ...input, createdMs: clock.now() })
      await records.protect(tenant, name, { pattern: defaultBranch, push: 'NOBODY' })
      return stored
    },
    protections: (tenant, project) => records.protections(tenant, project),
    async protect(tenant, project, protection) {
      if (!isBranchPattern(protection.pattern))
        throw new Fault('VALIDATION_FAILED', 'That is neither the name of a branch nor a pattern of names.')
      if ((await records.protections(tenant, project)).length >= protectionsMax)
        throw new Fault(
          'CONFLICT',
          `A repository has at most ${protectionsMax} protected branches and patterns.`,
        )
      await records.protect(tenant, project, protection)
    },
    unprotect: (tenant, project, pattern) => records.unprotect(tenant, project, pattern),
    async isProtected(tenant, project, branch) {
      const patterns = await records.protections(tenant, project)
      return patterns.some(({ pattern }) => matchesBranch(pattern, branch))
    },
    hooks: (tenant, project) => records.hooks(tenant, project),
    async addHook(tenant, project, { url, token, events }) {
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || url.length > 2_000)
        throw new Fault('VALIDATION_FAILED', 'A webhook needs an http or https URL.')
      if (new URL(url).username !== '' || new URL(url).password !== '')
        throw new Fault('VALIDATION_FAILED', 'Send the secret of a webhook as its token, not in the URL.')
      if ((await records.hooks(tenant, project)).length >= hooksMax)
        throw new Fault('CONFLICT', `A repository has at most ${hooksMax} webhooks.`)
      const owner = { tenant, id: `forge-hook/${project}` }
      const sealedToken = token ? await secrets.seal(Buffer.from(token), owner) : null
      return records.insertHook(tenant, project, { url, sealedToken, events, createdMs: clock.now() })
    },
    deleteHook: (tenant, project, number) => records.deleteHook(tenant, project, number),
  }
}
