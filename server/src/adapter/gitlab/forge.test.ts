import { describe } from 'vitest'
import { serveGitlab } from '../../../../test/forge/gitlab-server.ts'
import { openScripted, tokenSecret } from '../../../../test/forge/rig.ts'
import { forgeConformance } from '../../port/forge.suite.ts'
import { createGitlabForge } from './forge.ts'

describe('GitLab, before a server scripted after its documentation', () => {
  forgeConformance((seed) =>
    openScripted(
      seed,
      (world) => serveGitlab(world),
      (deps, url) => createGitlabForge(deps, { url, project: 'group/shop', tokenSecret }),
    ),
  )
})
