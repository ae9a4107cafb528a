import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readGiteaHook } from './hook.ts'

const secret = 'shared-secret'
const nowMs = Date.UTC(2026, 0, 5)
const signed = (body: Buffer): string => `${createHmac('sha256', secret).update(body).digest('hex')}`
const read = (event: string, json: unknown, headers: Record<string, string> = {}) => {
  const body = Buffer.from(JSON.stringify(json))
  const own = { 'x-gitea-signature': signed(body), 'x-gitea-event': event, 'x-gitea-delivery': 'd1' }
  return readGiteaHook({ headers: { ...own, ...headers }, body, secret, nowMs })
}
const repository = { id: 1, full_name: 'octo/shop' }
const sha = 'ec26c3e57ca3a959ca5aad62de7213c562f8c821'
const base = { project: 'octo/shop', delivery: 'd1' }
const pull = { number: 2, head: { ref: 'aiops/x', sha }, base: { ref: 'main' } }

describe('webhooks of Gitea, formed as its documentation says', () => {
  it('a pull request, and a review of it', () => {
    const seen = { ...base, number: 2, branch: 'aiops/x', sha }
    expect(read('pull_request', { action: 'opened', number: 2, pull_request: pull, repository })).toEqual({
      kind: 'MERGE_REQUEST',
      ...seen,
    })
    expect(read('pull_request_review_approved', { pull_request: pull, repository })).toEqual({
      kind: 'REVIEW',
      ...seen,
    })
  })
  it('a push, and the deletion of a branch', () => {
    expect(read('push', { ref: 'refs/heads/aiops/x', after: sha, repository })).toEqual({
      kind: 'PUSH',
      ...base,
      branch: 'aiops/x',
      sha,
    })
    expect(read('push', { ref: 'refs/heads/aiops/x', after: '0'.repeat(40), repository })).toEqual({
      kind: 'PUSH',
      ...base,
      branch: 'aiops/x',
    })
    expect(read('push', { ref: 'refs/tags/v1', after: sha, repository })).toEqual({
      kind: 'PUSH',
      ...base,
      sha,
    })
  })
  it('a comment, and a status', () => {
    expect(read('issue_comment', { issue: { number: 2 }, comment: { body: 'hi' }, repository })).toEqual({
      kind: 'NOTE',
      ...base,
      number: 2,
    })
    expect(read('status', { sha, state: 'success', repository })).toEqual({ kind: 'STATUS', ...base, sha })
  })
  it('what is not known is another', () => {
    expect(read('star', { repository })).toEqual({ kind: 'OTHER', ...base })
  })

  it('without a signature, with that of another body, or of another secret, is refused', () => {
    const body = Buffer.from('{}')
    expect(readGiteaHook({ headers: {}, body, secret, nowMs })).toMatchObject({ refused: 'UNSIGNED' })
    expect(readGiteaHook({ headers: { 'x-gitea-signature': 'sha1=00' }, body, secret, nowMs })).toMatchObject(
      {
        refused: 'UNSIGNED',
      },
    )
    expect(read('push', { repository }, { 'x-gitea-signature': signed(body) })).toMatchObject({
      refused: 'BAD_SIGNATURE',
    })
    expect(
      readGiteaHook({ headers: { 'x-gitea-signature': signed(body) }, body, secret: 'other', nowMs }),
    ).toMatchObject({ refused: 'BAD_SIGNATURE' })
    expect(
      readGiteaHook({ headers: { 'x-gitea-signature': signed(body) }, body, secret: '', nowMs }),
    ).toMatchObject({ refused: 'UNSIGNED' })
  })
  it('that names no repository, or is a form, is refused', () => {
    expect(read('push', {})).toMatchObject({ refused: 'MALFORMED' })
    const body = Buffer.from('payload=%7B%7D')
    expect(
      readGiteaHook({
        headers: { 'x-gitea-signature': signed(body), 'x-gitea-delivery': 'd' },
        body,
        secret,
        nowMs,
      }),
    ).toMatchObject({ refused: 'MALFORMED' })
  })

  it('whatever comes signed is read or refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        fc.string(),
        (bytes, event) => {
          const body = Buffer.from(bytes)
          const headers = {
            'x-gitea-signature': signed(body),
            'x-gitea-event': event,
            'x-gitea-delivery': 'd',
          }
          const result = readGiteaHook({ headers, body, secret, nowMs })
          expect('refused' in result || 'kind' in result).toBe(true)
        },
      ),
    )
  })
})
