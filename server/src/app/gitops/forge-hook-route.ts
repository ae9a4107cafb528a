import { defaultTenant } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import { hookBytesMax } from '../../port/forge-hook.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import type { WebRoute } from '../../port/web-route.ts'
import type { RepositoryConfig } from '../../service/gitops/repository-config.ts'
import type { Nudges } from '../cluster/nudges.ts'
import { createForgeHooks } from './forge-hooks.ts'

type Parts = {
  secrets: SecretSource
  clock: Clock
  log: Log
  repositories: readonly RepositoryConfig[]
  nudges: Nudges
}

/** The same for a repository that is not there and one that takes none: nobody learns here which there are. */
const unproven =
  'The hook is not proven. Look at the repository in its address, and at its hook_secret, which has to be the secret that the forge has.'

/**
 * Where forges deliver webhooks. It is open, because a hook proves itself; a proven one makes the next look come at once, and no more.
 * The body is read to its end before it is proven, since the proof is over its bytes.
 */
export function forgeHookRoute({ secrets, clock, log, repositories, nudges }: Parts): WebRoute {
  const hooks = createForgeHooks({ secrets, clock })
  return {
    methods: ['POST'],
    path: '/api/v1/deployments/hooks/{repository}',
    summary: 'Webhooks of GitLab, GitHub, Gitea and Forgejo, proven by hook_secret; `tenant` in the query.',
    action: 'receiveForgeHook',
    permission: null,
    bodyBytesMax: hookBytesMax,
    async handle(request) {
      const url = new URL(request.url)
      const name = url.pathname.split('/').at(-1) ?? ''
      const tenant = url.searchParams.get('tenant') ?? defaultTenant
      const setting = repositories.find((one) => one.tenant === tenant && one.name === name)
      if (setting?.hook_secret === undefined) throw new Fault('UNAUTHENTICATED', unproven)
      const body = new Uint8Array(await request.arrayBuffer())
      const hook = await hooks.read(setting, { headers: Object.fromEntries(request.headers), body })
      log.debug({ repository: name, kind: hook?.kind ?? 'REPLAY' }, 'a webhook of a forge came')
      if (hook && hook.kind !== 'OTHER') nudges.tell(tenant, name)
      return Response.json({ taken: hook !== undefined }, { status: 202 })
    },
  }
}
