import { describe, expect, it, onTestFinished } from 'vitest'
import { openForgeRig } from '../../../../test/forge/local-rig.ts'
import type { HttpRequest } from '../../port/http-client.ts'

const at = ['default', 'infra'] as const
const asked = { source: 'work', target: 'main', title: 'Smaller', description: '', labels: ['cost'] }
const hook = { url: 'https://ci.example/hook', token: 'hush' }

async function opened(answer?: (request: HttpRequest) => Promise<number>) {
  const rig = await openForgeRig({ hook_attempts_max: 2 }, answer)
  onTestFinished(() => rig.close())
  await rig.project('infra', { 'a.tf': '1\n' }, { approvalsRequired: 0 })
  const sha = await rig.push('infra', 'work', { 'a.tf': '2\n' })
  return { ...rig, sha }
}
const bodyOf = (request: HttpRequest | undefined) =>
  JSON.parse(Buffer.from(request?.body ?? []).toString('utf8'))

describe('webhooks', () => {
  it('come in the form of GitLab, with their token, to those who asked for that kind', async () => {
    const { forge, sent, sha } = await opened()
    await forge.projects.addHook(...at, { ...hook, events: ['MERGE_REQUEST'] })
    await forge.projects.addHook(...at, {
      ...hook,
      url: 'https://other.example',
      token: null,
      events: ['NOTE'],
    })
    const { request } = await forge.requests.open('anna', ...at, asked)
    await forge.idle()
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ method: 'POST', url: hook.url })
    expect(sent[0]?.headers).toMatchObject({
      ...{ 'x-gitlab-event': 'Merge Request Hook', 'x-gitlab-token': 'hush' },
      'x-gitlab-event-uuid': expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(bodyOf(sent[0])).toMatchObject({
      ...{ object_kind: 'merge_request', user: { username: 'anna' } },
      project: { path_with_namespace: 'default/infra', default_branch: 'main' },
      object_attributes: {
        iid: 1,
        action: 'open',
        state: 'opened',
        last_commit: { id: sha },
        source_branch: 'work',
      },
    })
    await forge.requests.note('ben', ...at, request.number, 'hello', null)
    await forge.idle()
    expect(sent[1]?.headers).not.toHaveProperty('x-gitlab-token')
    expect(bodyOf(sent[1])).toMatchObject({ object_kind: 'note', object_attributes: { note: 'hello' } })
  })

  it('tell of a merge and of the push that it is', async () => {
    const { forge, sent, sha } = await opened()
    await forge.projects.addHook(...at, { ...hook, events: ['MERGE_REQUEST', 'PUSH'] })
    const { request } = await forge.requests.open('anna', ...at, asked)
    const merged = await forge.requests.merge('ben', ...at, request.number, { headSha: sha, rule: 'PEOPLE' })
    await forge.idle()
    const kinds = sent.map((one) => bodyOf(one)).map((body) => body.object_attributes?.action ?? body.ref)
    expect(kinds.sort()).toEqual(['merge', 'open', 'refs/heads/main'])
    const push = sent.map(bodyOf).find((body) => body.object_kind === 'push')
    expect(push).toMatchObject({
      after: merged.mergedSha,
      checkout_sha: merged.mergedSha,
      user_username: 'ben',
    })
  })

  it('are tried again so often, with the same id, and disturb nobody when nobody takes them', async () => {
    const { forge, sent } = await opened(async () => 503)
    await forge.projects.addHook(...at, { ...hook, events: ['MERGE_REQUEST'] })
    await forge.requests.open('anna', ...at, asked)
    await forge.idle()
    expect(sent).toHaveLength(2)
    expect(new Set(sent.map(({ headers }) => headers['x-gitlab-event-uuid'])).size).toBe(1)
  })

  it('keep their token sealed', async () => {
    const { forge, records } = await opened()
    await forge.projects.addHook(...at, { ...hook, events: ['PUSH'] })
    expect(JSON.stringify(await records.hooks(...at))).not.toContain('hush')
    for (const url of ['file:///etc/passwd', 'https://u:p@ci.example', 'not a url'])
      await expect(forge.projects.addHook(...at, { ...hook, url, events: ['PUSH'] })).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
      })
  })
})
