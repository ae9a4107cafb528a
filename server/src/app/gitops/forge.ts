import { join, resolve } from 'node:path'
import { createGitRepositories } from '../../adapter/git/git-repositories.ts'
import { forgeRoutes } from '../../edge/forge/index.ts'
import type { WebRoute } from '../../port/web-route.ts'
import {
  createForge,
  type ForgeConfig,
  type ForgeDeps,
  type ForgeService,
} from '../../service/forge/index.ts'
import type { Identity } from '../../service/identity/index.ts'

type Parts = Omit<ForgeDeps, 'git' | 'audit'> & {
  identity: Pick<Identity, 'audit'>
  /** Of the data. */
  folder: string
  version: string
}

export type LocalForge = ForgeService & { readonly routes: readonly WebRoute[] }

/** The local forge over repositories of the git program, with its protocols. */
export function openLocalForge(
  { folder, identity, version, ...parts }: Parts,
  config: ForgeConfig,
): LocalForge {
  const git = createGitRepositories({
    ...{ clock: parts.clock, random: parts.random, packBytesMax: config.push_bytes_max },
    // Whole: the git program is started elsewhere.
    folder: resolve(config.folder === '' ? join(folder, 'forge') : config.folder),
  })
  const forge = createForge({ ...parts, git, audit: (...entry) => identity.audit(...entry) }, config)
  return { ...forge, routes: forgeRoutes({ forge, identity, publicUrl: parts.publicUrl, version }) }
}
