/** Forge: Git's smart HTTP at /git, and the part of GitLab's REST API (version 4) that tools of a pipeline need at /api/v4. */
import type { WebRoute } from '../../port/web-route.ts'
import type { ForgeService } from '../../service/forge/index.ts'
import type { Identity } from '../../service/identity/index.ts'
import { gitRoutes } from './git-route.ts'
import { mergeRequestRoutes } from './gitlab/merge-request-routes.ts'
import { projectRoutes } from './gitlab/project-routes.ts'
import { repositoryRoutes } from './gitlab/repository-routes.ts'
import { reviewRoutes } from './gitlab/review-routes.ts'

export type ForgeApiDeps = {
  forge: ForgeService
  identity: Pick<Identity, 'audit'>
  publicUrl: () => string
  version: string
}

/** For the gateway to mount. */
export const forgeRoutes = (deps: ForgeApiDeps): readonly WebRoute[] =>
  deps.forge.enabled
    ? [
        ...gitRoutes(deps),
        ...projectRoutes(deps),
        ...repositoryRoutes(deps),
        ...mergeRequestRoutes(deps),
        ...reviewRoutes(deps),
      ]
    : []
