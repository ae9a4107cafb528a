/** Where delivery systems, flag services and chaos experiments post what they changed. */
import { changeHookPath } from '@aiops/contract/api/change'
import { ChangeSender } from '@aiops/contract/model/change'
import { defaultTenant } from '@aiops/contract/model/tenant'
import { Fault } from '../../kernel/fault.ts'
import { hookBytesMax } from '../../port/forge-hook.ts'
import type { WebRoute } from '../../port/web-route.ts'
import { type Delivery, unproven } from '../../service/delivery/index.ts'

/** POST /api/v1/changes/hooks/{sender}: open, because a webhook proves itself; of a sender that is not set up no body is looked at. */
export const changeHookRoute = (delivery: Delivery): WebRoute => ({
  methods: ['POST'],
  path: changeHookPath,
  summary:
    'Webhooks of GitHub, GitLab, Argo CD, Argo Rollouts, Flux, OpenFeature, LaunchDarkly, Unleash and chaos experiments, proven by the secrets of changes.hooks; `tenant` in the query.',
  action: 'receiveChangeHook',
  permission: null,
  bodyBytesMax: hookBytesMax,
  async handle(request) {
    const url = new URL(request.url)
    const sender = ChangeSender.safeParse(url.pathname.split('/').at(-1)).data
    const tenant = url.searchParams.get('tenant') ?? defaultTenant
    if (sender === undefined || !delivery.takes(tenant, sender)) throw new Fault('UNAUTHENTICATED', unproven)
    const body = new Uint8Array(await request.arrayBuffer())
    const answer = await delivery.take(tenant, sender, { headers: Object.fromEntries(request.headers), body })
    return Response.json(answer, { status: 202 })
  },
})
