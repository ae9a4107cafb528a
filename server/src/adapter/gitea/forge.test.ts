import { describe } from 'vitest'
import { serveGitea } from '../../../../test/forge/gitea-server.ts'
import { openScripted, tokenSecret } from '../../../../test/forge/rig.ts'
import { forgeConformance } from '../../port/forge.suite.ts'
import { createGiteaForge } from './forge.ts'

describe('Gitea, before a server scripted after its documentation', () => {
  forgeConformance((seed) =>
    openScripted(seed, serveGitea, (deps, url) =>
      createGiteaForge(deps, { url, project: 'team/shop', tokenSecret }),
    ),
  )
})
