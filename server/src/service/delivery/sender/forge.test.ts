import { describe, expect, it } from 'vitest'
import { readGithub } from './github.ts'
import { readGitlab } from './gitlab.ts'

const message = (body: object, event = '', deploying: string[] = []) => ({
  ...{ body: body as Record<string, unknown>, event, delivery: 'd1', deploying },
})
const sha = 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7'
const repository = {
  ...{
    full_name: 'acme/cart',
    default_branch: 'main',
    pushed_at: 1_772_366_400,
    html_url: 'https://github.com/acme/cart',
  },
}
const sender = { login: 'ana' }

describe('events of GitHub', () => {
  const told = (event: string, body: object, deploying: string[] = []) =>
    readGithub(message({ repository, sender, ...body }, event, deploying))

  it('a deployment that is asked for, begins and ends is told at each of these, with its own time', () => {
    const deployment = {
      id: 7,
      ref: 'main',
      sha,
      environment: 'production',
      creator: { login: 'bot' },
      created_at: '2026-03-01T10:00:00Z',
    }
    const status = (state: string) => ({
      deployment,
      deployment_status: { state, created_at: '2026-03-01T10:05:00Z', log_url: 'https://ci/1' },
    })
    expect(told('deployment', { deployment }).told).toMatchObject([
      {
        kind: 'ROLLOUT',
        at: '2026-03-01T10:00:00.000Z',
        actor: 'bot',
        environment: 'production',
        summary: 'deployment of acme/cart main (da156088) to production asked for',
      },
    ])
    expect(told('deployment_status', status('in_progress')).told[0]).toMatchObject({
      summary: expect.stringMatching(/began$/),
      url: 'https://ci/1',
    })
    expect(told('deployment_status', status('failure')).told[0]!.summary).toMatch(/failed$/)
    for (const state of ['queued', 'pending', 'inactive', 'constructor'])
      expect(told('deployment_status', status(state))).toEqual({
        told: [],
        why: `A deployment that is ${state} changes nothing that runs.`,
      })
  })

  it('a deployment’s own payload says what it is about, also as text', () => {
    const of = (payload: unknown) => told('deployment', { deployment: { id: 1, payload } }).told[0]!.explicit
    expect(of({ entities: ['service/cart'] })).toEqual(['service/cart'])
    expect(of('{"entities": "service:cart, service:web"}')).toEqual(['service:cart', 'service:web'])
    expect(of('{')).toEqual([])
    const custom = { ...repository, custom_properties: { 'aiops-entities': 'service/till' } }
    expect(
      readGithub(message({ repository: custom, deployment: { id: 1 } }, 'deployment')).told[0]!.explicit,
    ).toEqual(['service/till'])
  })

  it('a push counts on the default branch only', () => {
    const push = {
      ref: 'refs/heads/main',
      before: 'b'.repeat(40),
      after: sha,
      compare: 'https://github.com/acme/cart/compare/x',
      head_commit: { message: 'Fix\nmore' },
      pusher: { name: 'ana' },
    }
    expect(told('push', push).told).toMatchObject([
      {
        kind: 'OTHER',
        at: '2026-03-01T12:00:00.000Z',
        summary: 'push to main of acme/cart (da156088: Fix more)',
        fields: [{ path: 'sha', before: 'b'.repeat(40), after: sha }],
      },
    ])
    expect(told('push', { ...push, ref: 'refs/heads/topic' }).told).toEqual([])
    expect(told('push', { ...push, ref: 'refs/tags/main' }).told).toEqual([])
    expect(told('push', { ...push, deleted: true }).told).toEqual([])
  })

  it('a release counts once it is published', () => {
    const release = {
      id: 3,
      tag_name: 'v1.3',
      published_at: '2026-03-01T10:00:00Z',
      html_url: 'https://github.com/acme/cart/releases/1',
    }
    expect(told('release', { action: 'published', release }).told[0]).toMatchObject({
      kind: 'OTHER',
      summary: 'release v1.3 of acme/cart published',
    })
    expect(told('release', { action: 'created', release }).told).toEqual([])
  })

  it('a workflow is a rollout where the settings say that it deploys, also when it failed', () => {
    const workflow_run = {
      id: 9,
      run_attempt: 1,
      name: 'Deploy',
      head_branch: 'main',
      head_sha: sha,
      conclusion: 'failure',
      updated_at: '2026-03-01T10:00:00Z',
    }
    expect(told('workflow_run', { action: 'completed', workflow_run }).told).toEqual([])
    expect(told('workflow_run', { action: 'completed', workflow_run }, ['Deploy']).told[0]).toMatchObject({
      kind: 'ROLLOUT',
      summary: 'workflow Deploy of acme/cart at da156088 ended: failure',
    })
    const well = { ...workflow_run, conclusion: 'success' }
    expect(told('workflow_run', { action: 'completed', workflow_run: well }).told[0]).toMatchObject({
      kind: 'OTHER',
    })
    expect(
      told('workflow_run', { action: 'completed', workflow_run: { ...well, head_branch: 'topic' } }).told,
    ).toEqual([])
    expect(told('workflow_run', { action: 'requested', workflow_run: well }).told).toEqual([])
  })

  it.each(['ping', 'star', '', 'constructor', '__proto__'])('%j says why it tells nothing', (event) => {
    expect(told(event, {})).toEqual({ told: [], why: expect.any(String) })
  })
})

describe('events of GitLab', () => {
  const project = {
    id: 30,
    path_with_namespace: 'acme/cart',
    default_branch: 'main',
    web_url: 'https://gitlab.example.org/acme/cart',
  }
  const told = (body: object, deploying: string[] = []) =>
    readGitlab(message({ project, user: { username: 'ana' }, ...body }, '', deploying))

  it('a deployment, with a time that is written GitLab’s way', () => {
    const body = {
      object_kind: 'deployment',
      status: 'success',
      status_changed_at: '2026-03-01 12:00:00 +0200',
      deployment_id: 15,
      deployable_url: 'https://gitlab.example.org/acme/cart/-/jobs/796',
      environment: 'production',
      short_sha: '279484c0',
      commit_title: 'Add new file',
    }
    expect(told(body).told).toMatchObject([
      {
        kind: 'ROLLOUT',
        at: '2026-03-01T10:00:00.000Z',
        environment: 'production',
        actor: 'ana',
        repositories: ['acme/cart'],
        summary: 'deployment of acme/cart 279484c0 to production succeeded (Add new file)',
      },
    ])
    expect(told({ ...body, status: 'created' }).told).toEqual([])
  })

  it('a pipeline is a rollout where one of its jobs starts an environment', () => {
    const object_attributes = {
      id: 31,
      ref: 'main',
      sha,
      status: 'success',
      finished_at: '2026-03-01 10:00:00 UTC',
      url: 'https://gitlab.example.org/p/31',
    }
    const builds = [
      { status: 'success', environment: null },
      { status: 'success', environment: { name: 'production', action: 'start' } },
    ]
    expect(told({ object_kind: 'pipeline', object_attributes, builds }).told[0]).toMatchObject({
      kind: 'ROLLOUT',
      environment: 'production',
      at: '2026-03-01T10:00:00.000Z',
    })
    expect(told({ object_kind: 'pipeline', object_attributes }).told[0]).toMatchObject({ kind: 'OTHER' })
    expect(
      told({ object_kind: 'pipeline', object_attributes: { ...object_attributes, ref: 'topic' } }).told,
    ).toEqual([])
    expect(
      told({ object_kind: 'pipeline', object_attributes: { ...object_attributes, status: 'running' } }).told,
    ).toEqual([])
    expect(
      told(
        {
          object_kind: 'pipeline',
          object_attributes: { ...object_attributes, name: 'Deploy', status: 'failed' },
        },
        ['Deploy'],
      ).told[0],
    ).toMatchObject({ kind: 'ROLLOUT' })
  })

  it('a push counts on the default branch only, and not when it deletes the branch', () => {
    const push = {
      object_kind: 'push',
      ref: 'refs/heads/main',
      before: 'b'.repeat(40),
      after: sha,
      checkout_sha: sha,
      user_username: 'ana',
      commits: [{ title: 'first' }, { title: 'second' }],
    }
    expect(told(push).told[0]).toMatchObject({
      kind: 'OTHER',
      summary: 'push to main of acme/cart (da156088: second)',
    })
    expect(told({ ...push, ref: 'refs/heads/topic' }).told).toEqual([])
    expect(told({ ...push, checkout_sha: null }).told).toEqual([])
  })

  it('a feature flag that is switched back and forth is told each time, for each delivery is another', () => {
    const flag = (active: boolean) => ({
      object_kind: 'feature_flag',
      object_attributes: { id: 6, name: 'new-cart', active },
    })
    expect(told(flag(true)).told[0]).toMatchObject({
      kind: 'CONFIG',
      summary: 'feature flag new-cart of acme/cart switched on',
      names: [{ name: 'new-cart' }],
      fields: [{ path: 'flag new-cart', before: 'off', after: 'on' }],
    })
    expect(told(flag(true)).told[0]!.key).not.toEqual(told(flag(false)).told[0]!.key)
    expect(told(flag(true)).told[0]!.key).toContain('d1')
  })

  it.each(['issue', '', 'toString'])('%j says why it tells nothing', (object_kind) => {
    expect(told({ object_kind })).toEqual({ told: [], why: expect.any(String) })
  })
})
