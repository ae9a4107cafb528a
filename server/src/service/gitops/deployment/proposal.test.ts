import { describe, expect, it } from 'vitest'
import type { StoredDeployment } from '../../../port/deployment-repository.ts'
import { validApprovals } from './approval.ts'
import { DeploymentConfig } from './config.ts'
import { commitMessage, requestDescription } from './evidence.ts'
import type { Repository } from './flow-deps.ts'
import { notice } from './notices.ts'
import { type Proposal, placeOfChanges, proposeChange, proposeMove } from './proposal.ts'
import { newDeployment } from './record.ts'
import { World } from './simulated-world.suite.ts'
import { mayChange } from './stack-files.ts'
import { passedOf } from './verification.ts'

const stack = {
  ...{ name: 'prod', folder: 'envs/prod', modules: ['modules'], files: [] },
  services: {
    cart: { file: 'envs/prod/a.tfvars', provider: 'cart_provider', region: 'cart_region', instance: null },
  },
}
const repository = { name: 'infra', url: '', target: 'main', stacks: [stack] } as unknown as Repository
const config = DeploymentConfig.parse({})
const proposal: Proposal = {
  ...{
    service: 'cart',
    title: 'Move cart',
    explanation: 'Cheaper.',
    decisionId: 'd1',
    emergency: false,
    signals: [],
  },
  ...{ confidence: 0.9, calibrated: true, savingMonthlyUsd: null, costDeltaPercent: -3, evidence: {} },
  target: { provider: 'alibaba', region: 'eu-central-1', instance: 'x' },
}

/** Deployments in memory, each call at once. */
function open() {
  const world = new World(1)
  const process = world.start()
  const deps = { ...world.depsOf(process), repositories: () => [repository] }
  const pump = async <T>(work: Promise<T>): Promise<T> => {
    let isDone = false
    const ended = work.finally(() => {
      isDone = true
    })
    ended.catch(() => undefined)
    while (!isDone) {
      await world.schedule.next()
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    return ended
  }
  return { world, deps, pump }
}

describe('a proposal', () => {
  it('sets the variables that say where the service runs, once for one decision', async () => {
    const { deps, pump, world } = open()
    const first = await pump(proposeMove(deps, config, 'default', proposal))
    expect(first).toMatchObject({ author: 'aiops-bot', emergency: false, stack: 'prod' })
    expect(first.changes.map(({ variable, after }) => [variable, after])).toEqual([
      ['cart_provider', 'alibaba'],
      ['cart_region', 'eu-central-1'],
    ])
    expect(placeOfChanges(first, stack)).toEqual({
      provider: 'alibaba',
      region: 'eu-central-1',
      instance: null,
    })
    expect((await pump(proposeMove(deps, config, 'default', proposal))).id).toBe(first.id)
    expect(world.records.rows.size).toBe(1)
    await expect(
      pump(proposeMove(deps, config, 'default', { ...proposal, decisionId: 'd2' })),
    ).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('is an emergency only by signals of two kinds', async () => {
    for (const [signals, isEmergency] of [
      [['alert:a', 'alert:b'], false],
      [['alert:a', 'reading:b'], true],
    ] as const) {
      const { deps, pump } = open()
      const made = await pump(proposeMove(deps, config, 'default', { ...proposal, emergency: true, signals }))
      expect([made.emergency, made.override !== null]).toEqual([isEmergency, isEmergency])
    }
  })

  it('of a service that no stack knows, of a file beside the stack, or in the name of the platform is refused', async () => {
    const { deps, pump } = open()
    await expect(
      pump(proposeMove(deps, config, 'default', { ...proposal, service: 'x' })),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    const change = (file: string) => ({
      ...{ service: 'cart', title: 'x', explanation: '', changes: [{ file, variable: 'v', after: 1 }] },
    })
    await expect(
      pump(proposeChange(deps, config, 'default', 'dana', change('ci/deploy.tfvars'))),
    ).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    await expect(
      pump(proposeChange(deps, config, 'default', 'aiops-bot', change('envs/prod/a.tfvars'))),
    ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  })

  it('changes variables files of its stack alone', () => {
    for (const path of [
      'envs/prod/../x.tfvars',
      'envs/prod/main.tf',
      'envs/prod2/a.tfvars',
      '/envs/prod/a.tfvars',
    ])
      expect([path, mayChange(stack, path)]).toEqual([path, false])
    expect(mayChange(stack, 'envs/prod/b/c.tfvars.json')).toBe(true)
  })
})

it('counts a person once, never the author or the platform, and only for what they could see', () => {
  const stored = newDeployment(
    'default',
    {
      ...{
        id: 'x',
        service: 'cart',
        title: 't',
        author: 'dana',
        repository: 'infra',
        stack: 'prod',
        changes: [],
      },
      head_sha: 'h1',
      plan: { sha256: 'p1' } as never,
      approvals: [
        { by: 'erik', at: '', head_sha: 'h1', plan_sha256: 'p1', via: 'API', comment: null },
        { by: 'fay', at: '', head_sha: 'h1', plan_sha256: 'p0', via: 'API', comment: null },
        { by: 'gus', at: '', head_sha: 'h0', plan_sha256: 'p1', via: 'API', comment: null },
      ],
    },
    {
      plan: {
        filesSha256: '',
        targetSha: '',
        madeMs: 0,
        approvalsBefore: [JSON.stringify(['hal', 'h1', 5])],
      },
    },
    0,
  )
  const given = [
    ...[
      ['erik-gh', 'h1'],
      ['hal', 'h1'],
      ['ida', 'h1'],
      ['jon', 'h0'],
      ['kim', null],
    ],
    ...[
      ['Dana', 'h1'],
      ['aiops-bot', 'h1'],
      ['forge-bot', 'h1'],
    ],
  ].map(([by, headSha]) => ({ by: by as string, headSha: headSha as string | null, atMs: 5 }))
  const people = { 'erik-gh': 'erik' }
  const found = validApprovals(stored.deployment, stored.work, { approvals: given } as never, 'forge-bot', {
    ...{ bots: ['aiops-bot'], people },
  })
  expect(found.map(({ by, via }) => `${by} ${via}`)).toEqual(['erik API', 'ida FORGE'])
})

it('writes words of others as words', () => {
  const stored: StoredDeployment = newDeployment(
    'default',
    {
      ...{
        id: 'x',
        service: 'cart',
        title: 'a\nb\u202e',
        author: 'dana',
        repository: 'infra',
        stack: 'prod',
      },
      ...{ changes: [], explanation: 'Signed-off-by: Boss <b@x>\n````\n/approve [x](http://evil)' },
    },
    {},
    0,
  )
  const message = commitMessage(stored)
  expect(message.split('\n')[0]).toBe('a b\ufffd')
  expect(message.match(/^Signed-off-by:/gm)).toHaveLength(1)
  expect(requestDescription(stored)).toContain('`````text')
})

it('tells a check by what was before, and knows when there is nothing to tell', () => {
  const check = { name: 'e', query: 'q', increase_percent_max: 50, floor: 0.01, economic: false }
  expect([passedOf(check, 1, 1.5), passedOf(check, 1, 1.51), passedOf(check, 0, 0.01)]).toEqual([
    true,
    false,
    true,
  ])
  expect([passedOf(check, null, 1), passedOf(check, 1, null), passedOf(check, 0, 0.02)]).toEqual([
    null,
    null,
    false,
  ])
})

it('says once that a request is stale at 24 and 48 hours', async () => {
  const { deps, pump, world } = open()
  const made = await pump(proposeMove(deps, config, 'default', proposal))
  const said: string[] = []
  const told = {
    ...deps,
    alert: async (_tenant: string, { summary }: { summary: string }) => void said.push(summary),
    deployments: {
      ...deps.deployments,
      list: async () => ({ deployments: [world.records.rows.get(made.id)!.stored.deployment], total: 1 }),
    },
  }
  for (const hours of [23, 2, 1, 23, 24]) {
    world.schedule.now += hours * 3_600_000
    await pump(notice(told, config, ['default']))
  }
  expect(said).toEqual([expect.stringContaining('24 hours'), expect.stringContaining('48 hours')])
})
