import { createHmac } from 'node:crypto'
import type { ChangeInput } from '@aiops/contract/model/change'
import { IncidentExport } from '@aiops/contract/model/incident-export'
import { expect, it } from 'vitest'
import { keyOf, openGateway } from '../edge/gateway/open-gateway.suite.ts'
import { sampleClient, sampleDiagnosis } from '../edge/incident-export/incident.suite.ts'
import { systemClock } from '../kernel/clock.ts'
import { silentLog } from '../kernel/log.ts'
import { createMetrics } from '../kernel/metric.ts'
import type { Caller } from '../port/operation-client.ts'
import { DeliveryConfig } from '../service/delivery/index.ts'
import { openDoors } from './doors.ts'

const hooks = ['github', 'gitlab', 'flux'].map((sender) => ({ sender, secret: 'HOOK' }))

/** The doors in a gateway that asks everybody for a key. */
async function open({ words = undefined as string | undefined, denied = [] as string[] } = {}) {
  const kept = new Map<string, ChangeInput>()
  const asked: Caller[] = []
  const doors = openDoors(
    {
      ...{ clock: systemClock, log: silentLog, metrics: createMetrics(), version: '1.2.3' },
      secrets: { read: async () => 'hush' },
      knowledge: {
        knows: (_, entity) => entity === 'service/cart',
        recordChanges: async (_tenant, _source, drafts) => {
          for (const draft of drafts) kept.set(draft.id ?? '', draft)
          return []
        },
      },
      records: {
        diagnoses: {
          save: async () => undefined,
          latest: async () => undefined,
          revisions: async () => [sampleDiagnosis(words)],
        },
      },
      intelligence: { reports: {} as never },
      clientOf: (caller) => {
        asked.push(caller)
        return sampleClient(words, denied)
      },
      publicUrl: () => 'https://aiops.example',
    },
    DeliveryConfig.parse({ hooks }),
  )
  const { url } = await openGateway({ keyed: true, deps: { web: doors.web, streams: doors.streams } })
  const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers })
  const bearer = (name: string) => ({ authorization: `Bearer ${keyOf(name)}` })
  const basic = (name: string) => ({
    authorization: `Basic ${Buffer.from(`any:${keyOf(name)}`).toString('base64')}`,
  })
  return { url, get, bearer, basic, asked, kept }
}

const push = JSON.stringify({
  ...{ ref: 'refs/heads/main', after: 'a'.repeat(40), before: 'b'.repeat(40) },
  repository: { full_name: 'acme/cart', default_branch: 'main' },
})

it('a proven webhook of GitHub is a change, without a key, and once; what does not hold is refused alike', async () => {
  const { url, kept } = await open()
  const send = async (path: string, { body = push, secret = 'hush' } = {}) => {
    const headers = {
      ...{ 'content-type': 'application/json', 'x-github-event': 'push', 'x-github-delivery': 'd1' },
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    }
    const answer = await fetch(`${url}/api/v1/changes/hooks/${path}`, { method: 'POST', headers, body })
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> }
  }
  const first = await send('github')
  expect(first).toMatchObject({ status: 202, json: { ids: [expect.any(String)], why: null } })
  expect(await send('github')).toEqual(first)
  expect([...kept.values()]).toMatchObject([{ kind: 'OTHER', entities: ['service/cart'] }])
  const refused = await Promise.all([
    ...[
      send('github', { secret: 'guess' }),
      send('github?tenant=shop'),
      send('github?tenant=none'),
      send('argocd'),
    ],
    ...[send('none'), send('__proto__')],
  ])
  for (const { status, json } of refused)
    expect([status, json]).toEqual([
      401,
      refused[0]!.json && { error: expect.objectContaining({ code: 'UNAUTHENTICATED' }) },
    ])
  expect((await send('github', { body: 'x'.repeat(4 * 1_048_576 + 1) })).status).toBe(413)
  expect(kept.size).toBe(1)
})

it('a webhook of GitLab and of Flux are proven as their own documentation says', async () => {
  const { url, kept } = await open()
  const flux = JSON.stringify({
    involvedObject: { kind: 'Kustomization', name: 'cart', namespace: 'shop' },
    ...{ metadata: { revision: 'main@sha1:1' }, severity: 'info', reason: 'ReconciliationSucceeded' },
  })
  const gitlab = JSON.stringify({
    ...{ object_kind: 'deployment', status: 'success', deployment_id: 1, environment: 'production' },
    project: { id: 1, path_with_namespace: 'acme/cart' },
  })
  const send = (sender: string, body: string, headers: Record<string, string>) =>
    fetch(`${url}/api/v1/changes/hooks/${sender}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
  const signature = createHmac('sha256', 'hush').update(flux).digest('hex')
  expect((await send('flux', flux, { 'x-signature': `sha256=${signature}` })).status).toBe(202)
  expect(
    (await send('gitlab', gitlab, { 'x-gitlab-token': 'hush', 'x-gitlab-event-uuid': 'u1' })).status,
  ).toBe(202)
  expect(
    (await send('gitlab', gitlab, { 'x-gitlab-token': 'guess', 'x-gitlab-event-uuid': 'u1' })).status,
  ).toBe(401)
  expect([...kept.values()].map(({ kind }) => kind)).toEqual(['ROLLOUT', 'ROLLOUT'])
})

it('an export holds what its schema says, and what the caller may not see is named as left out', async () => {
  const { get, bearer } = await open({ denied: ['listChanges', 'getTopology'] })
  const answer = await get('/api/v1/incidents/12/export', bearer('viewer'))
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="inc-12.json"')
  const read = IncidentExport.parse(await answer.json())
  expect(read).toMatchObject({
    schema_version: '1',
    exported_by: 'viewer',
    platform_version: '1.2.3',
    changes: [],
  })
  expect(read.left_out).toContainEqual({ what: 'changes', count: null, reason: 'the caller may not see it' })
  const whole = await open()
  const all = IncidentExport.parse(
    await (await whole.get('/api/v1/incidents/INC-12/export', bearer('viewer'))).json(),
  )
  expect(all.changes.map(({ id }) => id)).toEqual(['c-5'])
  expect(all.topology.entities).toHaveLength(3)
  expect(all.topology_at).toBe(all.incident.started_at)
})

it('nothing that leaves holds what looks like a secret', async () => {
  const { get, bearer, basic } = await open({ words: 'key AKIAIOSFODNN7EXAMPLE leaked' })
  const paths = [
    'incidents/12/export',
    'incidents/12/post-mortem',
    'incidents.csv',
    'incidents.jsonl',
    'feeds/incidents.rss',
    'feeds/incidents.atom',
    'feeds/maintenance.ics',
  ]
  for (const path of paths) {
    const answer = await get(`/api/v1/${path}`, path.startsWith('feeds') ? basic('viewer') : bearer('viewer'))
    const text = await answer.text()
    expect([path, answer.status, text.includes('AKIAIOSFODNN7EXAMPLE'), text.length > 100]).toEqual([
      path,
      200,
      false,
      true,
    ])
  }
})

it('a post-mortem is Markdown that a browser may not run, and lists have their own media types', async () => {
  const { get, bearer } = await open()
  const answer = await get('/api/v1/incidents/12/post-mortem?inline=1', bearer('viewer'))
  expect(answer.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
  expect(answer.headers.get('content-disposition')).toBe('inline; filename="post-mortem-inc-12.md"')
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  const csv = await get('/api/v1/incidents.csv?status=OPEN,RESOLVED&limit=3', bearer('viewer'))
  expect(csv.headers.get('content-type')).toContain('text/csv')
  expect((await csv.text()).split('\r\n')).toHaveLength(3)
  const lines = await (await get('/api/v1/incidents.jsonl', bearer('viewer'))).text()
  expect(JSON.parse(lines.trim())).toMatchObject({ number: 12 })
  expect((await get('/api/v1/incidents.csv?status=NONE', bearer('viewer'))).status).toBe(422)
  for (const path of ['incidents/12/export', 'incidents/12/post-mortem', 'incidents.csv', 'incidents.jsonl'])
    expect([
      path,
      (await get(`/api/v1/${path}`)).status,
      (await get(`/api/v1/${path}`, bearer('feed'))).status,
    ]).toEqual([path, 401, 403])
})

it('a feed is read with the key as a password, asks for it where it is missing, and is not sent twice', async () => {
  const { get, basic, bearer, asked } = await open()
  for (const path of [
    '/api/v1/feeds/incidents.rss',
    '/api/v1/feeds/incidents.atom',
    '/api/v1/feeds/maintenance.ics',
  ]) {
    const unknown = await get(path)
    expect([unknown.status, unknown.headers.get('www-authenticate')]).toEqual([
      401,
      'Basic realm="aiops feeds", charset="UTF-8"',
    ])
    expect((await get(path, basic('sender'))).status).toBe(403)
    expect((await get(path, basic('nobody'))).status).toBe(401)
    expect((await get(path, bearer('feed'))).status).toBe(200)
  }
  const first = await get('/api/v1/feeds/maintenance.ics', basic('feed'))
  expect(first.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
  const text = await first.text()
  expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(3)
  expect(text).toContain('SUMMARY:Patch night')
  expect(text).toContain('SUMMARY:Silence: deploying')
  const again = await get('/api/v1/feeds/maintenance.ics', {
    ...basic('feed'),
    'if-none-match': first.headers.get('etag')!,
  })
  expect([again.status, await again.text()]).toEqual([304, ''])
  expect((await get('/api/v1/feeds/incidents.rss?severity=HIGH&severity=LOW', basic('feed'))).status).toBe(
    200,
  )
  expect((await get('/api/v1/feeds/incidents.rss?limit=1000', basic('feed'))).status).toBe(422)
  // What a feed shows is read with one right and no other.
  expect(new Set(asked.flatMap(({ permissions }) => permissions))).toEqual(new Set(['incidents:read']))
})
