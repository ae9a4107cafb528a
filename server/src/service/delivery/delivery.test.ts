import { createHmac } from 'node:crypto'
import type { ChangeInput, ChangeSender, ChangeSource } from '@aiops/contract/model/change'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { type ReadHook, refusal, signedBy, textField } from '../../port/forge-hook.ts'
import { createDelivery, DeliveryConfig } from './index.ts'

const nowMs = Date.parse('2026-03-01T12:00:00Z')
const secret = 'shared-secret'
const hex = (body: string, key = secret): string => createHmac('sha256', key).update(body).digest('hex')

/** As an adapter proves it: by the body's signature, and with the repository in the body. */
const forgeHook: ReadHook = (request) => {
  const signature = request.headers['x-hub-signature-256']
  if (typeof signature !== 'string') return refusal('UNSIGNED', 'unsigned')
  if (!signedBy(request.secret, request.body, signature.slice(7))) return refusal('BAD_SIGNATURE', 'bad')
  const project = textField(JSON.parse(Buffer.from(request.body).toString()), 'repository', 'full_name')
  return project === undefined
    ? refusal('MALFORMED', 'no project')
    : { kind: 'OTHER', project, delivery: 'd1' }
}

function open(settings: object = {}, known: readonly string[] = ['service/cart']) {
  const kept = new Map<string, { source: ChangeSource; draft: ChangeInput; tenant: string }>()
  const delivery = createDelivery(
    {
      secrets: { read: async (name) => (name === 'OTHER' ? 'old-secret\n' : `${secret}\n`) },
      forgeHook: async () => forgeHook,
      knows: (_, entity) => known.includes(entity),
      record: async (tenant, source, drafts) => {
        for (const draft of drafts) {
          if (Date.parse(draft.at ?? '2026-03-01') < nowMs - 30 * 86_400_000)
            throw new Fault('VALIDATION_FAILED', 'at: is older than changes are kept.')
          if (!kept.has(draft.id!)) kept.set(draft.id!, { source, draft, tenant })
        }
      },
      ...{ clock: new ManualClock(nowMs), metrics: createMetrics(), log: silentLog },
    },
    DeliveryConfig.parse({
      hooks: ['github', 'flux', 'launchdarkly', 'argocd', 'unleash', 'chaos'].map((sender) => ({
        sender,
        secret: 'S',
      })),
      ...settings,
    }),
  )
  const send = (
    sender: ChangeSender,
    json: unknown,
    headers: Record<string, string> = {},
    tenant = 'default',
  ) => {
    const body = typeof json === 'string' ? json : JSON.stringify(json)
    const proof: Record<string, string> =
      sender === 'github'
        ? { 'x-hub-signature-256': `sha256=${hex(body)}`, 'x-github-event': 'deployment_status' }
        : { authorization: `Bearer ${secret}` }
    return delivery.take(tenant, sender, { headers: { ...proof, ...headers }, body: Buffer.from(body) })
  }
  return { delivery, send, kept, told: () => [...kept.values()] }
}

const deployment = {
  deployment: {
    id: 42,
    sha: 'a'.repeat(40),
    ref: 'v1.3',
    environment: 'production',
    created_at: '2026-03-01T11:00:00Z',
  },
  deployment_status: { state: 'success', created_at: '2026-03-01T11:05:00Z', creator: { login: 'ana' } },
  repository: { full_name: 'acme/cart', default_branch: 'main' },
}
const fluxEvent = {
  involvedObject: { kind: 'Kustomization', namespace: 'shop', name: 'cart' },
  metadata: { 'kustomize.toolkit.fluxcd.io/revision': 'main@sha1:731f7eaddfb6af01cb2173e18f0f75b0ba780ef1' },
  ...{
    severity: 'info',
    reason: 'ReconciliationSucceeded',
    message: 'Applied',
    timestamp: '2026-03-01T11:58:00Z',
  },
}

describe('a webhook that is proven', () => {
  it('becomes one change, told once or many times', async () => {
    const { send, told } = open()
    const first = await send('github', deployment)
    expect(first).toEqual({ ids: [expect.stringMatching(/^github-[0-9a-f]{32}$/)], why: null })
    expect(await send('github', deployment, { 'x-github-delivery': 'again' })).toEqual(first)
    expect(told()).toMatchObject([
      {
        ...{ tenant: 'default', source: 'GITHUB' },
        draft: {
          ...{ kind: 'ROLLOUT', entities: ['service/cart'], at: '2026-03-01T11:05:00.000Z', actor: 'ana' },
          summary: 'deployment of acme/cart v1.3 (aaaaaaaa) to production succeeded',
        },
      },
    ])
  })

  it('is about what its sender says, else what is mapped, else what is called so', async () => {
    const explicit = {
      ...deployment,
      deployment: { ...deployment.deployment, id: 1, payload: { entities: ['service:web'] } },
    }
    const { send, told } = open({ repositories: { 'Acme/Cart': ['service/basket', 'service:till'] } })
    await send('github', explicit)
    await send('github', deployment)
    expect(told().map(({ draft }) => draft.entities)).toEqual([
      ['service/web'],
      ['service/basket', 'service/till'],
    ])
    const unmapped = open({}, ['database/cart'])
    await unmapped.send('github', deployment)
    expect(unmapped.told()[0]!.draft.entities).toEqual(['database/cart'])
  })

  it('that is about nothing known is taken, not recorded, and answered with what would help', async () => {
    const { send, told } = open({}, [])
    const answer = await send('github', deployment)
    expect(answer).toEqual({
      ids: [],
      why: expect.stringContaining('neither changes.repositories nor changes.names maps it'),
    })
    expect(told()).toEqual([])
  })

  it('of another environment than those that are set is left out', async () => {
    const { send } = open({ environments: ['staging'] })
    expect(await send('github', deployment)).toEqual({
      ids: [],
      why: 'changes.environments does not name production.',
    })
    expect((await open({ environments: ['Production'] }).send('github', deployment)).ids).toHaveLength(1)
  })

  it('that is older than changes are kept is no error, since its sender would only send it again', async () => {
    const { send } = open()
    const old = { ...deployment, deployment_status: { state: 'success', created_at: '2020-01-01T00:00:00Z' } }
    expect(await send('github', old)).toEqual({
      ids: [],
      why: expect.stringContaining('older than changes are kept'),
    })
  })

  it('with a secret that is being replaced holds under either', async () => {
    const hooks = ['OTHER', 'S'].map((name) => ({ sender: 'flux', secret: name }))
    const { send } = open({ hooks })
    expect((await send('flux', fluxEvent)).ids).toHaveLength(1)
    expect((await send('flux', fluxEvent, { authorization: 'Bearer old-secret' })).ids).toHaveLength(1)
    await expect(send('flux', fluxEvent, { authorization: 'Bearer none' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    })
  })
})

describe('a proof', () => {
  const body = JSON.stringify(fluxEvent)
  const seconds = nowMs / 1_000
  const standard = (at: number, key = Buffer.from(secret)) => ({
    ...{ authorization: '', 'webhook-id': 'm1', 'webhook-timestamp': String(at) },
    'webhook-signature': `v1,AAAA v1,${createHmac('sha256', key).update(`m1.${at}.${body}`).digest('base64')}`,
  })
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

  it.each([
    ['the secret as a bearer token', { authorization: `Bearer ${secret}` }],
    ['the secret as the whole header', { authorization: secret }],
    ['the secret as a password', { authorization: basic(`argo:${secret}`) }],
    ['the HMAC of Flux', { authorization: '', 'x-signature': `sha256=${hex(body)}` }],
    ['a signature of Standard Webhooks', standard(seconds)],
  ])('by %s holds', async (_, headers) => {
    expect((await open().send('flux', body, headers)).ids).toHaveLength(1)
  })

  it.each([
    ['nothing', { authorization: '' }],
    ['another secret', { authorization: 'Bearer guess' }],
    ['another password', { authorization: basic('argo:guess') }],
    ['a HMAC under another secret', { authorization: '', 'x-signature': `sha256=${hex(body, 'guess')}` }],
    ['a HMAC of another body beside the secret itself', { 'x-signature': `sha256=${hex('{}')}` }],
    ['a signature that is six minutes old', standard(seconds - 360)],
    ['a signature of no time', { ...standard(seconds), 'webhook-timestamp': 'soon' }],
    ['a signature under another key', standard(seconds, Buffer.from('guess'))],
  ])('by %s does not', async (_, headers) => {
    const { send, told } = open()
    await expect(send('flux', body, headers)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(told()).toEqual([])
  })

  it('of LaunchDarkly is its signature, never a bearer token', async () => {
    const flag = JSON.stringify({
      kind: 'flag',
      _id: '1',
      name: 'cart',
      accesses: [{ action: 'updateOn', resource: 'proj/cart:env/production:flag/x' }],
    })
    const { send } = open()
    await expect(send('launchdarkly', flag)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect((await send('launchdarkly', flag, { 'x-ld-signature': hex(flag) })).ids).toHaveLength(1)
  })

  it('of one tenant is none of another, and a sender that is not set up takes nothing', async () => {
    const { send, delivery } = open()
    await expect(send('flux', body, {}, 'shop')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(send('openfeature', body)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect([
      delivery.takes('default', 'flux'),
      delivery.takes('shop', 'flux'),
      delivery.takes('default', 'gitlab'),
    ]).toEqual([true, false, false])
  })
})

describe('what comes proven', () => {
  it.each(['', '[]', 'null', '"text"', 'payload=%7B%7D', '{"a":'])(
    'and is no JSON object (%j) is refused as such',
    async (body) => {
      await expect(open().send('argocd', body)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    },
  )

  it('of an organisation, which names no repository, says why it tells nothing', async () => {
    const { send } = open()
    expect(await send('github', { zen: 'x', hook_id: 1 }, { 'x-github-event': 'ping' })).toEqual({
      ...{ ids: [], why: 'A ping: the webhook reaches this platform.' },
    })
  })

  it('and is a million brackets deep does no harm', async () => {
    const deep = `{"status":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`
    expect(await open().send('argocd', deep)).toMatchObject({ ids: [] })
  })

  const senders = ['github', 'argocd', 'flux', 'launchdarkly', 'unleash', 'chaos'] as const
  it('and is any JSON object is a change or says why it is none', async () => {
    const { send } = open()
    const keys = [
      'kind',
      'metadata',
      'status',
      'spec',
      'name',
      'type',
      'deployment',
      'involvedObject',
      'object',
      'app',
      'rollout',
      '__proto__',
    ]
    const json = fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), fc.jsonValue())
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...senders), json, async (sender, value) => {
        const text = JSON.stringify(value)
        const headers: Record<string, string> =
          sender === 'launchdarkly' ? { 'x-ld-signature': hex(text) } : {}
        const answer = await send(sender, text, headers)
        expect(answer.ids.length > 0 || typeof answer.why === 'string').toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})
