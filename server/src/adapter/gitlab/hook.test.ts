import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readGitlabHook } from './hook.ts'

const secret = 'shared-secret'
const nowMs = Date.UTC(2026, 0, 5)
const read = (event: string, body: unknown, headers: Record<string, string> = {}) =>
  readGitlabHook({
    headers: { 'x-gitlab-token': secret, 'x-gitlab-event': event, 'x-gitlab-event-uuid': 'u1', ...headers },
    body: Buffer.from(JSON.stringify(body)),
    secret,
    nowMs,
  })
const project = { id: 1, path_with_namespace: 'gitlabhq/gitlab-test' }
const sha = 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7'
const base = { project: 'gitlabhq/gitlab-test', delivery: 'u1' }

describe('webhooks of GitLab, with the examples of its documentation', () => {
  it('a merge request', () => {
    const body = {
      ...{ object_kind: 'merge_request', project },
      object_attributes: {
        iid: 1,
        source_branch: 'ms-viewport',
        target_branch: 'master',
        last_commit: { id: sha },
      },
    }
    expect(read('Merge Request Hook', body)).toEqual({
      kind: 'MERGE_REQUEST',
      ...base,
      number: 1,
      branch: 'ms-viewport',
      sha,
    })
  })
  it('a push, and the deletion of a branch', () => {
    expect(read('Push Hook', { ref: 'refs/heads/aiops/x', checkout_sha: sha, after: sha, project })).toEqual({
      ...{ kind: 'PUSH', ...base, branch: 'aiops/x', sha },
    })
    const gone = { ref: 'refs/heads/aiops/x', checkout_sha: null, after: '0'.repeat(40), project }
    expect(read('Push Hook', gone)).toEqual({ kind: 'PUSH', ...base, branch: 'aiops/x' })
  })
  it('a note on a merge request, and a pipeline', () => {
    const note = {
      project,
      object_attributes: { noteable_type: 'MergeRequest' },
      merge_request: { iid: 7, source_branch: 'b', last_commit: { id: sha } },
    }
    expect(read('Note Hook', note)).toEqual({ kind: 'NOTE', ...base, number: 7, branch: 'b', sha })
    const pipeline = {
      project,
      object_attributes: { ref: 'master', sha, status: 'success' },
      merge_request: { iid: 7, source_branch: 'b' },
    }
    expect(read('Pipeline Hook', pipeline)).toEqual({ kind: 'STATUS', ...base, number: 7, branch: 'b', sha })
  })
  it('what is not known is another', () => {
    expect(read('Wiki Page Hook', { project })).toEqual({ kind: 'OTHER', ...base })
  })

  it('without the secret, or with another, is refused', () => {
    expect(read('Push Hook', { project }, { 'x-gitlab-token': 'other' })).toMatchObject({
      refused: 'BAD_SIGNATURE',
    })
    expect(readGitlabHook({ headers: {}, body: Buffer.from('{}'), secret, nowMs })).toMatchObject({
      refused: 'UNSIGNED',
    })
    // A secret that nobody set proves nothing.
    expect(
      readGitlabHook({ headers: { 'x-gitlab-token': '' }, body: Buffer.from('{}'), secret: '', nowMs }),
    ).toMatchObject({ refused: 'UNSIGNED' })
  })
  it('a header that came twice is none', () => {
    const headers = { 'x-gitlab-token': [secret, secret] }
    expect(readGitlabHook({ headers, body: Buffer.from('{}'), secret, nowMs })).toMatchObject({
      refused: 'UNSIGNED',
    })
  })

  it('whatever comes with the secret is read or refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        fc.string(),
        (body, event) => {
          const headers = { 'x-gitlab-token': secret, 'x-gitlab-event': event, 'x-gitlab-event-uuid': 'u' }
          const result = readGitlabHook({ headers, body, secret, nowMs })
          expect('refused' in result || 'kind' in result).toBe(true)
        },
      ),
    )
  })
})

describe('webhooks of GitLab with a signing token', () => {
  // As the documentation makes one: whsec_ and 32 bytes in base64.
  const bytes = Buffer.from('test'.repeat(8))
  const token = `whsec_${bytes.toString('base64')}`
  const body = Buffer.from(JSON.stringify({ project, ref: 'refs/heads/b', after: sha }))
  const time = String(nowMs / 1_000)
  const sign = (id: string, at: string, text: Buffer): string =>
    `v1,${createHmac('sha256', bytes).update(`${id}.${at}.${text}`).digest('base64')}`
  const headers = {
    ...{
      'x-gitlab-event': 'Push Hook',
      'idempotency-key': 'k1',
      'webhook-id': 'k1',
      'webhook-timestamp': time,
    },
    'webhook-signature': `v1,b3RoZXI= ${sign('k1', time, body)}`,
  }

  it('are taken with one right signature among several, within five minutes', () => {
    const taken = { kind: 'PUSH', project: base.project, delivery: 'k1', branch: 'b', sha }
    expect(readGitlabHook({ headers, body, secret: token, nowMs })).toEqual(taken)
    expect(readGitlabHook({ headers, body, secret: token, nowMs: nowMs + 299_000 })).toEqual(taken)
    expect(readGitlabHook({ headers, body, secret: token, nowMs: nowMs + 301_000 })).toMatchObject({
      refused: 'TOO_OLD',
    })
  })
  it.each([
    ['another body', {}, Buffer.from('{}'), 'BAD_SIGNATURE'],
    ['another id', { 'webhook-id': 'k2' }, body, 'BAD_SIGNATURE'],
    ['another time', { 'webhook-timestamp': String(nowMs / 1_000 + 1) }, body, 'BAD_SIGNATURE'],
    [
      'the token itself, as the older proof has it',
      { 'webhook-signature': undefined, 'x-gitlab-token': token },
      body,
      'UNSIGNED',
    ],
  ])('are refused with %s', (_, other, text, refused) => {
    expect(
      readGitlabHook({ headers: { ...headers, ...other }, body: text, secret: token, nowMs }),
    ).toMatchObject({ refused })
  })
  it('are refused where the token holds no key', () => {
    const empty = {
      ...headers,
      'webhook-signature': `v1,${createHmac('sha256', '').update(`k1.${time}.${body}`).digest('base64')}`,
    }
    expect(readGitlabHook({ headers: empty, body, secret: 'whsec_', nowMs })).toMatchObject({
      refused: 'BAD_SIGNATURE',
    })
  })
})
