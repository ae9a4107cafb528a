import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Forge } from '../../port/forge.ts'
import type { ReadHook } from '../../port/forge-hook.ts'
import type { HttpClient } from '../../port/http-client.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import type { RepositoryConfig } from '../../service/gitops/repository-config.ts'

export type ForgeParts = {
  http: HttpClient
  secrets: SecretSource
  clock: Clock
  /** The forge within this program; undefined where it is off. */
  local: ((tenant: string, project: string) => Forge) | undefined
}
export type ForgeSetting = Pick<
  RepositoryConfig,
  | 'name'
  | 'tenant'
  | 'forge'
  | 'url'
  | 'project'
  | 'token_secret'
  | 'login'
  | 'default_branch'
  | 'trust_approval_time'
>

/** The forge that an entry of `gitops.repositories` names. Only who names one loads what speaks to it. Throws CONFIG_INVALID. */
export async function openForge(setting: ForgeSetting, parts: ForgeParts): Promise<Forge> {
  const { forge, tenant, project, url, default_branch: defaultBranch } = setting
  if (forge === 'LOCAL') {
    if (!parts.local) throw unusable(setting, 'the local forge is off (forge.enabled)')
    return parts.local(tenant, project)
  }
  const tokenSecret = setting.token_secret
  if (tokenSecret === undefined) throw unusable(setting, 'it names no token_secret')
  if (forge === 'GITLAB') {
    const { createGitlabForge } = await import('../../adapter/gitlab/index.ts')
    return createGitlabForge(parts, {
      ...{ url: placeOf(setting), project, tokenSecret, defaultBranch },
      trustApprovalTime: setting.trust_approval_time,
    })
  }
  if (forge === 'GITHUB') {
    const { createGithubForge } = await import('../../adapter/github/index.ts')
    const { login } = setting
    return createGithubForge(parts, {
      url: placeOf(setting),
      project,
      tokenSecret,
      defaultBranch,
      login,
    })
  }
  if (url === '') throw unusable(setting, 'it names no url')
  const { createGiteaForge } = await import('../../adapter/gitea/index.ts')
  return createGiteaForge(parts, { url, project, tokenSecret, defaultBranch })
}

/** What reads the webhooks of a forge; those of the local forge are GitLab's. */
export async function hookReaderOf(forge: Forge['kind']): Promise<ReadHook> {
  if (forge === 'GITHUB') return (await import('../../adapter/github/index.ts')).readGithubHook
  if (forge === 'GITEA') return (await import('../../adapter/gitea/index.ts')).readGiteaHook
  return (await import('../../adapter/gitlab/index.ts')).readGitlabHook
}

const places = { LOCAL: '', GITLAB: 'https://gitlab.com', GITHUB: 'https://github.com', GITEA: '' } as const

const placeOf = ({ forge, url }: ForgeSetting): string => (url || places[forge]).replace(/\/+$/, '')

const unusable = ({ name }: ForgeSetting, problem: string): Fault =>
  new Fault('CONFIG_INVALID', `The repository "${name}" cannot be used: ${problem}.`)
