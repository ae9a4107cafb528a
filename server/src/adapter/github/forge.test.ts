import { describe } from 'vitest'
import { serveGithub } from '../../../../test/forge/github-server.ts'
import { openScripted, tokenSecret } from '../../../../test/forge/rig.ts'
import { forgeConformance } from '../../port/forge.suite.ts'
import { createGithubForge } from './forge.ts'

describe('GitHub, before a server scripted after its documentation', () => {
  forgeConformance((seed) =>
    openScripted(seed, serveGithub, (deps, url) =>
      createGithubForge(deps, { url, project: 'octo/shop', tokenSecret }),
    ),
  )
})
